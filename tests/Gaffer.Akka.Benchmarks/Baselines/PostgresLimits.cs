using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace Gaffer.Benchmarks;

/// <summary>What PostgreSQL itself does with the same rows: one commit for each, and <c>COPY</c>.</summary>
internal static class PostgresLimits
{
    private const string Schema = "CREATE TABLE facts (id uuid, payload bytea)";

    public static async Task<NpgsqlDataSource> OpenAsync(FreshStore store, int connections)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(store.Connection)
        {
            MaxPoolSize = connections, MinPoolSize = connections, NoResetOnClose = true, MaxAutoPrepare = 5, AutoPrepareMinUsages = 1,
        });
        await using var command = source.CreateCommand(Schema);
        await command.ExecuteNonQueryAsync();
        return source;
    }

    public static async Task CommitAsync(NpgsqlDataSource source, byte[] payload)
    {
        await using var command = source.CreateCommand("INSERT INTO facts (id, payload) VALUES ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7(), NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = payload, NpgsqlDbType = NpgsqlDbType.Bytea });
        await command.ExecuteNonQueryAsync();
    }

    public static async Task CopyAsync(NpgsqlDataSource source, byte[] payload, int rows)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync("COPY facts (id, payload) FROM STDIN (FORMAT binary)");
        for (var row = 0; row < rows; row++)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid);
            await copy.WriteAsync(payload, NpgsqlDbType.Bytea);
        }

        await copy.CompleteAsync();
    }
}

/// <summary>One commit for each row, from as many connections as there are callers; PostgreSQL writes those that wait together.</summary>
internal sealed class PostgresCommitLimit : IBenchmark
{
    public string Name => "insert";

    public Subject Subject => Subject.Physical;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var callers in InsertBenchmark.Callers)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var source = await PostgresLimits.OpenAsync(store, callers);
            var payload = BenchmarkHost.Payload.ToArray();
            await LoadDriver.RunAsync(callers, 5_000, (_, _) => PostgresLimits.CommitAsync(source, payload));
            var load = await LoadDriver.RunAsync(callers, context.Scale(30_000), (_, _) => PostgresLimits.CommitAsync(source, payload));
            yield return load.ToMeasurement(Name, InsertBenchmark.CaseOf(callers), Subject, "a commit a row", context.Storage);
        }
    }
}

/// <summary><c>COPY</c> of the same rows: 1,000 a commit, and all in one.</summary>
internal sealed class PostgresCopyLimit : IBenchmark
{
    public string Name => "bulk";

    public Subject Subject => Subject.Physical;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var source = await PostgresLimits.OpenAsync(store, BulkBenchmark.Callers);
        var payload = BenchmarkHost.Payload.ToArray();
        await PostgresLimits.CopyAsync(source, payload, 1_000);
        var load = await LoadDriver.RunAsync(BulkBenchmark.Callers, context.Scale(200), (_, _) => PostgresLimits.CopyAsync(source, payload, BulkBenchmark.BatchSize));
        yield return load.ToMeasurement(Name, BulkBenchmark.Case, Subject, "COPY, 1,000 a commit", context.Storage, BulkBenchmark.BatchSize);

        var rows = context.Scale(200_000);
        var meter = new CostMeter();
        await PostgresLimits.CopyAsync(source, payload, rows);
        var (elapsed, cost) = meter.Read(rows);
        yield return new Measurement(Name, BulkBenchmark.Case, Subject, "COPY, all in one", context.Storage, rows / elapsed.TotalSeconds, Measurement.PerSecond) { Cost = cost };
    }
}

/// <summary>One commit at a time on an idle server: below this no insert can be durable.</summary>
internal sealed class PostgresLatencyLimit : IBenchmark
{
    public string Name => "latency";

    public Subject Subject => Subject.Physical;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var source = await PostgresLimits.OpenAsync(store, 1);
        var payload = BenchmarkHost.Payload.ToArray();
        var times = new long[Math.Max(context.Scale(LatencyBenchmark.Samples), 100)];
        for (var n = -20; n < times.Length; n++)
        {
            await Task.Delay(LatencyBenchmark.Pause);
            var start = Stopwatch.GetTimestamp();
            await PostgresLimits.CommitAsync(source, payload);
            if (n >= 0) times[n] = Stopwatch.GetTimestamp() - start;
        }

        yield return LatencyBenchmark.Of(times, Name, Subject, "one commit", context.Storage);
    }
}
