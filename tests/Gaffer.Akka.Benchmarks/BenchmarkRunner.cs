using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>Runs benchmarks one after the other. Runs are interleaved, so that a machine that grows slower or faster does so for all.</summary>
/// <remarks>Before the runs that count, each benchmark runs as a rehearsal for some seconds: .NET compiles code again and again while it is used, for some seconds under load, and what is measured is a process that has been up for longer.</remarks>
internal sealed class BenchmarkRunner(IReadOnlyList<IBenchmark> benchmarks, BenchmarkOptions options)
{
    private const int Rehearsal = 0;
    private static readonly TimeSpan ToRehearse = TimeSpan.FromSeconds(10);

    /// <returns>What was measured, and what failed.</returns>
    public async Task<BenchmarkReport> RunAsync()
    {
        var steps = Plan().ToList();
        var report = new BenchmarkReport(await Machine.DescribeAsync(options.Storages.Contains(StorageKind.Postgres)), options, steps.Count);
        using var stores = new BenchmarkStores();
        await RunDisplay.ShowAsync(steps.Count, async display =>
        {
            foreach (var (run, storage, benchmark) in steps)
            {
                display.Begin($"{benchmark.Name} on {storage}, {benchmark.Subject}, {(run == Rehearsal ? "rehearsal" : $"run {run} of {options.Runs}")}");
                double? busy = options.WhenIdle > TimeSpan.Zero ? await IdleMachine.WaitAsync(options.WhenIdle) : null;
                var begin = Stopwatch.GetTimestamp();
                try
                {
                    do
                    {
                        await foreach (var measurement in benchmark.RunAsync(new BenchmarkContext(stores, storage, options.Quick, run == Rehearsal)))
                        {
                            if (run != Rehearsal) await report.AddAsync(measurement with { BusyBefore = busy });
                        }
                    }
                    while (run == Rehearsal && Stopwatch.GetElapsedTime(begin) < ToRehearse);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    RunDisplay.Fail($"{benchmark.Name} on {storage}, {benchmark.Subject}", e);
                    await report.AddAsync(new Failure(benchmark.Name, benchmark.Subject, storage, run, $"{e}"));
                }

                await report.EndAsync();
            }
        });
        return report;
    }

    private IEnumerable<(int Run, StorageKind Storage, IBenchmark Benchmark)> Plan() =>
        from run in Enumerable.Range(Rehearsal, options.Runs + 1)
        from storage in options.Storages
        from benchmark in benchmarks
        where options.Includes(benchmark) && benchmark.Supports(storage) && (run != Rehearsal || (benchmark.Rehearses && !options.Quick))
        select (run, storage, benchmark);
}
