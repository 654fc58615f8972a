using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>The same jobs in one queue and in a thousand: inserted in batches of 100 by 16 callers, performed by 1,000 workers in all; and what a thousand queues cost that rest.</summary>
internal sealed class QueuesBenchmark : IBenchmark
{
    private const int Jobs = 200_000;
    private const int Batch = 100;
    private const int Callers = 16;
    private const int Workers = 1_000;
    private static readonly IReadOnlyList<int> Queues = [1, 1_000];
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    public string Name => "queues";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage != StorageKind.Memory;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var count in Queues)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var host = await BenchmarkHost.StartAsync(store, workers: 1);
            await host.WarmUpAsync();
            var gaffer = host.Gaffer;
            QueueName[] queues = [.. Enumerable.Range(0, count).Select(n => (QueueName)$"queue-{n}")];
            await Parallel.ForEachAsync(queues, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (queue, stop) =>
                await gaffer.CreateQueueAsync(new QueueOptions { Name = queue, MaxWorkers = Workers / count }, stop));

            var jobs = context.Scale(Jobs);
            var load = await LoadDriver.RunAsync(Callers, jobs / Batch, (_, number) =>
            {
                var queue = queues[number % count];
                return gaffer.InsertManyAsync(queue, [.. Enumerable.Range(0, Batch).Select(_ => new InsertJob(queue, BenchmarkHost.Payload))]);
            });
            yield return load.ToMeasurement(Name, $"insert, {count:N0} queues", Subject, "", context.Storage, Batch);

            var meter = new CostMeter();
            await Task.WhenAll(queues.Select(queue => gaffer.ServeAsync(queue, [BenchmarkHost.NoWork])));
            await Task.WhenAll(queues.Select(queue => gaffer.FlushAsync(queue)));
            var (elapsed, cost) = meter.Read(jobs);
            yield return new Measurement(Name, $"perform, {count:N0} queues", Subject, "", context.Storage, jobs / elapsed.TotalSeconds, Measurement.PerSecond) { Cost = cost };

            yield return new Measurement(Name, $"rest, {count:N0} queues", Subject, "", context.Storage, await ProcessorAsync(), "ms/s");
        }
    }

    private static async Task<double> ProcessorAsync()
    {
        await Task.Delay(Settle);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        await Task.Delay(Rest);
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds / Rest.TotalSeconds;
    }
}
