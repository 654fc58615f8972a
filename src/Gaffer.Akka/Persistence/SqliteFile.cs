using Microsoft.Data.Sqlite;

namespace Gaffer;

/// <summary>The file of a SQLite storage, checked and held by this process.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly StorageLock _lock;
    private readonly string _connectionString;

    private SqliteFile(StorageLock held, string connectionString)
    {
        _lock = held;
        _connectionString = connectionString;
    }

    /// <exception cref="GafferException">It cannot be used; the message says why, and what to do.</exception>
    public static SqliteFile Open(SqliteStorage storage)
    {
        var file = storage.Path;
        if (Directory.Exists(file))
        {
            throw Fault($"{file} is a folder. Give the path of a file in it.");
        }

        MakeFolder(Path.GetDirectoryName(file)!);
        var held = StorageLock.Acquire(file);
        try
        {
            Prepare(file, storage.ConnectionString);
            return new SqliteFile(held, storage.ConnectionString);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        _lock.Dispose();
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault($"The folder {folder} cannot be made: {e.Message} Make it, or choose another one.");
        }
    }

    private static void Prepare(string file, string connectionString)
    {
        if (File.Exists(file) && (File.GetAttributes(file) & FileAttributes.ReadOnly) != 0)
        {
            throw Fault($"{file} is read-only. Let this user write to it.");
        }

        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL";
            if (command.ExecuteScalar() is not "wal")
            {
                throw Fault($"{file} cannot have a write-ahead log here, as on some network drives. Choose a folder on a local disk.");
            }

            command.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw StorageFault.Describe(e, file).ToException();
        }
    }

    private static GafferException Fault(string message) => new GafferFailure(GafferError.Unavailable, message).ToException();
}
