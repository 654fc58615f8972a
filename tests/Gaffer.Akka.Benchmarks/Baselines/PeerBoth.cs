namespace Gaffer.Benchmarks;

/// <summary>The hand-written queue inserts, coalesced, and performs at the same time. Its workers ask again at once when there is nothing: the least delay and the most work for the database.</summary>
internal sealed class PeerBoth : IBenchmark
{
    public string Name => "both";

    public Subject Subject => Subject.Peer;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var queue = await SkipLockedQueue.CreateAsync(store.Connection, PeerWorkers.Connections + PeerInsert.Writers);
        await using var coalescer = new InsertCoalescer(queue.InsertAsync, PeerInsert.Writers);
        var payload = BenchmarkHost.Payload.ToArray();
        var jobs = context.Scale(BothBenchmark.Jobs);
        await LoadDriver.RunAsync(BothBenchmark.Callers, 5_000, InsertAsync);
        await PeerWorkers.PerformAsync(queue, BothBenchmark.Workers, 5_000);
        await queue.AnalyzeAsync();
        var meter = new CostMeter();
        var performing = PeerWorkers.PerformAsync(queue, BothBenchmark.Workers, jobs);
        var load = await LoadDriver.RunAsync(BothBenchmark.Callers, jobs, InsertAsync);
        await performing;
        var (elapsed, cost) = meter.Read(jobs);
        yield return new Measurement(Name, BothBenchmark.Case, Subject, "coalesced inserts", context.Storage, jobs / elapsed.TotalSeconds, Measurement.PerSecond)
        {
            P50Milliseconds = load.P50Milliseconds, P99Milliseconds = load.P99Milliseconds, Cost = cost,
        };

        Task InsertAsync(int caller, int number) => coalescer.InsertAsync(Guid.CreateVersion7(), payload);
    }
}
