using System.Globalization;

namespace Gaffer.Node;

/// <summary>What the following knows of the folder, from one look at it to the next. It is only in memory: a process that was killed counts afresh.</summary>
internal sealed class FolderWatch(IGaffer gaffer, DemoSettings settings)
{
    private const int AtOnce = 500;

    private volatile bool _isOn;

    private volatile Seen? _last;

    /// <summary>Those of the last look that was gone through to its end: one that failed is repeated.</summary>
    private Dictionary<string, SeenFile>? _known;

    private long _looks;

    private Queue<string> _unchecked = new();

    /// <summary>Whether the folder is being followed: then it is no failure that a file goes.</summary>
    public bool IsOn => _isOn;

    /// <summary>What the last look found; null: there was none yet.</summary>
    public FolderTree? Last => _last?.Tree;

    /// <summary>Whether the last look found this file, or, with a separator at the end, this folder as one that cannot be listed. Before the first look everything is there.</summary>
    public bool Has(string path) =>
        _last is not { } seen || seen.Files.ContainsKey(path) || seen.Tree.Unlisted.Any(folder => UnreadableEntry.FolderName(folder.Path) == path);

    /// <summary>Lists the folder. What is new or has changed becomes a job; the jobs of what is gone, or of contents that are past, are deleted.</summary>
    public async Task LookAsync(Guid run, CancellationToken stop)
    {
        _isOn = true;
        var before = _known ?? await CountedAsync(stop);
        var tree = FolderTree.List(settings, stop);
        var files = new Dictionary<string, SeenFile>(StringComparer.Ordinal);
        var fresh = new List<InsertJob>();
        var gone = new List<JobId>();
        foreach (var entry in tree.Files)
        {
            var known = before.GetValueOrDefault(KeyOf(entry));
            if (known is not null && IsSame(run, known, entry))
            {
                files[KeyOf(entry)] = _looks > 0 ? known with { Entry = entry } : new SeenFile(entry, [.. known.Jobs.Where(job => job != IdOf(run, entry)), IdOf(run, entry)]);
                continue;
            }

            var id = IdOf(run, entry);
            fresh.Add(FolderWorker.Read(settings.Folder, id, entry));
            files[KeyOf(entry)] = new SeenFile(entry, [.. known?.Jobs ?? [], id]);
        }

        foreach (var (key, file) in before.Where(pair => !files.ContainsKey(pair.Key)))
        {
            if (tree.Hides(file.Entry.Path)) files[key] = file;
            else gone.AddRange(file.Jobs);
        }

        _last = new Seen(tree, files);
        await DeleteAsync(gone, stop);
        foreach (var jobs in fresh.Chunk(AtOnce)) await gaffer.InsertManyAsync(DemoQueues.Files, jobs, stop);
        foreach (var folder in tree.Unlisted) await gaffer.InsertAsync(FolderWorker.Scan(run, settings.Folder, folder), stop);
        foreach (var file in files.Values.Where(file => file.Jobs.Count > 1)) await ForgetPastAsync(file, stop);
        _known = files;
        _looks++;
    }

    /// <summary>The files that are next in turn to be read again, as many as the pace allows; none twice.</summary>
    public IReadOnlyList<InsertJob> NextChecks(CheckPace pace, TimeSpan within)
    {
        if (_last is not { } seen) return [];
        if (_unchecked.Count == 0) _unchecked = new Queue<string>(seen.Files.Keys);
        var next = new List<SeenFile>();
        while (_unchecked.TryPeek(out var key))
        {
            var file = seen.Files.GetValueOrDefault(key);
            if (file is not null && !pace.TryTake(file.Entry.Version.Size)) break;
            if (file is not null) next.Add(file);
            _unchecked.Dequeue();
        }

        return [.. next.Select((file, i) => InsertJob.Of(
            DemoQueues.Checks,
            new CheckTask(settings.Folder, file.Entry.Path, file.Jobs[^1].Value, file.Entry.Version),
            new JobOptions { Kind = CheckWorker.Kind, Delay = within * i / next.Count }))];
    }

    // Of what the count has read, the id tells the version.
    private bool IsSame(Guid run, SeenFile known, FolderEntry entry) =>
        _looks == 0 ? known.Jobs.Contains(DerivedId.Of(run, entry)) : known.Entry.Version == entry.Version;

    // The first look finds what the count could not read under the same id. Later a content may come back whose job was deleted: that needs another.
    private JobId IdOf(Guid run, FolderEntry entry) =>
        DerivedId.Of(run, entry) is var id && _looks == 0 ? id : DerivedId.Of(string.Create(CultureInfo.InvariantCulture, $"{id}\0{_looks}"));

    /// <summary>What the count has read, before the first look.</summary>
    private async Task<Dictionary<string, SeenFile>> CountedAsync(CancellationToken stop)
    {
        var files = new Dictionary<string, SeenFile>(StringComparer.Ordinal);
        await foreach (var job in gaffer.ListAsync(DemoQueues.Files, new JobFilter { State = JobState.Completed }, stop))
        {
            var entry = new FolderEntry(FolderEntryKind.File, job.PayloadAs<FileTask>()!.Path, 0);
            files[entry.Path] = new SeenFile(entry, [.. files.GetValueOrDefault(entry.Path)?.Jobs ?? [], job.Id]);
        }

        return files;
    }

    /// <summary>Of several contents of a file the newest stays, and before it has been read, the newest that was.</summary>
    private async Task ForgetPastAsync(SeenFile file, CancellationToken stop)
    {
        var kept = file.Jobs.Count - 1;
        while (kept >= 0 && (await gaffer.TryGetJobAsync(DemoQueues.Files, file.Jobs[kept], stop))?.State != JobState.Completed) kept--;
        JobId[] past = [.. file.Jobs.Where((_, i) => i != kept && i != file.Jobs.Count - 1)];
        await DeleteAsync(past, stop);
        file.Jobs.RemoveAll(past.Contains);
    }

    private async Task DeleteAsync(IEnumerable<JobId> jobs, CancellationToken stop)
    {
        foreach (var job in jobs)
        {
            try
            {
                await gaffer.DeleteAsync(DemoQueues.Files, job, stop);
            }
            catch (UnknownJobException)
            {
                // Somebody deleted it on the dashboard.
            }
        }
    }

    // Names that are no valid text may look the same.
    private static string KeyOf(FolderEntry entry) => entry.Copy == 0 ? entry.Path : $"{entry.Path}\0{entry.Copy}";

    private sealed record Seen(FolderTree Tree, Dictionary<string, SeenFile> Files);

    /// <summary>A file and the jobs of its contents, the present one last.</summary>
    private sealed record SeenFile(FolderEntry Entry, List<JobId> Jobs);
}
