using System.Globalization;
using System.Text;
using Akka.Configuration;
using Akka.Persistence.Sql.Config;

namespace Gaffer;

/// <summary>Where queues keep their journals and snapshots. What was acknowledged is on its disk, except with <see cref="InMemory"/>.</summary>
/// <remarks>Tables are made where they are missing: <c>gaffer_journal</c> and <c>gaffer_snapshot</c>. They are Gaffer's alone, so an application's own
/// persistent actors may use the same database.
/// Source: the drivers of gaffer.</remarks>
public abstract record Storage
{
    private protected Storage()
    {
    }

    /// <summary>A file on this machine, for one process: a second one that starts with the same file is refused.</summary>
    /// <param name="path">The file; it and its folder are made where they are missing. A relative path counts from the current folder.</param>
    /// <remarks>Write-ahead log, and each commit is synced (<c>synchronous=FULL</c>), so it survives a loss of power. Beside the file are <c>-wal</c>, <c>-shm</c> and <c>.lock</c>.</remarks>
    /// <exception cref="ArgumentException"><paramref name="path"/> is no path of a file.</exception>
    public static Storage Sqlite(string path) => new SqliteStorage(path);

    /// <summary>A PostgreSQL database, version 10 or later, shared by all nodes.</summary>
    /// <param name="connectionString">As for Npgsql. Where it does not say otherwise: <c>No Reset On Close</c>, statements are prepared, and up to 20 connections from each node.</param>
    /// <exception cref="ArgumentException"><paramref name="connectionString"/> is none.</exception>
    public static Storage Postgres(string connectionString) => new PostgresStorage(connectionString);

    /// <summary>The memory of one process, for tests and for what may be lost: nothing survives its end, or a queue's move to another node.</summary>
    public static Storage InMemory() => InMemoryStorage.Instance;

    /// <summary>A SQL Server database, 2019 or later, shared by all nodes. Add the package <c>Microsoft.Data.SqlClient</c> to the application.</summary>
    /// <param name="connectionString">As for Microsoft.Data.SqlClient.</param>
    /// <remarks>Use a database whose collation tells upper from lower case, if names of queues differ by that alone.</remarks>
    public static Storage SqlServer(string connectionString) => new SqlServerStorage(connectionString);

    /// <summary>A MySQL database, 8.0 or later, shared by all nodes. Add the package <c>MySqlConnector</c> to the application.</summary>
    /// <param name="connectionString">As for MySqlConnector. A snapshot must fit <c>max_allowed_packet</c>.</param>
    /// <remarks>Use a database whose collation tells upper from lower case, if names of queues differ by that alone.</remarks>
    public static Storage MySql(string connectionString) => new MySqlStorage(connectionString);

    /// <summary>Whether no other process can have it open.</summary>
    internal abstract bool IsExclusive { get; }

    /// <summary>The plugins under their ids, with all that they need but the serializer's bindings.</summary>
    internal abstract Config ToConfig(string name);

    /// <summary>Which plugins <see cref="ToConfig"/> makes.</summary>
    internal StoragePlugins Plugins(string name) => new(name, $"{Root(name)}.journal", $"{Root(name)}.snapshot", IsExclusive);

    /// <summary>What cannot be said in HOCON. To be part of the actor system's setup.</summary>
    internal virtual void AddOptions(string name, MultiDataOptionsSetup options)
    {
    }

    /// <summary>Checks that it can be used, and holds it for this process until disposed, which is after the end of the actor system.</summary>
    /// <exception cref="GafferException">It cannot be used; the message says why, and what to do.</exception>
    internal virtual IDisposable? Open() => null;

    /// <summary>Whether it answers: null, or why it does not at the moment. To be asked before the first use: it may make the tables.</summary>
    /// <exception cref="GafferException">It never will; the message says what to do.</exception>
    internal virtual Task<GafferFailure?> ProbeAsync() => Task.FromResult<GafferFailure?>(null);

    /// <summary>Where its plugins are in the configuration. What is special in a path or in the name of an actor is written as <c>_</c> and its code.</summary>
    private protected static string Root(string name)
    {
        var root = new StringBuilder("gaffer.storage.");
        foreach (var c in name)
        {
            _ = char.IsAsciiLetterOrDigit(c) || c == '-' ? root.Append(c) : root.Append(CultureInfo.InvariantCulture, $"_{(int)c:x2}");
        }

        return root.ToString();
    }

    private protected static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
