using System.Diagnostics;

namespace Gaffer.Tests;

/// <summary>A disk of a few megabytes in memory, on which a test puts a table, and which it fills.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gaffer-disk-").FullName;

    private SmallDisk()
    {
    }

    /// <summary>For a tablespace: the server's user may write there, and nobody else.</summary>
    public string Folder => Path.Combine(_folder, "space");

    private string Filler => Path.Combine(_folder, "filler");

    /// <summary>Whether this process may mount one.</summary>
    public static bool IsAvailable()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") return false;
        try
        {
            Mount(1).Dispose();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    public static SmallDisk Mount(int megabytes)
    {
        var disk = new SmallDisk();
        try
        {
            Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk._folder);
        }
        catch (InvalidOperationException)
        {
            Directory.Delete(disk._folder);
            throw;
        }

        Directory.CreateDirectory(disk.Folder);
        Run("chown", "postgres", disk.Folder);
        return disk;
    }

    /// <summary>Leaves no room.</summary>
    public void Fill()
    {
        using var file = File.Create(Filler, bufferSize: 0);
        try
        {
            while (true) file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            Debug.Assert(file.Length > 0, "there was room before");
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "-l", _folder);
        Directory.Delete(_folder);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {error}");
    }
}

/// <summary>A test that fills a disk with a real PostgreSQL on it. Where none can be mounted it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : Xunit.FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!PostgresServer.IsAvailable(out var reason)) Skip = reason;
        else if (!SmallDisk.IsAvailable()) Skip = "This user may mount no disk.";
    }
}
