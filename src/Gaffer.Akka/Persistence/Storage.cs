using Akka.Configuration;

namespace Gaffer;

/// <summary>Where queues are stored.</summary>
public sealed class Storage
{
    private Storage(string kind, string target) => (Kind, Target) = (kind, target);

    internal string Kind { get; }

    internal string Target { get; }

    /// <summary>A SQLite file of this node.</summary>
    public static Storage Sqlite(string path) => new("sqlite", path);

    /// <summary>A PostgreSQL database.</summary>
    public static Storage Postgres(string connectionString) => new("postgres", connectionString);

    /// <summary>A SQL Server database.</summary>
    public static Storage SqlServer(string connectionString) => new("sql-server", connectionString);

    /// <summary>A MySQL database.</summary>
    public static Storage MySql(string connectionString) => new("mysql", connectionString);

    /// <summary>The memory of this process: nothing survives it.</summary>
    public static Storage InMemory() => new("in-memory", "");

    internal Config ToConfig(string name) => Config.Empty;

    internal StoragePlugins Plugins(string name) => new(name, "akka.persistence.journal.inmem", "akka.persistence.snapshot-store.inmem", IsExclusive: true);
}
