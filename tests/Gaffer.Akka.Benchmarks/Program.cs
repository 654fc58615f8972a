using Gaffer;
using Gaffer.Benchmarks;
using Spectre.Console;

IBenchmark[] benchmarks =
[
    new InsertBenchmark(), new PeerInsert(coalesced: false), new PeerInsert(coalesced: true), new PostgresCommitLimit(), new SqliteLimits("FULL"), new SqliteLimits("NORMAL"),
    new BulkBenchmark(), new PeerBulk(), new PostgresCopyLimit(),
    new DrainBenchmark(), new PeerDrain(),
    new BothBenchmark(), new PeerBoth(),
    new LatencyBenchmark(), new PostgresLatencyLimit(),
    new RecoveryBenchmark(),
    new BacklogBenchmark(),
    new IdleBenchmark(),
];

BenchmarkOptions options;
try
{
    options = BenchmarkOptions.Parse(args, benchmarks.Select(b => b.Name).Append("physical").Append("peer").ToHashSet());
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}

// Runs are interleaved, so that a machine that grows slower or faster does so for all.
var machine = await Machine.DescribeAsync(options.Storages.Contains(StorageKind.Postgres));
var measurements = new List<Measurement>();
var failed = false;
using var stores = new BenchmarkStores();
for (var run = 1; run <= options.Runs; run++)
{
    foreach (var storage in options.Storages)
    {
        foreach (var benchmark in benchmarks.Where(b => options.Includes(b) && b.Supports(storage)))
        {
            var busy = options.WhenIdle > TimeSpan.Zero ? $", {await IdleMachine.WaitAsync(options.WhenIdle):P0} busy before" : "";
            AnsiConsole.MarkupLineInterpolated($"[grey]run {run} of {options.Runs}: {benchmark.Name} on {storage}, {benchmark.Subject}{busy}[/]");
            try
            {
                measurements.AddRange(await benchmark.RunAsync(new BenchmarkContext(stores, storage, options.Quick)));
            }
            catch (Exception e) when (e is GafferException or TimeoutException or InvalidOperationException)
            {
                failed = true;
                AnsiConsole.MarkupLineInterpolated($"[red]{benchmark.Name} on {storage} failed[/]: {e}");
            }
        }
    }
}

var report = new BenchmarkReport(machine, options, measurements);
report.Print(AnsiConsole.Console);
if (options.JsonPath is { } path) await report.WriteJsonAsync(path);
return failed ? 1 : 0;
