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

/// <summary>Makes empty storages: files in a directory, databases on a PostgreSQL server of its own (fsync on), started when it is first needed.</summary>
internal sealed class BenchmarkStores : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gaffer-bench-").FullName;
    private PostgresServer? _postgres;
    private int _count;

    public async Task<FreshStore> CreateAsync(StorageKind kind)
    {
        var name = $"bench{++_count}";
        switch (kind)
        {
            case StorageKind.Sqlite:
                var folder = Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;
                return new FreshStore(kind, Path.Combine(folder, "bench.db"), () =>
                {
                    Directory.Delete(folder, recursive: true);
                    return ValueTask.CompletedTask;
                });
            case StorageKind.Postgres:
                await ExecuteAsync($"CREATE DATABASE {name}");
                var connection = new NpgsqlConnectionStringBuilder(await AdminConnectionAsync()) { Database = name }.ConnectionString;
                return new FreshStore(kind, connection, async () => await ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)"));
            default:
                return new FreshStore(kind, "", () => ValueTask.CompletedTask);
        }
    }

    /// <summary>The settings of the PostgreSQL server that decide how durable and how fast it is.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PostgresSettingsAsync()
    {
        var settings = new SortedDictionary<string, string>();
        await using var source = NpgsqlDataSource.Create(await AdminConnectionAsync());
        foreach (var name in (string[])["server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "wal_sync_method", "max_connections"])
        {
            await using var command = source.CreateCommand($"SHOW {name}");
            settings[name] = (string)(await command.ExecuteScalarAsync())!;
        }

        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<string> AdminConnectionAsync() => (_postgres ??= await PostgresServer.StartAsync()).ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(await AdminConnectionAsync());
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
