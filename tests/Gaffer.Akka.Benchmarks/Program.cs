using Gaffer.Benchmarks;
using Spectre.Console;

IBenchmark[] benchmarks =
[
    new InsertBenchmark(), new PeerInsert(), new PeerInsert(PeerInsert.Writers), new PeerInsert(writers: 1), new LibraryInsert(Library.Hangfire), new LibraryInsert(Library.Quartz),
    new PostgresCommitLimit(), new SqliteLimits("FULL"), new SqliteLimits("NORMAL"),
    new BulkBenchmark(), new PeerBulk(), new PostgresCopyLimit(),
    new DrainBenchmark(), new PeerDrain(), new LibraryDrain(Library.Hangfire), new LibraryDrain(Library.Quartz), new PostgresDrainLimit(),
    new BothBenchmark(), new PeerBoth(), new LibraryBoth(Library.Hangfire), new LibraryBoth(Library.Quartz), new PostgresBothLimit(),
    new LatencyBenchmark(), new PeerLatency(), new LibraryLatency(Library.Hangfire), new LibraryLatency(Library.Quartz), new PostgresLatencyLimit(), new DiskFlushLimit(),
    new RecoveryBenchmark(),
    new BacklogBenchmark("backlog", BacklogBenchmark.Many),
    new IdleBenchmark(),
    new BacklogBenchmark("million", BacklogBenchmark.Million), new DrainBenchmark("million", 1_000_000), new PeerDrain("million", 1_000_000),
    new MemoryBenchmark(),
    new QueuesBenchmark(),
    new SoakBenchmark(), new PostgresSoakLimit(),
    new ClusterBenchmark(),
    new PartitionsBenchmark(),
    new WrittenBenchmark(),
];

if (args is [BenchmarkNode.Command, .. var node]) return await BenchmarkNode.RunAsync(node);
if (args is [RegressionChecks.Name])
{
    using var checks = new RegressionChecks();
    return await checks.RunAsync() ? 0 : 1;
}

BenchmarkOptions options;
try
{
    options = BenchmarkOptions.Parse(args, benchmarks.Select(b => b.Name).ToHashSet());
}
catch (ArgumentException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}

var report = await new BenchmarkRunner(benchmarks, options).RunAsync();
report.Print(AnsiConsole.Console);
return report.HasFailures ? 1 : 0;
