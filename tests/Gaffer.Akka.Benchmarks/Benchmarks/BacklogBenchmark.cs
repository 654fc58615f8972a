namespace Gaffer.Benchmarks;

/// <summary>What the same work costs with few and with many jobs waiting: inserts from 256 callers, then as many jobs performed by 100 workers.</summary>
internal sealed class BacklogBenchmark(string name, params IReadOnlyList<int> backlogs) : IBenchmark
{
    private const int Jobs = 50_000;

    public string Name => name;

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => backlogs.Max() >= 1_000_000;

    public bool Rehearses => true;

    public bool Supports(StorageKind storage) => true;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var waiting in backlogs)
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
            yield return load.ToMeasurement(Name, $"insert, {waiting:N0} waiting", Subject, "", context.Storage);

            var count = new Countdown(jobs);
            Volatile.Write(ref performed, count);
            var meter = new CostMeter();
            await host.Gaffer.ResumeAsync(BenchmarkHost.Queue);
            await count.Reached.WaitAsync(TimeSpan.FromMinutes(5));
            var (elapsed, cost) = meter.Read(jobs);
            yield return new Measurement(Name, $"perform, {waiting:N0} waiting", Subject, "", context.Storage, jobs / elapsed.TotalSeconds, Measurement.PerSecond) { Cost = cost };
        }
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
