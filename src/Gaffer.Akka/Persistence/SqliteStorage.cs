using System.Data.Common;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using LinqToDB.Interceptors;
using Microsoft.Data.Sqlite;

namespace Gaffer;

internal sealed record SqliteStorage : SqlStorage
{
    public SqliteStorage(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (path.Contains('=', StringComparison.Ordinal) || path.StartsWith(':') || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{path}' is no path of a file. Give a path such as jobs.db; for memory use Storage.InMemory().", nameof(path));
        }

        Path = System.IO.Path.GetFullPath(path);
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = Path, DefaultTimeout = 30 }.ConnectionString;
    }

    /// <summary>The file, absolute.</summary>
    public string Path { get; }

    public string ConnectionString { get; }

    internal override bool IsExclusive => true;

    protected override string Provider => ProviderName.SQLiteMS;

    protected override int Writers => 1;

    /// <summary>To Microsoft.Data.Sqlite this means a transaction that takes no lock for writing; it still reads nothing but what was committed.</summary>
    protected override string ReadIsolation => "read-uncommitted";

    protected override string JournalConnection => ConnectionString;

    protected override string SnapshotConnection => ConnectionString;

    internal override void AddOptions(string name, MultiDataOptionsSetup options)
    {
        var sqlite = new DataOptions().UseConnectionString(Provider, ConnectionString).UseInterceptor(new Pragmas());
        options.AddDataOptions(Plugins(name).Journal, sqlite);
        options.AddDataOptions(Plugins(name).Snapshots, sqlite);
    }

    internal override IDisposable Open() => SqliteFile.Open(this);

    public override string ToString() => $"SQLite {Path}";

    /// <summary>What a connection string cannot say. Without the first, one that finds the file busy sleeps 150 ms between two looks.</summary>
    private sealed class Pragmas : ConnectionInterceptor
    {
        public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection) => Set(connection);

        public override Task ConnectionOpenedAsync(ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
        {
            Set(connection);
            return Task.CompletedTask;
        }

        private static void Set(DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA busy_timeout = 30000; PRAGMA synchronous = FULL;";
            command.ExecuteNonQuery();
        }
    }
}
