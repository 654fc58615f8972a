using Npgsql;
using NpgsqlTypes;

namespace Gaffer.Benchmarks;

/// <summary>The queue that people write by hand on PostgreSQL: one table, claims with <c>FOR UPDATE SKIP LOCKED</c>.</summary>
/// <remarks>Tuned as far as it stays one table and one statement a step: prepared statements, no connection reset, batched claims, ends and the next claim in one round trip.
/// It keeps no history, no backoff, no timers, no cancellation; so it does less than what it is compared with.</remarks>
internal sealed class SkipLockedQueue : IAsyncDisposable
{
    private const string Schema = """
        CREATE TABLE jobs (
            id uuid PRIMARY KEY,
            place bigint GENERATED ALWAYS AS IDENTITY,
            payload bytea NOT NULL,
            state smallint NOT NULL DEFAULT 0,
            attempt int NOT NULL DEFAULT 0,
            created_at timestamptz NOT NULL DEFAULT now(),
            started_at timestamptz,
            finished_at timestamptz);
        CREATE INDEX jobs_available ON jobs (place) WHERE state = 0;
        """;

    private const string InsertOne = "INSERT INTO jobs (id, payload) VALUES ($1, $2)";
    private const string InsertAndNotify = "WITH inserted AS (INSERT INTO jobs (id, payload) VALUES ($1, $2)) SELECT pg_notify('jobs', '')";
    private const string InsertMany = "INSERT INTO jobs (id, payload) SELECT * FROM unnest($1, $2)";

    // SKIP LOCKED keeps the locks of rows that another one has claimed since the statement began. So the ends come first, which the count brings about: who claims first and
    // then waits for such a row deadlocks with another one that does the same.
    private const string FinishAndClaim = """
        WITH finished AS (
            UPDATE jobs SET state = 2, attempt = attempt + 1, finished_at = now() WHERE id = ANY ($1) AND state = 1 RETURNING 1),
        claimable AS (
            SELECT id FROM jobs WHERE state = 0 AND (SELECT count(*) FROM finished) >= 0 ORDER BY place LIMIT $2 FOR UPDATE SKIP LOCKED)
        UPDATE jobs SET state = 1, started_at = now() FROM claimable WHERE jobs.id = claimable.id RETURNING jobs.id, jobs.payload
        """;

    private readonly NpgsqlDataSource _source;

    private SkipLockedQueue(NpgsqlDataSource source) => _source = source;

    public static async Task<SkipLockedQueue> CreateAsync(string connectionString, int connections)
    {
        var queue = new SkipLockedQueue(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = connections, MinPoolSize = connections, NoResetOnClose = true, MaxAutoPrepare = 20, AutoPrepareMinUsages = 1,
        }));
        await using var command = queue._source.CreateCommand(Schema);
        await command.ExecuteNonQueryAsync();
        return queue;
    }

    public Task InsertAsync(Guid id, byte[] payload) => InsertAsync(InsertOne, id, payload);

    /// <summary>Inserts, and wakes who listens, in one statement.</summary>
    public Task InsertAndNotifyAsync(Guid id, byte[] payload) => InsertAsync(InsertAndNotify, id, payload);

    private async Task InsertAsync(string statement, Guid id, byte[] payload)
    {
        await using var command = _source.CreateCommand(statement);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = payload, NpgsqlDbType = NpgsqlDbType.Bytea });
        await command.ExecuteNonQueryAsync();
    }

    public async Task InsertAsync(Guid[] ids, byte[][] payloads)
    {
        await using var command = _source.CreateCommand(InsertMany);
        command.Parameters.Add(new() { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = payloads, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Records the ends of executions and claims the next jobs, in one transaction.</summary>
    public async Task<Guid[]> FinishAndClaimAsync(Guid[] finished, int limit, CancellationToken stop)
    {
        await using var command = _source.CreateCommand(FinishAndClaim);
        command.Parameters.Add(new() { Value = finished, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit, NpgsqlDbType = NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(stop);
        var claimed = new List<Guid>(limit);
        while (await reader.ReadAsync(stop))
        {
            claimed.Add(reader.GetGuid(0));
            _ = reader.GetFieldValue<byte[]>(1);
        }

        return [.. claimed];
    }

    /// <summary>Performs what waits, at once and whenever an insert says that there is more, until it is stopped.</summary>
    public async Task ListenAsync(Func<CancellationToken, Task> perform, CancellationToken stop)
    {
        await using var connection = await _source.OpenConnectionAsync(stop);
        await using (var listen = new NpgsqlCommand("LISTEN jobs", connection)) await listen.ExecuteNonQueryAsync(stop);
        while (true)
        {
            await perform(stop);
            await connection.WaitAsync(stop);
        }
    }

    public async Task<long> CountAsync(int state)
    {
        await using var command = _source.CreateCommand($"SELECT count(*) FROM jobs WHERE state = {state}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Gives the planner what autovacuum would give it a little later. Without it, a claim may be planned for the few rows that there were before.</summary>
    public async Task AnalyzeAsync()
    {
        await using var command = _source.CreateCommand("VACUUM ANALYZE jobs");
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
