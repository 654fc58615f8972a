namespace Gaffer.Node;

/// <summary>One entry of a folder.</summary>
/// <param name="Kind">What the demo does with it.</param>
/// <param name="Path">Relative to the folder of the run, with the separators of the system.</param>
/// <param name="Copy">0; more for an entry whose path reads like that of another, because its name is no valid text.</param>
internal readonly record struct FolderEntry(FolderEntryKind Kind, string Path, int Copy)
{
    /// <summary>Of a file: what tells one content of it from the next.</summary>
    public FileVersion Version { get; init; }
}

/// <summary>What a folder says of the content of a file: a file that is written gets another.</summary>
/// <param name="Size">Its bytes.</param>
/// <param name="ModifiedAt">When it was written last, in ticks of UTC.</param>
internal readonly record struct FileVersion(long Size, long ModifiedAt)
{
    /// <summary>The default for a file that cannot be asked; the attempt to read it says why.</summary>
    public static FileVersion Of(FileInfo file) => file.Exists ? new(file.Length, file.LastWriteTimeUtc.Ticks) : default;
}

/// <summary>What the demo does with an entry.</summary>
internal enum FolderEntryKind
{
    /// <summary>Reads it; what is neither file nor folder fails there, with its reason.</summary>
    File,

    /// <summary>Lists it.</summary>
    Folder,

    /// <summary>Counts it. Followed, it could leave the folder, come back to it, or count a file twice.</summary>
    Link,
}

/// <summary>Lists one folder, not what is in its folders.</summary>
internal static class FolderListing
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

    public static IEnumerable<FolderEntry> List(string root, string path)
    {
        var unreadableNames = new Dictionary<string, int>();
        foreach (var entry in new DirectoryInfo(Path.Join(root, path)).EnumerateFileSystemInfos("*", Everything))
        {
            var kind = IsLink(entry) ? FolderEntryKind.Link : entry is DirectoryInfo ? FolderEntryKind.Folder : FolderEntryKind.File;
            var copy = entry.Name.Contains('\uFFFD', StringComparison.Ordinal) ? unreadableNames[entry.Name] = unreadableNames.GetValueOrDefault(entry.Name, -1) + 1 : 0;
            yield return new FolderEntry(kind, path.Length == 0 ? entry.Name : Path.Join(path, entry.Name), copy)
            {
                Version = kind == FolderEntryKind.File && entry is FileInfo file ? FileVersion.Of(file) : default,
            };
        }
    }

    // On Windows, a file that is still in the cloud is a reparse point, too, but no link.
    private static bool IsLink(FileSystemInfo entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && entry.LinkTarget is not null;
}
