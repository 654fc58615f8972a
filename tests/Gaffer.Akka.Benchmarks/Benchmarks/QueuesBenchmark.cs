namespace Gaffer.Benchmarks;

/// <summary>The same jobs in one queue and in a thousand: inserted in batches of 100 by 16 callers, then performed; and what queues cost that rest. A queue with one worker commits once for each job.</summary>
internal sealed class QueuesBenchmark : IBenchmark
{
    private const int Jobs = 1_000_000;
    private const int Batch = 100;
    private const int Callers = 16;

    // One queue before and after the thousand: a process that grows warmer is seen, and not taken for an effect.
    private static readonly IReadOnlyList<(int Queues, int WorkersOfEach)> Cases = [(1, 1_000), (1_000, 100), (1, 1_000), (1_000, 1)];

    // Longer than the time between two looks for jobs to prune: each queue has one in it.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(65);
    private static readonly TimeSpan RestQuickly = TimeSpan.FromSeconds(20);

    public string Name => "queues";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage != StorageKind.Memory;

    public static string RatioCaseOf(string what) => $"{what}, {NameOf(Cases[1])} against {NameOf(Cases[0])}";

    public static string RestCaseOf(string what, int queues, int workersOfEach) => $"rest, {what}, {NameOf((queues, workersOfEach))}";

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        var (inserts, performs) = (new List<double>(), new List<double>());
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
            var name = NameOf((count, workers));
            var load = await LoadDriver.RunAsync(Callers, jobs / Batch, (_, number) =>
            {
                var queue = queues[number % count];
                return gaffer.InsertManyAsync(queue, [.. Enumerable.Range(0, Batch).Select(_ => new InsertJob(queue, BenchmarkHost.Payload))]);
            });
            var insert = load.ToMeasurement(Name, $"insert, {name}", Subject, "", context.Storage, Batch);
            inserts.Add(insert.Value);
            yield return insert;

            var meter = new CostMeter();
            await Task.WhenAll(queues.Select(queue => gaffer.ServeAsync(queue, [BenchmarkHost.NoWork])));
            await Task.WhenAll(queues.Select(queue => gaffer.FlushAsync(queue)));
            var (elapsed, cost) = meter.Read(jobs);
            performs.Add(jobs / elapsed.TotalSeconds);
            yield return new Measurement(Name, $"perform, {name}", Subject, "", context.Storage, performs[^1], Measurement.PerSecond) { Cost = cost };

            if (performs.Count is 3) continue; // it has rested before
            foreach (var (what, value, unit) in await RestMeter.MeasureAsync(store, context.Quick ? RestQuickly : Rest, context.Quick))
            {
                yield return new Measurement(Name, RestCaseOf(what, count, workers), Subject, "", context.Storage, value, unit);
            }
        }

        foreach (var one in (int[])[0, 2])
        {
            yield return Ratio("insert", inserts[1] / inserts[one]);
            yield return Ratio("perform", performs[1] / performs[one]);
        }

        Measurement Ratio(string what, double value) => new(Name, RatioCaseOf(what), Subject, "", context.Storage, value, Measurement.Times);
    }

    private static string NameOf((int Queues, int WorkersOfEach) of) => $"{of.Queues:N0} {(of.Queues == 1 ? "queue" : "queues")} of {of.WorkersOfEach:N0} {(of.WorkersOfEach == 1 ? "worker" : "workers")}";
}
