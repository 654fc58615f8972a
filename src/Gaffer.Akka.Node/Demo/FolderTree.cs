namespace Gaffer.Node;

/// <summary>A folder with all that is in its folders, at one moment.</summary>
internal sealed class FolderTree
{
    private FolderTree()
    {
    }

    /// <summary>Its files, the data file not among them.</summary>
    public required IReadOnlyList<FolderEntry> Files { get; init; }

    /// <summary>The folders that could be listed, the outermost included.</summary>
    public required long Folders { get; init; }

    public required long Links { get; init; }

    /// <summary>The folders that could not: what is in them is not known.</summary>
    public required IReadOnlyList<FolderEntry> Unlisted { get; init; }

    public static FolderTree List(DemoSettings settings, CancellationToken stop)
    {
        var files = new List<FolderEntry>();
        var unlisted = new List<FolderEntry>();
        long folders = 0, links = 0;
        var left = new Stack<FolderEntry>([Root]);
        while (left.TryPop(out var folder))
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                foreach (var entry in FolderListing.List(settings.Folder, folder.Path))
                {
                    if (entry.Kind == FolderEntryKind.Folder) left.Push(entry);
                    else if (entry.Kind == FolderEntryKind.Link) links++;
                    else if (!settings.IsData(Path.Join(settings.Folder, entry.Path))) files.Add(entry);
                }

                folders++;
            }
            catch (DirectoryNotFoundException) when (folder.Path.Length > 0)
            {
                // It went while the others were listed. Where the outermost is gone, its disk may be: nothing is known then.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unlisted.Add(folder);
            }
        }

        return new FolderTree { Files = files, Folders = folders, Links = links, Unlisted = unlisted };
    }

    /// <summary>The outermost folder.</summary>
    public static FolderEntry Root { get; } = new(FolderEntryKind.Folder, "", 0);

    /// <summary>Whether a path may be there, unseen.</summary>
    public bool Hides(string path) => Unlisted.Any(folder => folder.Path.Length == 0 || path.StartsWith(folder.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal));
}
