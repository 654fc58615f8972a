namespace Gaffer.Benchmarks;

/// <summary>Single inserts, each awaited until it is durable. The queue is paused, so that nothing else happens.</summary>
internal sealed class InsertBenchmark : IBenchmark
{
    public static readonly IReadOnlyList<int> Callers = [64, 256];

    public string Name => "insert";

    public Subject Subject => Subject.Gaffer;

    public bool Supports(StorageKind storage) => true;

    public static string CaseOf(int callers) => $"{callers} callers";

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var callers in Callers)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var host = await BenchmarkHost.StartAsync(store, workers: 10);
            await host.WarmUpAsync();
            await host.Gaffer.PauseAsync(BenchmarkHost.Queue);
            var load = await LoadDriver.RunAsync(callers, context.Scale(100_000), (_, _) => host.Gaffer.InsertAsync(BenchmarkHost.NewJob()));
            yield return load.ToMeasurement(Name, CaseOf(callers), Subject, "", context.Storage);
        }
    }
}
