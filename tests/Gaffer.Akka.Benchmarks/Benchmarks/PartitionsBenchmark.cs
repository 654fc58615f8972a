namespace Gaffer.Benchmarks;

/// <summary>A queue of one partition and of several, on one node: single inserts from 256 callers, batches of 1,000 from four, and all of them performed by 1,000 workers.</summary>
internal sealed class PartitionsBenchmark : IBenchmark
{
    private const int Singles = 100_000;
    private const int Batches = 200;
    private const int Batch = 1_000;
    private const int Workers = 1_000;
    private static readonly IReadOnlyList<int> Counts = [1, 2, 4, 8];

    public string Name => "partitions";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    /// <summary>Or what has one partition would be measured while the code is compiled.</summary>
    public bool Rehearses => true;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var partitions in Counts)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var host = await BenchmarkHost.StartAsync(store, workers: 100);
            await host.WarmUpAsync();
            var gaffer = host.Gaffer;
            QueueName queue = "parted";
            await gaffer.CreateQueueAsync(new QueueOptions { Name = queue, Partitions = partitions, MaxWorkers = Workers });

            var (singles, batches) = (context.Scale(Singles), context.Scale(Batches));
            var load = await LoadDriver.RunAsync(256, singles, (_, _) => gaffer.InsertAsync(new InsertJob(queue, BenchmarkHost.Payload)));
            yield return load.ToMeasurement(Name, Case("single inserts, 256 callers"), Subject, "", context.Storage);
            load = await LoadDriver.RunAsync(4, batches, (_, _) => gaffer.InsertManyAsync(queue, NewBatch(queue)));
            yield return load.ToMeasurement(Name, Case("batches of 1,000"), Subject, "", context.Storage, Batch);

            var meter = new CostMeter();
            await gaffer.ServeAsync(queue, [BenchmarkHost.NoWork]);
            await gaffer.FlushAsync(queue);
            var (elapsed, cost) = meter.Read(singles + (batches * Batch));
            yield return new Measurement(Name, Case("perform"), Subject, "", context.Storage, (singles + (batches * Batch)) / elapsed.TotalSeconds, Measurement.PerSecond) { Cost = cost };

            string Case(string what) => $"{what}, {partitions} partitions";
        }
    }

    // One key for a batch: one partition, and one commit.
    private static List<InsertJob> NewBatch(QueueName queue)
    {
        var options = new JobOptions { PartitionKey = Guid.NewGuid().ToString("N") };
        return [.. Enumerable.Range(0, Batch).Select(_ => new InsertJob(queue, BenchmarkHost.Payload, options))];
    }
}
