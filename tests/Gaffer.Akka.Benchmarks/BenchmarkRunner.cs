namespace Gaffer.Benchmarks;

/// <summary>Runs benchmarks one after the other. Runs are interleaved, so that a machine that grows slower or faster does so for all.</summary>
internal sealed class BenchmarkRunner(IReadOnlyList<IBenchmark> benchmarks, BenchmarkOptions options)
{
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
                display.Begin($"{benchmark.Name} on {storage}, {benchmark.Subject}, run {run} of {options.Runs}");
                double? busy = options.WhenIdle > TimeSpan.Zero ? await IdleMachine.WaitAsync(options.WhenIdle) : null;
                try
                {
                    await foreach (var measurement in benchmark.RunAsync(new BenchmarkContext(stores, storage, options.Quick)))
                    {
                        await report.AddAsync(measurement with { BusyBefore = busy });
                    }
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
        from run in Enumerable.Range(1, options.Runs)
        from storage in options.Storages
        from benchmark in benchmarks
        where options.Includes(benchmark) && benchmark.Supports(storage)
        select (run, storage, benchmark);
}
