using Gaffer.Tests;
using Npgsql;

namespace Gaffer.Benchmarks;

internal enum StorageKind
{
    Sqlite,
    Postgres,
    Memory,
}

/// <summary>An empty storage. Disposing it deletes it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Connection">Path or connection string.</param>
/// <param name="Delete">Deletes it.</param>
internal sealed record FreshStore(StorageKind Kind, string Connection, Func<ValueTask> Delete) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Delete();
}

/// <summary>Makes empty storages: files in a directory, databases on a PostgreSQL server of this process (fsync on), started when it is first needed.</summary>
internal sealed class BenchmarkStores : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gaffer-bench-").FullName;
    private int _count;

    public FreshStore Create(StorageKind kind)
    {
        switch (kind)
        {
            case StorageKind.Sqlite:
                var folder = Directory.CreateDirectory(Path.Combine(_directory, $"{++_count}")).FullName;
                return new FreshStore(kind, Path.Combine(folder, "bench.db"), () =>
                {
                    Directory.Delete(folder, recursive: true);
                    return ValueTask.CompletedTask;
                });
            case StorageKind.Postgres:
                var connection = Server.NewDatabase();
                return new FreshStore(kind, connection, async () => await DropAsync(connection));
            default:
                return new FreshStore(kind, "", () => ValueTask.CompletedTask);
        }
    }

    /// <summary>Another database of the same server, to look at the storage from outside.</summary>
    public static NpgsqlDataSource Administrate(FreshStore store) => NpgsqlDataSource.Create(Admin(store.Connection));

    /// <summary>The settings of the PostgreSQL server that decide how durable and how fast it is.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> PostgresSettingsAsync()
    {
        var settings = new SortedDictionary<string, string>();
        await using var source = NpgsqlDataSource.Create(Admin(Server.NewDatabase()));
        foreach (var name in (string[])["server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "wal_sync_method", "max_connections"])
        {
            await using var command = source.CreateCommand($"SHOW {name}");
            settings[name] = (string)(await command.ExecuteScalarAsync())!;
        }

        return settings;
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static PostgresServer Server => PostgresServer.Shared;

    private static async Task DropAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(Admin(connection));
        await using var command = source.CreateCommand($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connection).Database} WITH (FORCE)");
        await command.ExecuteNonQueryAsync();
    }

    private static string Admin(string connection) => new NpgsqlConnectionStringBuilder(connection) { Database = "postgres", Pooling = false }.ConnectionString;
}
