namespace Gaffer.Tests;

/// <summary>What one life of the subject does.</summary>
public enum SubjectMode
{
    /// <summary>Inserts and performs jobs until it is killed.</summary>
    Load,

    /// <summary>As <see cref="Load"/>, with jobs among them that run until their node stops.</summary>
    Hold,

    /// <summary>Inserts nothing new, performs what is left, and ends.</summary>
    Finish,
}

/// <summary>Where the jobs of a crash test are.</summary>
/// <param name="IsPostgres">PostgreSQL, or else SQLite.</param>
/// <param name="Connection">The connection string; the path of the file for SQLite.</param>
public sealed record CrashStorage(bool IsPostgres, string Connection)
{
    public static CrashStorage Sqlite(string path) => new(false, path);

    public static CrashStorage Postgres(string connectionString) => new(true, connectionString);
}

/// <summary>The command line of the subject.</summary>
/// <param name="Storage">Where its jobs are.</param>
/// <param name="LedgerDirectory">Where it writes what it sees.</param>
/// <param name="Life">Number of this life, from 0.</param>
/// <param name="Mode">What it does.</param>
public sealed record SubjectOptions(CrashStorage Storage, string LedgerDirectory, int Life, SubjectMode Mode)
{
    public IReadOnlyList<string> ToArguments() =>
        [Storage.IsPostgres ? "postgres" : "sqlite", Storage.Connection, LedgerDirectory, $"{Life}", $"{Mode}"];

    public static SubjectOptions Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments is [var kind, var connection, var ledger, var life, var mode]
            ? new(new CrashStorage(kind == "postgres", connection), ledger, int.Parse(life, provider: null), Enum.Parse<SubjectMode>(mode))
            : throw new ArgumentException("Usage: crash-subject sqlite|postgres CONNECTION LEDGERS LIFE MODE", nameof(arguments));
    }
}
