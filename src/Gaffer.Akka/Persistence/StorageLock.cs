namespace Gaffer;

/// <summary>Keeps a second process from a file: a lock of the operating system, which ends with the process however that ends.</summary>
/// <remarks>The lock file stays: to delete it would let two processes lock two files of one name.</remarks>
internal sealed class StorageLock : IDisposable
{
    private readonly FileStream _file;

    private StorageLock(FileStream file) => _file = file;

    /// <exception cref="GafferUnavailableException">Another process has it, or the file cannot be made.</exception>
    public static StorageLock Acquire(string database)
    {
        var path = database + ".lock";
        try
        {
            return new StorageLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException) && File.Exists(path))
        {
            throw Fault($"{database} is in use by another process. End that one, or give this one a file of its own; processes that share queues need a database server.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault($"The lock file {path} cannot be made: {e.Message} Let this user write to the folder, or choose another one.");
        }
    }

    public void Dispose() => _file.Dispose();

    private static GafferException Fault(string message) => new GafferFailure(GafferError.Unavailable, message).ToException();
}
