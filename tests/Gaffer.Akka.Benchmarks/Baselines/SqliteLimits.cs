using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Gaffer.Benchmarks;

/// <summary>What SQLite itself does with the same rows in WAL mode: one writer, a commit a row or 1,000 rows a commit.</summary>
internal sealed class SqliteLimits(string synchronous) : IBenchmark
{
    private const int Rows = 20_000;

    public string Name => "insert";

    public Subject Subject => Subject.Physical;

    public bool Supports(StorageKind storage) => storage == StorageKind.Sqlite;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = store.Connection, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        Execute(connection, $"PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; CREATE TABLE facts (id BLOB, payload BLOB)");
        var times = new long[context.Scale(Rows)];
        InsertEach(connection, new long[1_000]);
        var single = InsertEach(connection, times);
        Array.Sort(times);
        var batches = context.Scale(200);
        var bulk = Stopwatch.StartNew();
        for (var batch = 0; batch < batches; batch++) InsertBatch(connection, BulkBenchmark.BatchSize);
        var variant = $"synchronous = {synchronous}";
        var (p50, p99) = (LoadDriver.Quantile(times, 0.5), LoadDriver.Quantile(times, 0.99));
        yield return new Measurement(Name, "1 caller", Subject, variant, context.Storage, times.Length / single.TotalSeconds, Measurement.PerSecond) { P50Milliseconds = p50, P99Milliseconds = p99 };
        yield return new Measurement("bulk", BulkBenchmark.Case, Subject, variant, context.Storage, batches * BulkBenchmark.BatchSize / bulk.Elapsed.TotalSeconds, Measurement.PerSecond);
        yield return new Measurement("latency", LatencyBenchmark.Case, Subject, variant, context.Storage, p50, Measurement.Milliseconds) { P50Milliseconds = p50, P99Milliseconds = p99 };
    }

    private static TimeSpan InsertEach(SqliteConnection connection, long[] times)
    {
        using var command = Insert(connection);
        var all = Stopwatch.StartNew();
        for (var n = 0; n < times.Length; n++)
        {
            var start = Stopwatch.GetTimestamp();
            command.Parameters[0].Value = Guid.CreateVersion7().ToByteArray();
            command.ExecuteNonQuery();
            times[n] = Stopwatch.GetTimestamp() - start;
        }

        return all.Elapsed;
    }

    private static void InsertBatch(SqliteConnection connection, int rows)
    {
        using var transaction = connection.BeginTransaction();
        using var command = Insert(connection);
        command.Transaction = transaction;
        for (var n = 0; n < rows; n++)
        {
            command.Parameters[0].Value = Guid.CreateVersion7().ToByteArray();
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static SqliteCommand Insert(SqliteConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO facts (id, payload) VALUES ($id, $payload)";
        command.Parameters.AddWithValue("$id", Array.Empty<byte>());
        command.Parameters.AddWithValue("$payload", BenchmarkHost.Payload.ToArray());
        return command;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
