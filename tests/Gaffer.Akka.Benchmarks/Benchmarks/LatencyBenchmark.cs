namespace Gaffer.Benchmarks;

/// <summary>An idle system: time from the call of an insert to the start of the job in its worker. One after the other.</summary>
internal sealed class LatencyBenchmark : IBenchmark
{
    public const string Case = "insert to start, idle";
    public const int Samples = 500;

    /// <summary>Idle time before each sample: longer than the end of the job before needs.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public string Name => "latency";

    public Subject Subject => Subject.Gaffer;

    public bool Supports(StorageKind storage) => true;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        var watch = new StartWatch();
        var worker = JobWorker.FromDelegate((_, _) =>
        {
            watch.Started();
            return Task.FromResult(JobResult.Complete());
        });
        await using var store = context.Stores.Create(context.Storage);
        await using var host = await BenchmarkHost.StartAsync(store, workers: 10, worker);
        await host.WarmUpAsync();
        var times = new long[Math.Max(context.Scale(Samples), 100)];
        var meter = new CostMeter();
        for (var n = 0; n < times.Length; n++)
        {
            await Task.Delay(Pause);
            times[n] = await watch.MeasureAsync(() => host.Gaffer.InsertAsync(BenchmarkHost.NewJob()));
        }

        yield return Of(times, Name, Subject, "", context.Storage) with { Cost = meter.Read(times.Length).Cost };
    }

    public static Measurement Of(long[] times, string name, Subject subject, string variant, StorageKind storage)
    {
        Array.Sort(times);
        var p50 = LoadDriver.Quantile(times, 0.5);
        return new(name, Case, subject, variant, storage, p50, Measurement.Milliseconds) { P50Milliseconds = p50, P99Milliseconds = LoadDriver.Quantile(times, 0.99) };
    }
}
