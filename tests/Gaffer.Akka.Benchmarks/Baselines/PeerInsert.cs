namespace Gaffer.Benchmarks;

/// <summary>Single inserts into the hand-written queue: one statement each over 64 connections, and coalesced over a few.</summary>
internal sealed class PeerInsert(bool coalesced) : IBenchmark
{
    private const int Connections = 64;
    private const int Writers = 4;

    public string Name => "insert";

    public Subject Subject => Subject.Peer;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var callers in InsertBenchmark.Callers)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var queue = await SkipLockedQueue.CreateAsync(store.Connection, coalesced ? Writers : Connections);
            await using var coalescer = new InsertCoalescer(queue.InsertAsync, Writers);
            var payload = BenchmarkHost.Payload.ToArray();
            Func<int, int, Task> insert = coalesced
                ? (_, _) => coalescer.InsertAsync(Guid.CreateVersion7(), payload)
                : (_, _) => queue.InsertAsync(Guid.CreateVersion7(), payload);
            await LoadDriver.RunAsync(callers, 5_000, insert);
            var load = await LoadDriver.RunAsync(callers, context.Scale(coalesced ? 100_000 : 30_000), insert);
            yield return load.ToMeasurement(Name, InsertBenchmark.CaseOf(callers), Subject, coalesced ? "coalesced" : "a statement each", context.Storage);
        }
    }
}
