using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using Npgsql;
using Xunit;

namespace Gaffer.Tests;

public class StorageConfigTests
{
    private const string Server = "Host=db;Username=u;Database=jobs";

    [Fact]
    public void A_connection_string_arrives_as_it_was_given()
    {
        const string Odd = """Server=db;Password=a"b\c$d${e}#f//g'h""";

        Assert.Equal(Odd, Journal(Storage.MySql(Odd)).GetString("connection-string"));
        Assert.Equal(Odd, Snapshots(Storage.SqlServer(Odd)).GetString("connection-string"));
    }

    [Fact]
    public void Postgres_gets_what_its_user_left_open()
    {
        var journal = new NpgsqlConnectionStringBuilder(Journal(Storage.Postgres(Server)).GetString("connection-string"));
        Assert.True(journal.NoResetOnClose);
        Assert.Equal(32, journal.MaxAutoPrepare);
        Assert.Equal(16, journal.MaxPoolSize);

        var own = Storage.Postgres($"{Server};noresetonclose=false;Max Auto Prepare=0;MaxPoolSize=100;Command Timeout=7");
        var said = new NpgsqlConnectionStringBuilder(Snapshots(own).GetString("connection-string"));
        Assert.False(said.NoResetOnClose);
        Assert.Equal(0, said.MaxAutoPrepare);
        Assert.Equal(100, said.MaxPoolSize);
        Assert.Equal(7, said.CommandTimeout);
    }

    [PostgresFact]
    public async Task A_node_that_stands_still_in_a_write_does_not_hold_up_the_next_writer_for_long()
    {
        var connections = Journal(Storage.Postgres(PostgresServer.Shared.NewDatabase())).GetString("connection-string");
        await using var held = new NpgsqlConnection(connections);
        await held.OpenAsync();
        await using var begin = new NpgsqlCommand("BEGIN; CREATE TABLE taken (number int)", held);
        await begin.ExecuteNonQueryAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        var ended = await Assert.ThrowsAsync<PostgresException>(() => held.WaitAsync(patience.Token)); // nothing comes but this
        Assert.Equal("25P03", ended.SqlState); // idle_in_transaction_session_timeout
    }

    [Fact]
    public void No_breaker_keeps_a_queue_waiting_for_its_snapshot() =>
        Assert.All((Storage[])[Storage.Sqlite("jobs.db"), Storage.Postgres(Server)], s => Assert.Equal(int.MaxValue, Snapshots(s).GetInt("circuit-breaker.max-failures")));

    [Fact]
    public void A_storage_tells_no_password() =>
        Assert.DoesNotContain("secret", $"{Storage.Postgres($"{Server};Password=secret")}{Storage.MySql("Password=secret")}{Storage.SqlServer("Password=secret")}", StringComparison.Ordinal);

    [Theory]
    [InlineData("default")]
    [InlineData("eu.west:1_x")]
    public void Any_name_of_a_storage_makes_plugins_that_are_found(string name)
    {
        foreach (var storage in (Storage[])[Storage.InMemory(), Storage.Sqlite("jobs.db"), Storage.Postgres(Server)])
        {
            var plugins = storage.Plugins(name);
            var config = storage.ToConfig(name);
            Assert.Equal(name, plugins.Name);
            Assert.NotNull(config.GetConfig(plugins.Journal).GetString("class"));
            Assert.NotNull(config.GetConfig(plugins.Snapshots).GetString("class"));
        }
    }

    [Fact]
    public void The_plugins_read_their_settings()
    {
        var sqlite = new JournalConfig(Journal(Storage.Sqlite("jobs.db")));
        Assert.Equal("gaffer.storage.default.journal", sqlite.PluginId);
        Assert.Equal("gaffer_journal", sqlite.TableConfig.EventJournalTable.Name);
        Assert.True(sqlite.TableConfig.EventJournalTable.UseWriterUuidColumn);
        Assert.Equal("persistence_id", sqlite.TableConfig.EventJournalTable.ColumnNames.PersistenceId);
        Assert.Equal(TagMode.Csv, sqlite.PluginConfig.TagMode);
        Assert.True(sqlite.AutoInitialize);
        Assert.True(sqlite.DaoConfig.PreferParametersOnMultiRowInsert);
        Assert.Equal(1, sqlite.DaoConfig.Parallelism);
        Assert.Equal(64, sqlite.DaoConfig.ReplayBatchSize);
        Assert.Equal("off", Journal(Storage.Sqlite("jobs.db")).GetString("replay-filter.mode"));
        Assert.Equal("gaffer_snapshot", new SnapshotConfig(Snapshots(Storage.Sqlite("jobs.db"))).TableConfig.SnapshotTable.Name);
        Assert.Equal(3, new JournalConfig(Journal(Storage.Postgres(Server))).DaoConfig.Parallelism);
    }

    [Fact]
    public void A_missing_driver_is_named()
    {
        Assert.Contains("MySqlConnector", Assert.Throws<InvalidQueueConfigException>(() => Storage.MySql("Server=db").Open()).Message, StringComparison.Ordinal);
        Assert.Contains("Microsoft.Data.SqlClient", Assert.Throws<InvalidQueueConfigException>(() => Storage.SqlServer("Server=db").Open()).Message, StringComparison.Ordinal);
    }

    private static Config Journal(Storage storage) => Plugin(storage, storage.Plugins("default").Journal);

    private static Config Snapshots(Storage storage) => Plugin(storage, storage.Plugins("default").Snapshots);

    private static Config Plugin(Storage storage, string id)
    {
        var config = storage.ToConfig("default");
        var defaults = id.EndsWith("journal", StringComparison.Ordinal) ? "akka.persistence.journal.sql" : "akka.persistence.snapshot-store.sql";
        return config.GetConfig(id).WithFallback(config.GetConfig(defaults));
    }
}
