using Akka.Actor;
using Akka.Pattern;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit;
using static Gaffer.Tests.StorageSystem;

namespace Gaffer.Tests;

public sealed class StorageFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gaffer-fault-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(5, GafferError.Unavailable, "busy")]
    [InlineData(8, GafferError.Unavailable, "read-only")]
    [InlineData(13, GafferError.Unavailable, "disk is full")]
    [InlineData(11, GafferError.Incompatible, "damaged")]
    [InlineData(26, GafferError.Incompatible, "not a SQLite database")]
    public void A_fault_of_SQLite_is_told_in_words(int code, GafferError error, string words) =>
        Told(new InvalidOperationException("outer", new SqliteException("inner", code)), error, words);

    [Theory]
    [InlineData("28P01", "password")]
    [InlineData("3D000", "does not exist")]
    [InlineData("53100", "disk of the database is full")]
    [InlineData("25006", "replica")]
    [InlineData("42501", "right to create")]
    [InlineData("53300", "max_connections")]
    [InlineData("23505", "another node")]
    public void A_fault_of_Postgres_is_told_in_words(string state, string words) =>
        Told(new AggregateException(new InvalidOperationException("rollback"), new PostgresException("text", "FATAL", "FATAL", state)), GafferError.Unavailable, words);

    [Fact]
    public void A_journal_of_a_newer_version_is_incompatible() =>
        Told(WireException.Unknown("manifest 'commit.2'"), GafferError.Incompatible, "commit.2");

    [Fact]
    public void A_circuit_that_is_open_says_that_it_is_tried_again() =>
        Told(new OpenCircuitException("open"), GafferError.Unavailable, "several times");

    [Fact]
    public void Anything_else_is_told_as_it_is() =>
        Told(new InvalidOperationException("outer", new ArithmeticException("the cause")), GafferError.Unavailable, "the cause");

    [Fact]
    public async Task A_server_that_does_not_run_cannot_be_reached()
    {
        await using var connection = new NpgsqlConnection("Host=127.0.0.1;Port=1;Username=u;Database=d;Timeout=3;Pooling=false");

        Told(await Assert.ThrowsAsync<NpgsqlException>(() => connection.OpenAsync()), GafferError.Unavailable, "cannot be reached");
    }

    [PostgresFact]
    public async Task A_database_that_does_not_exist_is_told()
    {
        var server = PostgresServer.Shared;
        var missing = new NpgsqlConnectionStringBuilder(server.NewDatabase()) { Database = "missing", Pooling = false };
        await using var connection = new NpgsqlConnection(missing.ConnectionString);

        Told(await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync()), GafferError.Unavailable, "Create the database");
    }

    /// <summary>The rollback finds a connection that is gone, and the journal names that first.</summary>
    [PostgresFact]
    public async Task A_node_that_stood_still_in_a_write_hears_that_and_not_that_the_connection_broke()
    {
        var database = new NpgsqlConnectionStringBuilder(PostgresServer.Shared.NewDatabase()) { Options = "-c idle_in_transaction_session_timeout=1ms", Pooling = false };
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var observer = new NpgsqlConnection(PostgresServer.Shared.NewDatabase());
        await observer.OpenAsync();
        await using var left = new NpgsqlCommand($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.Database}'", observer);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var write = new NpgsqlCommand("SELECT 1", connection);
        await write.ExecuteNonQueryAsync();
        await ClusterKit.UntilAsync(async () => await left.ExecuteScalarAsync() is 0L, "the server has ended the connection");

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => write.ExecuteNonQueryAsync());
        var rollback = await Assert.ThrowsAnyAsync<Exception>(() => transaction.RollbackAsync());
        Told(new AggregateException(rollback, failure), GafferError.Unavailable, "stood still");
    }

    [Fact]
    public async Task What_a_recovery_cannot_read_is_told_as_incompatible()
    {
        var storage = (SqliteStorage)Storage.Sqlite(Path.Combine(_folder, "jobs.db"));
        using var held = storage.Open();
        await using var system = new StorageSystem(storage);
        var keeper = system.Keeper("newer");
        await keeper.Ask<Kept>(Samples.Commit, Patience);
        await keeper.GracefulStop(Patience);
        Execute(storage, "UPDATE gaffer_journal SET manifest = 'commit.9'");

        var inbox = Inbox.Create(system.System);
        system.System.EventStream.Subscribe(inbox.Receiver, typeof(Recovered));
        system.Keeper("newer");

        var recovered = Assert.IsType<Recovered>(await inbox.ReceiveAsync(Patience));
        Told(recovered.Failure!, GafferError.Incompatible, "unknown manifest 'commit.9': written by a newer version?");
    }

    [Fact]
    public async Task A_write_that_fails_is_told()
    {
        var storage = (SqliteStorage)Storage.Sqlite(Path.Combine(_folder, "jobs.db"));
        using var held = storage.Open();
        await using var system = new StorageSystem(storage);
        var keeper = system.Keeper("refused");
        await keeper.Ask<Kept>(Samples.Commit, Patience);
        Execute(storage, "CREATE TRIGGER refuse BEFORE INSERT ON gaffer_journal BEGIN SELECT RAISE(ABORT, 'no room'); END");

        var error = await Assert.ThrowsAnyAsync<Exception>(() => keeper.Ask<Kept>(Samples.Commit, Patience));

        Told(error, GafferError.Unavailable, "queue emails");
    }

    private static void Execute(SqliteStorage storage, string sql)
    {
        using var connection = new SqliteConnection(storage.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void Told(Exception exception, GafferError error, string words)
    {
        var failure = StorageFault.Describe(exception, Samples.Queue);

        Assert.Equal(error, failure.Error);
        Assert.Equal("emails", failure.Queue);
        Assert.StartsWith("The storage of queue emails ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }
}
