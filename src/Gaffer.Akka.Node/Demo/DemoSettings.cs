using System.Security.Cryptography;
using System.Text;

namespace Gaffer.Node;

/// <summary>What one start of the demo works on.</summary>
/// <param name="Folder">Full path of the folder.</param>
/// <param name="Data">Full path of the SQLite file.</param>
/// <param name="Workers">Files that are read at once.</param>
internal sealed record DemoSettings(string Folder, string Data, int Workers)
{
    /// <summary>Where the dashboard is; null: there is none.</summary>
    public DemoDashboard? Dashboard { get; init; }

    /// <summary>Whether it goes on with the folder when all files have been counted.</summary>
    public bool Follows { get; init; }

    /// <summary>Looks at the paths before anything starts.</summary>
    /// <param name="run">What is asked for.</param>
    /// <param name="isTerminal">Whether a person looks on.</param>
    /// <exception cref="DemoException">One of them cannot be used.</exception>
    public static DemoSettings From(DemoArguments.Run run, bool isTerminal)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(run.Folder));
        var data = Path.GetFullPath(run.Data ?? DefaultData(folder));
        CheckFolder(folder);
        CheckData(data);
        return new DemoSettings(folder, data, run.Workers)
        {
            Dashboard = !run.HasDashboard ? null : run.Port is { } port ? new DemoDashboard(port, IsNamed: true) : DemoDashboard.Default,
            Follows = run.Follow ?? isTerminal,
        };
    }

    /// <summary>Whether a path is the data file, or one of the files that are kept beside it while it is open.</summary>
    public bool IsData(string path) =>
        path.StartsWith(Data, StringComparison.Ordinal) && path.AsSpan(Data.Length) is "" or "-wal" or "-shm" or "-journal" or ".lock";

    /// <summary>Where the path of a job is, when the job may touch it: whoever may insert jobs may name any path.</summary>
    /// <param name="root">The folder that the job names.</param>
    /// <param name="path">Relative to it.</param>
    /// <returns>Null: it is not in the folder of this demo, or a link on the way could lead out of it.</returns>
    public string? Inside(string root, string path)
    {
        if (root != Folder || path is null || path.Contains('\0', StringComparison.Ordinal)) return null;
        var full = Path.GetFullPath(Path.Join(root, path));
        var begin = Path.EndsInDirectorySeparator(Folder) ? Folder : Folder + Path.DirectorySeparatorChar;
        if (full != Folder && !full.StartsWith(begin, StringComparison.Ordinal)) return null;
        for (var part = full; part.Length > Folder.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null) return null;
        }

        return Path.Join(root, path);
    }

    private static string DefaultData(string folder)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (home.Length == 0) throw new DemoException("This user has no folder for application data; name a file with --data.");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..12];
        return Path.Combine(home, "gaffer", $"demo-{hash}.db");
    }

    private static void CheckFolder(string folder)
    {
        if (File.Exists(folder)) throw new DemoException($"{folder} is a file; name a folder.");
        if (!Directory.Exists(folder)) throw new DemoException($"{folder} does not exist.");
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"{folder} cannot be listed: {DemoText.Reason(e)}.");
        }
    }

    private static void CheckData(string data)
    {
        if (Directory.Exists(data)) throw new DemoException($"{data} is a folder; name a file with --data.");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(data)!);
            using var file = new FileStream(data, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"{data} cannot be written: {DemoText.Reason(e)}. Name another file with --data.");
        }
    }
}

/// <summary>The demo cannot do what it was asked to; the message says why, for people.</summary>
internal sealed class DemoException(string message) : Exception(message);
