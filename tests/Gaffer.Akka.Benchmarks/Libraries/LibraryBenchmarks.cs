using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>Single inserts into the queue of a library, each awaited until it is durable. It performs nothing meanwhile.</summary>
internal sealed class LibraryInsert(Library library) : IBenchmark
{
    public string Name => "insert";

    public Subject Subject => library.Subject;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var run = await LibraryRun.StartAsync(library, context, workers: 10);
        var load = await run.InsertAsync(context.Scale(LibraryRun.Jobs));
        yield return load.ToMeasurement(Name, InsertBenchmark.CaseOf(BothBenchmark.Callers), Subject, "", context.Storage);
    }
}

/// <summary>Jobs that do nothing, inserted before, performed by the queue of a library; measured from the start of its workers until the end of the last one is durable.</summary>
internal sealed class LibraryDrain(Library library) : IBenchmark
{
    private const int Workers = 100;

    public string Name => "drain";

    public Subject Subject => library.Subject;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var run = await LibraryRun.StartAsync(library, context, Workers);
        var jobs = context.Scale(LibraryRun.Jobs);
        await run.FillAsync(jobs);
        var meter = new CostMeter();
        await run.Queue.StartAsync();
        var done = (int)await run.PerformedAsync(jobs);
        var (elapsed, cost) = meter.Read(done);
        yield return new Measurement(Name, DrainBenchmark.CaseOf(Workers), Subject, "", context.Storage, done / elapsed.TotalSeconds, Measurement.PerSecond) { Cost = cost };
    }
}

/// <summary>The queue of a library inserts and performs at the same time.</summary>
internal sealed class LibraryBoth(Library library) : IBenchmark
{
    public string Name => "both";

    public Subject Subject => library.Subject;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var run = await LibraryRun.StartAsync(library, context, BothBenchmark.Workers);
        await run.Queue.StartAsync();
        var meter = new CostMeter();
        var load = await run.InsertAsync(context.Scale(LibraryRun.Jobs));
        var done = (int)await run.PerformedAsync(load.Calls);
        var (elapsed, cost) = meter.Read(done);
        yield return new Measurement(Name, BothBenchmark.Case, Subject, "", context.Storage, done / elapsed.TotalSeconds, Measurement.PerSecond)
        {
            P50Milliseconds = load.P50Milliseconds, P99Milliseconds = load.P99Milliseconds, Cost = cost,
        };
    }
}

/// <summary>An idle queue of a library: time from the call of an insert to the start of the job in its worker. One after the other.</summary>
internal sealed class LibraryLatency(Library library) : IBenchmark
{
    /// <summary>Idle time before each sample: longer than the end of the job before needs.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public string Name => "latency";

    public Subject Subject => library.Subject;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        var watch = new StartWatch();
        await using var run = await LibraryRun.StartAsync(library, context, workers: 10, watch.Started);
        await run.Queue.StartAsync();
        var times = new List<long>();
        var meter = new CostMeter();
        var samples = Math.Max(context.Scale(LatencyBenchmark.Samples), 100);
        for (var begin = Stopwatch.GetTimestamp(); times.Count < samples && Stopwatch.GetElapsedTime(begin) < LibraryRun.Limit;)
        {
            await Task.Delay(Pause);
            times.Add(await watch.MeasureAsync(run.Queue.InsertAsync));
        }

        yield return LatencyBenchmark.Of([.. times], Name, Subject, "", context.Storage) with { Cost = meter.Read(times.Count).Cost };
    }
}
