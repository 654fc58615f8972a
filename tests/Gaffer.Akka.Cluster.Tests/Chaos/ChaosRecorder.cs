using Npgsql;

namespace Gaffer.Tests;

/// <summary>Writes down what a process sees, each in a transaction of its own, in a database that Gaffer knows nothing of. Times are microseconds of the machine's clock, which all processes share.</summary>
public sealed class ChaosRecorder(string connection) : IAsyncDisposable
{
    // Processes are killed, and never this database: what it has taken stays, so it need not sync.
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create($"{connection};Maximum Pool Size=24;Max Auto Prepare=16;No Reset On Close=true;Options=-c synchronous_commit=off");

    /// <summary>Microseconds since 1970.</summary>
    public static long Now => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public Task CreateTablesAsync() => ExecuteAsync("""
        CREATE TABLE runs (run uuid PRIMARY KEY, job uuid NOT NULL, execution int NOT NULL, queue text NOT NULL, life int NOT NULL, incarnation uuid NOT NULL, started bigint NOT NULL, ended bigint, outcome text);
        CREATE TABLE acknowledged (job uuid NOT NULL, queue text NOT NULL, deed text NOT NULL, life int NOT NULL, at bigint NOT NULL, took bigint NOT NULL);
        CREATE TABLE members (life int NOT NULL, address text NOT NULL, uid int NOT NULL, at bigint NOT NULL);
        CREATE TABLE removed (life int NOT NULL, address text NOT NULL, uid int NOT NULL, downed boolean NOT NULL, at bigint NOT NULL);
        CREATE TABLE problems (life int NOT NULL, at bigint NOT NULL, what text NOT NULL);
        """);

    /// <summary>Code of a job begins.</summary>
    public async Task<Guid> BeganAsync(JobContext job, int life)
    {
        ArgumentNullException.ThrowIfNull(job);
        var (run, now) = (Guid.NewGuid(), Now);
        await ExecuteAsync("INSERT INTO runs VALUES ($1, $2, $3, $4, $5, $6, $7)", run, job.Id.Value, job.FencingToken, job.Job.Queue.Value, life, job.Job.Node?.Incarnation ?? Guid.Empty, now);
        return run;
    }

    /// <summary>Code of a job is about to return.</summary>
    public Task EndedAsync(Guid run, RunEnd how) => ExecuteAsync("UPDATE runs SET ended = $2, outcome = $3 WHERE run = $1", run, Now, $"{how}");

    /// <summary>Inserts were answered.</summary>
    public Task AcknowledgedAsync(IReadOnlyCollection<Guid> jobs, string queue, ChaosDeed deed, int life, TimeSpan took) =>
        ExecuteAsync("INSERT INTO acknowledged SELECT job, $2, $3, $4, $5, $6 FROM unnest($1) AS job", jobs.ToArray(), queue, $"{deed}", life, Now, (long)took.TotalMicroseconds);

    /// <summary>A process is a member of the cluster.</summary>
    public Task JoinedAsync(int life, string address, int uid) => ExecuteAsync("INSERT INTO members VALUES ($1, $2, $3, $4)", life, address, uid, Now);

    /// <summary>A process saw that a member is gone.</summary>
    public Task RemovedAsync(int life, string address, int uid, bool downed, long at) => ExecuteAsync("INSERT INTO removed VALUES ($1, $2, $3, $4, $5)", life, address, uid, downed, at);

    /// <summary>A call threw.</summary>
    public Task ProblemAsync(int life, string what) => ExecuteAsync("INSERT INTO problems VALUES ($1, $2, $3)", life, Now, what);

    public async Task<IReadOnlyList<T>> ReadAsync<T>(string query, Func<NpgsqlDataReader, T> read, params object[] values)
    {
        ArgumentNullException.ThrowIfNull(read);
        await using var command = Command(query, values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task ExecuteAsync(string statement, params object[] values)
    {
        await using var command = Command(statement, values);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Command(string statement, object[] values)
    {
        var command = _source.CreateCommand(statement);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
