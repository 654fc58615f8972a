using System.Security.Cryptography;
using Npgsql;

namespace Gaffer.Benchmarks;

/// <summary>What PostgreSQL writes for each job from its insert to its end: bytes of its log, which holds all that goes to the tables, snapshots and their cleanup included; and how large the tables are then, beside what lives in them: the snapshot of the queue and the log since. Payloads are random, so that nothing is won by compression.</summary>
internal sealed class WrittenBenchmark : IBenchmark
{
    public const int Jobs = 300_000;
    public const string ByThePayload = "the same, by the payload";
    public static readonly IReadOnlyList<int> Payloads = [100, 1_000];
    private const int Batch = 1_000;

    public string Name => "written";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public static string CaseOf(string what, int jobs, int payload) => $"{what} ({jobs:N0} jobs of {payload:N0} bytes)";

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var size in Payloads)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var host = await BenchmarkHost.StartAsync(store, workers: 100);
            await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(store.Connection) { Pooling = false }.ConnectionString);
            await host.WarmUpAsync();
            var jobs = context.Scale(Jobs);
            var before = await NumberAsync(database, "SELECT pg_current_wal_lsn() - '0/0'");
            for (var done = 0; done < jobs; done += Batch)
            {
                await Task.WhenAll(Enumerable.Range(0, Batch).Select(_ => host.Gaffer.InsertAsync(new InsertJob(BenchmarkHost.Queue, RandomNumberGenerator.GetBytes(size), ContentType: "application/octet-stream"))));
                await host.FlushAsync();   // no backlog, which snapshots would hold
            }

            var written = await NumberAsync(database, "SELECT pg_current_wal_lsn() - '0/0'") - before;
            yield return Of("log of the database, by the number of jobs", (double)(written / jobs), "B/job");
            yield return Of(ByThePayload, (double)(written / jobs / size), Measurement.Times);
            await NumberAsync(database, "VACUUM gaffer_journal");   // which PostgreSQL does by itself, once a minute
            await NumberAsync(database, "VACUUM gaffer_snapshot");
            var tables = await NumberAsync(database, "SELECT pg_total_relation_size('gaffer_journal') + pg_total_relation_size('gaffer_snapshot')");
            var snapshots = await NumberAsync(database, "SELECT coalesce(sum(octet_length(snapshot)), 0) FROM gaffer_snapshot");
            var log = await NumberAsync(database, "SELECT coalesce(sum(octet_length(message)), 0) FROM gaffer_journal");
            yield return Of("tables after cleanup, indexes included", (double)tables / 1e6, "MB");
            yield return Of("live state: snapshots", (double)snapshots / 1e6, "MB");
            yield return Of("live state: log since", (double)log / 1e6, "MB");
            yield return Of("tables by the live state", (double)(tables / (snapshots + log)), Measurement.Times);

            Measurement Of(string what, double value, string unit) => new(Name, CaseOf(what, jobs, size), Subject, "", context.Storage, value, unit);
        }
    }

    private static async Task<decimal> NumberAsync(NpgsqlDataSource database, string query)
    {
        await using var command = database.CreateCommand(query);
        return Convert.ToDecimal(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
