using System.Data.Common;
using System.Net.Sockets;
using System.Runtime.Serialization;
using Akka.Pattern;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gaffer;

/// <summary>Says of a failed write or recovery what was wrong, in words that a person can act on.</summary>
internal static class StorageFault
{
    /// <summary>What PostgreSQL says when <c>idle_in_transaction_session_timeout</c> is over; Npgsql has no name for it.</summary>
    private const string IdleInTransaction = "25P03";

    public static GafferFailure Describe(Exception exception, QueueName queue) => Describe(exception, $"the storage of queue {queue}") with { Queue = queue.Value };

    /// <param name="exception">What happened.</param>
    /// <param name="where">The storage, in words.</param>
    public static GafferFailure Describe(Exception exception, string where)
    {
        var (error, problem) = Causes(exception).Select(Explain).FirstOrDefault(e => e is not null)
            ?? new Explanation(GafferError.Unavailable, $"failed: {Innermost(exception).Message}");
        return new GafferFailure(error, $"{char.ToUpperInvariant(where[0])}{where[1..]} {problem}");
    }

    /// <summary>Whether a write failed because somebody else had written at its place: it was not made, and the journal goes on at another node, or will here.</summary>
    public static bool IsOvertaken(Exception exception) => Causes(exception).Any(static cause => cause switch
    {
        PostgresException e => e.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException e => e is { SqliteErrorCode: 19, SqliteExtendedErrorCode: 1555 or 2067 },
        _ => false,
    });

    private sealed record Explanation(GafferError Error, string Problem);

    private static Explanation? Explain(Exception cause) => cause switch
    {
        WireException or SerializationException => Incompatible($"holds what this version cannot read. {cause.Message}"),
        SqliteException e => Sqlite(e),
        PostgresException e => Postgres(e),
        NpgsqlException { InnerException: SocketException s } => Unavailable($"cannot be reached: {s.Message}. Check the host, the port and that the server runs."),
        NpgsqlException { InnerException: IOException broken } => Unavailable($"cannot be reached: the connection broke. {broken.Message} Check that the server runs."),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => Unavailable("did not answer in time. Check the load of the database and the network."),
        OpenCircuitException => Unavailable("has failed several times in a row and is left alone for some seconds. The log tells the first failure."),
        SocketException => Unavailable($"cannot be reached: {cause.Message}. Check the host, the port and that the server runs."),
        DbException => Unavailable($"failed: {cause.Message}"),
        UnauthorizedAccessException => Unavailable($"may not be written: {cause.Message} Let this user write to it."),
        _ => null,
    };

    private static Explanation Sqlite(SqliteException e) => e.SqliteErrorCode switch
    {
        5 or 6 => Unavailable("is busy: something else holds the file. Close other programs that have it open."),
        8 => Unavailable("is read-only. Let this user write to the file and its folder."),
        10 => Unavailable($"cannot be read or written: the disk reports an error ({e.SqliteExtendedErrorCode}). Check the disk."),
        11 => Incompatible("is damaged: the file is not a sound database. Restore it from a copy."),
        13 => Unavailable("has no room: the disk is full. Make room; nothing else is needed."),
        14 => Unavailable("cannot be opened. Check that the folder exists and that this user may write to it."),
        18 => Unavailable("cannot take a value so large: a snapshot is above 1 GB. Delete jobs that ended, or split the queue."),
        19 when e.SqliteExtendedErrorCode is 1555 or 2067 => Unavailable("was written by another process meanwhile."),
        26 => Incompatible("is not a SQLite database. Choose another file."),
        _ => Unavailable($"failed: {e.Message}"),
    };

    private static Explanation Postgres(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Unavailable($"refuses the user or the password: {e.MessageText}. Correct the connection string."),
        PostgresErrorCodes.InvalidCatalogName => Unavailable($"does not exist: {e.MessageText}. Create the database, or correct the connection string."),
        PostgresErrorCodes.InsufficientPrivilege => Unavailable($"refuses this user: {e.MessageText}. Grant it the right to create and write tables."),
        PostgresErrorCodes.ReadOnlySqlTransaction => Unavailable("is read-only, such as a replica. Connect to the primary."),
        PostgresErrorCodes.DiskFull => Unavailable("has no room: the disk of the database is full. Make room; nothing else is needed."),
        PostgresErrorCodes.TooManyConnections => Unavailable("has no connection left. Raise max_connections, or set Maximum Pool Size in the connection string."),
        PostgresErrorCodes.UniqueViolation => Unavailable("was written by another node meanwhile; the queue starts again from what is there."),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => Incompatible($"has other tables than this version: {e.MessageText}."),
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => Unavailable($"starts or stops: {e.MessageText}."),
        IdleInTransaction => Unavailable("ended a write that was not made: this node stood still in it for some seconds. Look for what holds up its threads: work that blocks the thread pool, or a machine that pauses."),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => Incompatible($"is damaged: {e.MessageText}. Restore it from a copy."),
        _ => Unavailable($"failed: {e.MessageText} ({e.SqlState})."),
    };

    private static Explanation Unavailable(string problem) => new(GafferError.Unavailable, problem);

    private static Explanation Incompatible(string problem) => new(GafferError.Incompatible, problem);

    // The journal tells of a rollback that failed too before what it was for.
    private static IEnumerable<Exception> Causes(Exception exception)
    {
        yield return exception;
        var inner = exception is AggregateException all ? all.InnerExceptions.Reverse() : exception.InnerException is { } one ? [one] : (IEnumerable<Exception>)[];
        foreach (var cause in inner.SelectMany(Causes))
        {
            yield return cause;
        }
    }

    private static Exception Innermost(Exception exception) => exception.GetBaseException();
}
