using Npgsql;
using Xunit;

namespace Gaffer.Tests;

public sealed class StorageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gaffer-storage-").FullName;

    private string File(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Memory_keeps_commits_and_snapshots() => StorageScenarios.Keeps_commits_and_snapshots(Storage.InMemory(), survives: false);

    [Fact]
    public Task Sqlite_keeps_commits_and_snapshots() => OnSqlite(s => StorageScenarios.Keeps_commits_and_snapshots(s, survives: true));

    [PostgresFact]
    public Task Postgres_keeps_commits_and_snapshots() => StorageScenarios.Keeps_commits_and_snapshots(NewPostgres(), survives: true);

    [Fact]
    public Task Sqlite_keeps_all_of_a_queue_that_came_back() => OnSqlite(s => StorageScenarios.Keeps_all_of_a_queue_that_came_back(s));

    [PostgresFact]
    public Task Postgres_keeps_all_of_a_queue_that_came_back() => StorageScenarios.Keeps_all_of_a_queue_that_came_back(NewPostgres());

    [Fact]
    public Task Sqlite_lets_many_queues_write_at_once() => OnSqlite(StorageScenarios.Many_queues_write_at_once);

    [PostgresFact]
    public Task Postgres_lets_many_queues_write_at_once() => StorageScenarios.Many_queues_write_at_once(NewPostgres());

    [PostgresFact]
    public async Task Postgres_compresses_quickly_where_it_can()
    {
        var database = PostgresServer.Shared.NewDatabase();
        await using (var system = new StorageSystem(Storage.Postgres(database))) await system.Recover("any");
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("""
            SELECT string_agg(attcompression::text, '') || (SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression')::text
            FROM pg_attribute WHERE (attrelid, attname) IN (('gaffer_journal'::regclass, 'message'), ('gaffer_snapshot'::regclass, 'snapshot'))
            """);
        var columns = (string)(await command.ExecuteScalarAsync())!;
        if (columns.EndsWith("true", StringComparison.Ordinal)) Assert.Equal("lltrue", columns);
    }

    private static Storage NewPostgres() =>
        Storage.Postgres(PostgresServer.Shared.NewDatabase());

    private async Task OnSqlite(Func<Storage, Task> scenario)
    {
        var storage = Storage.Sqlite(File("jobs.db"));
        using (storage.Open())
        {
            await scenario(storage);
        }
    }
}
