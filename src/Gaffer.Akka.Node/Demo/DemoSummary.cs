namespace Gaffer.Node;

/// <summary>What came of a run, read from its jobs.</summary>
internal sealed record DemoSummary
{
    public required long Files { get; init; }

    public required long Bytes { get; init; }

    public required long TextFiles { get; init; }

    public required long Lines { get; init; }

    /// <summary>Files whose content another file has, too.</summary>
    public required long Copies { get; init; }

    public required long Folders { get; init; }

    public required long Links { get; init; }

    /// <summary>The dead letters, by path.</summary>
    public required IReadOnlyList<UnreadableEntry> Unreadable { get; init; }

    /// <summary>What this process did of it.</summary>
    public required long FilesNow { get; init; }

    public required long BytesNow { get; init; }

    public required TimeSpan Time { get; init; }

    public static async Task<DemoSummary> ReadAsync(IGaffer gaffer, DemoMeter meter, CancellationToken stop)
    {
        long files = 0, bytes = 0, texts = 0, lines = 0, folders = 0, links = 0;
        var contents = new HashSet<string>(StringComparer.Ordinal);
        var completed = new JobFilter { State = JobState.Completed };
        await foreach (var job in gaffer.ListAsync(DemoQueues.Files, completed, stop))
        {
            var facts = job.ResultAs<FileFacts>()!;
            files++;
            bytes += facts.Size;
            texts += facts.Lines is null ? 0 : 1;
            lines += facts.Lines ?? 0;
            contents.Add(facts.Sha256);
        }

        await foreach (var job in gaffer.ListAsync(DemoQueues.Folders, completed, stop))
        {
            folders++;
            links += job.ResultAs<FolderFacts>()!.Links;
        }

        var unreadable = new List<UnreadableEntry>();
        await foreach (var job in gaffer.ListAsync(DemoQueues.Unreadable, cancellationToken: stop))
        {
            unreadable.Add(UnreadableEntry.Of(job.PayloadAs<ForwardedJob>()!));
        }

        return new DemoSummary
        {
            Files = files,
            Bytes = bytes,
            TextFiles = texts,
            Lines = lines,
            Copies = files - contents.Count,
            Folders = folders,
            Links = links,
            Unreadable = [.. unreadable.OrderBy(entry => entry.Path, StringComparer.Ordinal)],
            FilesNow = meter.Files,
            BytesNow = meter.Bytes,
            Time = meter.Busy,
        };
    }

    /// <summary>The summary as pairs of words.</summary>
    public IEnumerable<(string Name, string Value)> Rows()
    {
        yield return ("Files counted", DemoText.Count(Files));
        yield return ("Unreadable", DemoText.Count(Unreadable.Count));
        yield return ("Bytes", Bytes < 1000 ? DemoText.Count(Bytes) : $"{DemoText.Count(Bytes)} ({DemoText.Size(Bytes)})");
        yield return ("Lines", $"{DemoText.Count(Lines)} in {DemoText.Plural(TextFiles, "text file", "text files")}");
        yield return ("Copies of others", DemoText.Count(Copies));
        yield return ("Folders", DemoText.Count(Folders));
        yield return ("Links not followed", DemoText.Count(Links));
        yield return (FilesNow < Files ? "Time of this start" : "Time", $"{DemoText.Time(Time)} for {DemoText.Plural(FilesNow, "file", "files")}");
        yield return ("Throughput", $"{DemoText.Count((long)DemoMeter.PerSecond(FilesNow, Time))} files/s, {DemoText.Size(DemoMeter.PerSecond(BytesNow, Time))}/s");
    }
}
