namespace Gaffer.Benchmarks;

/// <summary>Single inserts into the hand-written queue: one statement each over 64 connections, or coalesced over a few. Over one it has one commit under way, as a queue of ours has.</summary>
/// <param name="writers">Connections that write what was coalesced; none: a statement each.</param>
internal sealed class PeerInsert(int? writers = null) : IBenchmark
{
    /// <summary>As many as a good hand-written client would take.</summary>
    public const int Writers = 4;

    private const int Connections = 64;

    public string Name => "insert";

    public Subject Subject => Subject.Peer;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var callers in InsertBenchmark.Callers)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var queue = await SkipLockedQueue.CreateAsync(store.Connection, writers ?? Connections);
            await using var coalescer = new InsertCoalescer(queue.InsertAsync, writers ?? 0);
            var payload = BenchmarkHost.Payload.ToArray();
            Func<int, int, Task> insert = writers is null
                ? (_, _) => queue.InsertAsync(Guid.CreateVersion7(), payload)
                : (_, _) => coalescer.InsertAsync(Guid.CreateVersion7(), payload);
            await LoadDriver.RunAsync(callers, 5_000, insert);
            var load = await LoadDriver.RunAsync(callers, context.Scale(writers is null ? 30_000 : 100_000), insert);
            yield return load.ToMeasurement(Name, InsertBenchmark.CaseOf(callers), Subject, Variant, context.Storage);
        }
    }

    private string Variant => writers switch { null => "a statement each", 1 => "coalesced, one writer", var n => $"coalesced, {n} writers" };
}
