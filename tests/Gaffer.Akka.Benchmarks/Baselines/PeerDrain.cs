namespace Gaffer.Benchmarks;

/// <summary>Jobs that do nothing, inserted before, performed by the hand-written queue.</summary>
internal sealed class PeerDrain(string name = "drain", int inserted = DrainBenchmark.Jobs) : IBenchmark
{
    public string Name => name;

    public Subject Subject => Subject.Peer;

    public bool IsLong => inserted >= 1_000_000;

    public bool Rehearses => true;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var workers in DrainBenchmark.Workers)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var queue = await SkipLockedQueue.CreateAsync(store.Connection, PeerWorkers.Connections);
            await FillAsync(queue, 5_000);
            await PeerWorkers.PerformAsync(queue, workers, 5_000);
            var jobs = context.Scale(inserted);
            await FillAsync(queue, jobs);
            var meter = new CostMeter();
            await PeerWorkers.PerformAsync(queue, workers, jobs);
            var (elapsed, cost) = meter.Read(jobs);
            var left = await queue.CountAsync(0) + await queue.CountAsync(1);
            if (left != 0) throw new InvalidOperationException($"{left} jobs of the hand-written queue did not end.");
            yield return new Measurement(Name, DrainBenchmark.CaseOf(workers, IsLong), Subject, $"{PeerWorkers.Connections} connections", context.Storage, jobs / elapsed.TotalSeconds, Measurement.PerSecond) { Cost = cost };
        }
    }

    private static async Task FillAsync(SkipLockedQueue queue, int jobs)
    {
        var payload = BenchmarkHost.Payload.ToArray();
        for (var left = jobs; left > 0; left -= 1_000)
        {
            await queue.InsertAsync([.. Enumerable.Range(0, 1_000).Select(_ => Guid.CreateVersion7())], [.. Enumerable.Repeat(payload, 1_000)]);
        }

        await queue.AnalyzeAsync();
    }
}
