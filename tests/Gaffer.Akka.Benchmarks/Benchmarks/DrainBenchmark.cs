namespace Gaffer.Benchmarks;

/// <summary>Jobs that do nothing, inserted while the queue is paused; measured from the resume until the end of the last one is durable.</summary>
internal sealed class DrainBenchmark(string name = "drain", int inserted = DrainBenchmark.Jobs) : IBenchmark
{
    public const int Jobs = 100_000;
    public static readonly IReadOnlyList<int> Workers = [100, 1_000];

    public string Name => name;

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => inserted >= 1_000_000;

    public bool Rehearses => true;

    public bool Supports(StorageKind storage) => true;

    public static string CaseOf(int workers, bool isLong = false) => $"{(isLong ? "drain, " : "")}{workers:N0} workers";

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var workers in Workers)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var host = await BenchmarkHost.StartAsync(store, workers);
            await host.WarmUpAsync();
            await host.Gaffer.PauseAsync(BenchmarkHost.Queue);
            var jobs = context.Scale(inserted);
            await host.FillAsync(jobs);
            var meter = new CostMeter();
            await host.Gaffer.ResumeAsync(BenchmarkHost.Queue);
            await host.FlushAsync();
            var (elapsed, cost) = meter.Read(jobs);
            yield return new Measurement(Name, CaseOf(workers, IsLong), Subject, "", context.Storage, jobs / elapsed.TotalSeconds, Measurement.PerSecond) { Cost = cost };
        }
    }
}
