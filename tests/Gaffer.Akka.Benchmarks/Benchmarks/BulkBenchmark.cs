namespace Gaffer.Benchmarks;

/// <summary>Inserts in batches of 1,000, four callers. The queue is paused.</summary>
internal sealed class BulkBenchmark : IBenchmark
{
    public const string Case = "batches of 1,000";
    public const int BatchSize = 1_000;
    public const int Callers = 4;

    public string Name => "bulk";

    public Subject Subject => Subject.Gaffer;

    public bool Supports(StorageKind storage) => true;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var host = await BenchmarkHost.StartAsync(store, workers: 10);
        await host.WarmUpAsync();
        await host.Gaffer.PauseAsync(BenchmarkHost.Queue);
        var load = await LoadDriver.RunAsync(Callers, context.Scale(200), (_, _) =>
            host.Gaffer.InsertManyAsync(BenchmarkHost.Queue, [.. Enumerable.Range(0, BatchSize).Select(_ => BenchmarkHost.NewJob())]));
        yield return load.ToMeasurement(Name, Case, Subject, "", context.Storage, BatchSize);
    }
}
