namespace Gaffer.Benchmarks;

/// <summary>An idle hand-written queue: time from the call of an insert to the start of the job. The insert wakes its worker with <c>NOTIFY</c>, as is usual where polling would be too slow.</summary>
internal sealed class PeerLatency : IBenchmark
{
    private const int Connections = 3; // one listens, one inserts, one claims
    private const int Workers = 10;
    private const int WarmUp = 500;

    public string Name => "latency";

    public Subject Subject => Subject.Peer;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        var watch = new StartWatch();
        await using var store = context.Stores.Create(context.Storage);
        await using var queue = await SkipLockedQueue.CreateAsync(store.Connection, Connections);
        using var stop = new CancellationTokenSource();
        var working = queue.ListenAsync(PerformAsync, stop.Token);
        var payload = BenchmarkHost.Payload.ToArray();
        for (var n = 0; n < WarmUp; n++) await watch.MeasureAsync(InsertAsync);
        await queue.AnalyzeAsync();
        var times = new long[Math.Max(context.Scale(LatencyBenchmark.Samples), 100)];
        var meter = new CostMeter();
        for (var n = 0; n < times.Length; n++)
        {
            await Task.Delay(LatencyBenchmark.Pause);
            times[n] = await watch.MeasureAsync(InsertAsync);
        }

        yield return LatencyBenchmark.Of(times, Name, Subject, "LISTEN/NOTIFY", context.Storage) with { Cost = meter.Read(times.Length).Cost };
        await stop.CancelAsync();
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Task InsertAsync() => queue.InsertAndNotifyAsync(Guid.CreateVersion7(), payload);

        async Task PerformAsync(CancellationToken token)
        {
            Guid[] running = [];
            do
            {
                running = await queue.FinishAndClaimAsync(running, Workers, token);
                if (running.Length > 0) watch.Started();
            }
            while (running.Length > 0);
        }
    }
}
