namespace Gaffer.Benchmarks;

/// <summary>Batches of 1,000 into the hand-written queue, one statement each.</summary>
internal sealed class PeerBulk : IBenchmark
{
    public string Name => "bulk";

    public Subject Subject => Subject.Peer;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var queue = await SkipLockedQueue.CreateAsync(store.Connection, BulkBenchmark.Callers);
        var payload = BenchmarkHost.Payload.ToArray();
        await LoadDriver.RunAsync(BulkBenchmark.Callers, 5, InsertAsync);
        var load = await LoadDriver.RunAsync(BulkBenchmark.Callers, context.Scale(200), InsertAsync);
        yield return load.ToMeasurement(Name, BulkBenchmark.Case, Subject, "a statement a batch", context.Storage, BulkBenchmark.BatchSize);

        Task InsertAsync(int caller, int number) => queue.InsertAsync(
            [.. Enumerable.Range(0, BulkBenchmark.BatchSize).Select(_ => Guid.CreateVersion7())], [.. Enumerable.Repeat(payload, BulkBenchmark.BatchSize)]);
    }
}
