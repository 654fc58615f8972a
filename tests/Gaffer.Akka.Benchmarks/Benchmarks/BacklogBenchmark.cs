namespace Gaffer.Benchmarks;

/// <summary>What the same work costs with few and with many jobs waiting: inserts from 256 callers, then as many jobs performed by 100 workers. With few before and after, so that a process that grows warmer is seen and not taken for an effect.</summary>
internal sealed class BacklogBenchmark(string name, int most) : IBenchmark
{
    public const int Many = 100_000;
    public const int Million = 1_000_000;
    private const int Jobs = 50_000;
    private const int Few = 1_000;

    public string Name => name;

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => most >= Million;

    public bool Rehearses => true;

    public bool Supports(StorageKind storage) => true;

    public static string RatioCaseOf(string what, int many) => $"{what}, {many:N0} waiting against {Few:N0}";

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        var many = context.Scale(most);
        var (inserts, performs) = (new List<double>(), new List<double>());
        foreach (var waiting in (int[])[Few, many, Few])
        {
            var jobs = context.Scale(Jobs);
            var performed = new Countdown(int.MaxValue);
            var worker = JobWorker.FromDelegate((_, _) =>
            {
                Volatile.Read(ref performed).Signal();
                return Task.FromResult(JobResult.Complete());
            });
            await using var store = context.Stores.Create(context.Storage);
            await using var host = await BenchmarkHost.StartAsync(store, workers: 100, worker);
            await host.WarmUpAsync();
            await host.Gaffer.PauseAsync(BenchmarkHost.Queue);
            await host.FillAsync(waiting);
            var load = await LoadDriver.RunAsync(256, jobs, (_, _) => host.Gaffer.InsertAsync(BenchmarkHost.NewJob()));
            var insert = load.ToMeasurement(Name, $"insert, {waiting:N0} waiting", Subject, "", context.Storage);
            inserts.Add(insert.Value);
            yield return insert;

            var count = new Countdown(jobs);
            Volatile.Write(ref performed, count);
            var meter = new CostMeter();
            await host.Gaffer.ResumeAsync(BenchmarkHost.Queue);
            await count.Reached.WaitAsync(TimeSpan.FromMinutes(5));
            var (elapsed, cost) = meter.Read(jobs);
            performs.Add(jobs / elapsed.TotalSeconds);
            yield return new Measurement(Name, $"perform, {waiting:N0} waiting", Subject, "", context.Storage, performs[^1], Measurement.PerSecond) { Cost = cost };
        }

        // To the one before and to the one after: their lowest and highest are the spread.
        foreach (var few in (int[])[0, 2])
        {
            yield return Ratio("insert", inserts[1] / inserts[few]);
            yield return Ratio("perform", performs[1] / performs[few]);
        }

        Measurement Ratio(string what, double value) => new(Name, RatioCaseOf(what, many), Subject, "", context.Storage, value, Measurement.Times);
    }

    private sealed class Countdown(int count)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = count;

        public Task Reached => _reached.Task;

        public void Signal()
        {
            if (Interlocked.Decrement(ref _left) == 0) _reached.TrySetResult();
        }
    }
}
