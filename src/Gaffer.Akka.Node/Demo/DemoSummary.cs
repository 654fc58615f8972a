namespace Gaffer.Node;

/// <summary>What came of a run, read from its jobs.</summary>
internal sealed record DemoSummary
{
    /// <summary>Files by their paths, each in its newest content.</summary>
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

    /// <summary>What came of following the folder; null: it was not followed.</summary>
    public FollowProgress? Followed { get; init; }

    /// <summary>After the count.</summary>
    public static Task<DemoSummary> ReadAsync(IGaffer gaffer, DemoMeter meter, CancellationToken stop) =>
        ReadAsync(gaffer, null, meter.Files, meter.Bytes, meter.Busy, stop);

    /// <summary>After following the folder: of what was there at the last look. The throughput stays that of the count.</summary>
    public static async Task<DemoSummary> ReadAsync(IGaffer gaffer, FolderWatch watch, DemoSummary counted, FollowProgress followed, CancellationToken stop)
    {
        var now = await ReadAsync(gaffer, watch, counted.FilesNow, counted.BytesNow, counted.Time, stop);
        return now with { Followed = followed, Folders = watch.Last?.Folders ?? now.Folders, Links = watch.Last?.Links ?? now.Links };
    }

    private static async Task<DemoSummary> ReadAsync(IGaffer gaffer, FolderWatch? watch, long filesNow, long bytesNow, TimeSpan time, CancellationToken stop)
    {
        long folders = 0, links = 0;
        var files = new Dictionary<string, (FileFacts Facts, DateTimeOffset At)>(StringComparer.Ordinal);
        var completed = new JobFilter { State = JobState.Completed };
        await foreach (var job in gaffer.ListAsync(DemoQueues.Files, completed, stop))
        {
            var path = job.PayloadAs<FileTask>()!.Path;
            if (watch?.Has(path) is false) continue;
            var at = job.CompletedAt!.Value;
            if (!files.TryGetValue(path, out var other) || other.At < at) files[path] = (job.ResultAs<FileFacts>()!, at);
        }

        await foreach (var job in gaffer.ListAsync(DemoQueues.Folders, completed, stop))
        {
            folders++;
            links += job.ResultAs<FolderFacts>()!.Links;
        }

        var unreadable = new Dictionary<string, ForwardedJob>(StringComparer.Ordinal);
        await foreach (var job in gaffer.ListAsync(DemoQueues.Unreadable, cancellationToken: stop))
        {
            var letter = job.PayloadAs<ForwardedJob>()!;
            var path = UnreadableEntry.PathOf(letter);
            if (watch?.Has(path) is false) continue;
            if (files.TryGetValue(path, out var read) && read.At > letter.FinishedAt) continue;                // it could be read later
            var key = path.Contains('\uFFFD', StringComparison.Ordinal) ? letter.SourceId.ToString() : path;   // names that are no text may look the same
            if (!unreadable.TryGetValue(key, out var other) || other.FinishedAt < letter.FinishedAt) unreadable[key] = letter;
        }

        return new DemoSummary
        {
            Files = files.Count,
            Bytes = files.Values.Sum(file => file.Facts.Size),
            TextFiles = files.Values.Count(file => file.Facts.Lines is not null),
            Lines = files.Values.Sum(file => file.Facts.Lines ?? 0),
            Copies = files.Count - files.Values.Select(file => file.Facts.Sha256).Distinct(StringComparer.Ordinal).Count(),
            Folders = folders,
            Links = links,
            Unreadable = [.. unreadable.Values.Select(UnreadableEntry.Of).OrderBy(entry => entry.Path, StringComparer.Ordinal)],
            FilesNow = filesNow,
            BytesNow = bytesNow,
            Time = time,
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
        if (Followed is { } followed)
        {
            yield return ("New or changed", $"{DemoText.Count(followed.Changes)} since the count");
            yield return ("Checks", $"{DemoText.Count(followed.Checks)} done, {DemoText.Count(followed.Failed)} failed");
        }

        yield return (Followed is not null ? "Time of the count" : FilesNow < Files ? "Time of this start" : "Time", $"{DemoText.Time(Time)} for {DemoText.Plural(FilesNow, "file", "files")}");
        yield return ("Throughput", $"{DemoText.Count((long)DemoMeter.PerSecond(FilesNow, Time))} files/s, {DemoText.Size(DemoMeter.PerSecond(BytesNow, Time))}/s");
    }
}
