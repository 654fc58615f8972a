using System.Security.Cryptography;
using Npgsql;

namespace Gaffer.Benchmarks;

/// <summary>What PostgreSQL writes for each job from its insert to its end: bytes of its log, which holds all that goes to the tables, snapshots and their cleanup included; and how large the tables are then. Payloads are random, so that nothing is won by compression.</summary>
internal sealed class WrittenBenchmark : IBenchmark
{
    private const int Jobs = 300_000;
    private const int Batch = 1_000;
    private static readonly IReadOnlyList<int> Payloads = [100, 1_000];

    public string Name => "written";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

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
            yield return Of("the same, by the payload", (double)(written / jobs / size), "×");
            await NumberAsync(database, "VACUUM gaffer_journal");   // which PostgreSQL does by itself, once a minute
            await NumberAsync(database, "VACUUM gaffer_snapshot");
            yield return Of("tables at the end", (double)await NumberAsync(database, "SELECT pg_total_relation_size('gaffer_journal') + pg_total_relation_size('gaffer_snapshot')") / 1e6, "MB");

            Measurement Of(string name, double value, string unit) => new(Name, $"{name} ({jobs:N0} jobs of {size:N0} bytes)", Subject, "", context.Storage, value, unit);
        }
    }

    private static async Task<decimal> NumberAsync(NpgsqlDataSource database, string query)
    {
        await using var command = database.CreateCommand(query);
        return Convert.ToDecimal(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
