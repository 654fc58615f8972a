using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>The same jobs in one queue and in a thousand: inserted in batches of 100 by 16 callers, then performed; and what a thousand queues cost that rest. A queue with one worker commits once for each job.</summary>
internal sealed class QueuesBenchmark : IBenchmark
{
    private const int Jobs = 1_000_000;
    private const int Batch = 100;
    private const int Callers = 16;
    private static readonly IReadOnlyList<(int Queues, int WorkersOfEach)> Cases = [(1, 1_000), (1_000, 100), (1_000, 1)];
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    public string Name => "queues";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage != StorageKind.Memory;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var (count, workers) in Cases)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var host = await BenchmarkHost.StartAsync(store, workers: 1);
            await host.WarmUpAsync();
            var gaffer = host.Gaffer;
            QueueName[] queues = [.. Enumerable.Range(0, count).Select(n => (QueueName)$"queue-{n}")];
            await Parallel.ForEachAsync(queues, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (queue, stop) =>
                await gaffer.CreateQueueAsync(new QueueOptions { Name = queue, MaxWorkers = workers }, stop));

            var jobs = context.Scale(workers == 1 ? Jobs / 5 : Jobs);
            var name = $"{count:N0} queues of {workers:N0} workers";
            var load = await LoadDriver.RunAsync(Callers, jobs / Batch, (_, number) =>
            {
                var queue = queues[number % count];
                return gaffer.InsertManyAsync(queue, [.. Enumerable.Range(0, Batch).Select(_ => new InsertJob(queue, BenchmarkHost.Payload))]);
            });
            yield return load.ToMeasurement(Name, $"insert, {name}", Subject, "", context.Storage, Batch);

            var meter = new CostMeter();
            await Task.WhenAll(queues.Select(queue => gaffer.ServeAsync(queue, [BenchmarkHost.NoWork])));
            await Task.WhenAll(queues.Select(queue => gaffer.FlushAsync(queue)));
            var (elapsed, cost) = meter.Read(jobs);
            yield return new Measurement(Name, $"perform, {name}", Subject, "", context.Storage, jobs / elapsed.TotalSeconds, Measurement.PerSecond) { Cost = cost };

            yield return new Measurement(Name, $"rest, {name}", Subject, "", context.Storage, await ProcessorAsync(), "ms/s");
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
