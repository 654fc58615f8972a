namespace Gaffer.Benchmarks;

/// <summary>Jobs are inserted and performed at the same time: single inserts from 64 callers, 100 workers; measured until the end of the last job is durable.</summary>
internal sealed class BothBenchmark : IBenchmark
{
    public const string Case = "64 callers, 100 workers";
    public const int Callers = 64;
    public const int Workers = 100;
    public const int Jobs = 100_000;

    public string Name => "both";

    public Subject Subject => Subject.Gaffer;

    public bool Supports(StorageKind storage) => true;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var host = await BenchmarkHost.StartAsync(store, Workers);
        await host.WarmUpAsync();
        var jobs = context.Scale(Jobs);
        var meter = new CostMeter();
        var load = await LoadDriver.RunAsync(Callers, jobs, (_, _) => host.Gaffer.InsertAsync(BenchmarkHost.NewJob()));
        await host.FlushAsync();
        var (elapsed, cost) = meter.Read(jobs);
        yield return new Measurement(Name, Case, Subject, "", context.Storage, jobs / elapsed.TotalSeconds, Measurement.PerSecond)
        {
            P50Milliseconds = load.P50Milliseconds, P99Milliseconds = load.P99Milliseconds, Cost = cost,
        };
    }
}
