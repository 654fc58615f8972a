using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Gaffer.Benchmarks;

/// <summary>10,000,000 jobs in one queue of 12 partitions on three nodes, each a process: inserted in batches of 1,000 by all nodes, then performed by all of them.</summary>
internal sealed class ClusterBenchmark : IBenchmark
{
    private const int Jobs = 10_000_000;
    private const int Nodes = 3;
    private const int Partitions = 12;
    private const int WorkersPerNode = 360;
    private const int Batch = 1_000;

    public string Name => "cluster";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        var perNode = context.Scale(Jobs) / Nodes / Batch * Batch;
        var jobs = perNode * Nodes;
        await using var store = context.Stores.Create(context.Storage);
        await using var cluster = await BenchmarkCluster.StartAsync(store.Connection, Nodes, Partitions, WorkersPerNode);

        var start = Stopwatch.GetTimestamp();
        await cluster.TellAllAsync($"insert {perNode}");
        yield return Of("insert", jobs / Stopwatch.GetElapsedTime(start).TotalSeconds, Measurement.PerSecond);
        var waiting = NumberIn(await cluster.TellAsync(0, "count"));
        if (waiting != jobs) throw new InvalidOperationException($"{waiting} jobs wait of {jobs} that were inserted.");
        yield return Of("memory of all nodes", (await cluster.TellAllAsync("memory")).Sum(NumberIn) / (double)jobs, "B/job");

        start = Stopwatch.GetTimestamp();
        await cluster.TellAllAsync("serve");
        var end = await cluster.TellAsync(0, "flush");
        if (end != "flushed True") throw new InvalidOperationException($"The queue did not come to its end: {end}");
        yield return Of("perform", jobs / Stopwatch.GetElapsedTime(start).TotalSeconds, Measurement.PerSecond);
        yield return Of("tables at the end", await SizeAsync(store.Connection) / 1e6, "MB");

        Measurement Of(string name, double value, string unit) => new(Name, $"{name} ({jobs:N0} jobs, {Nodes} nodes, {Partitions} partitions)", Subject, "", context.Storage, value, unit);
    }

    private static long NumberIn(string answer) => long.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture);

    private static async Task<double> SizeAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("SELECT pg_database_size(current_database())");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
