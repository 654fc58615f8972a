namespace Gaffer.Node;

/// <summary>What came of following the folder so far.</summary>
/// <param name="Changes">Files that were new, or had changed, after the count, and have been read.</param>
/// <param name="Checks">Files that were read again, and are what they were.</param>
/// <param name="Failed">Checks that failed.</param>
internal sealed record FollowProgress(long Changes, long Checks, long Failed)
{
    public static readonly FollowProgress None = new(0, 0, 0);

    /// <summary>Whether the job that follows the folder is there no more: somebody cancelled it, or deleted it.</summary>
    public bool IsOver { get; init; }

    /// <summary>Reads the counts of the queues.</summary>
    /// <param name="gaffer">The queues.</param>
    /// <param name="read">Files that had been read when the following began.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<FollowProgress> ReadAsync(IGaffer gaffer, long read, CancellationToken stop)
    {
        var files = await gaffer.GetInfoAsync(DemoQueues.Files, stop);
        var checks = await gaffer.GetInfoAsync(DemoQueues.Checks, stop);
        var rounds = await gaffer.GetInfoAsync(DemoQueues.Rounds, stop);
        return new(Math.Max(0, files.Totals.Completed - read), checks.Totals.Completed, checks.Totals.Failed) { IsOver = rounds.Available.Count + rounds.Executing.Count == 0 };
    }

    public override string ToString() =>
        $"{DemoText.Plural(Changes, "new or changed file", "new or changed files")} read, {DemoText.Plural(Checks, "check", "checks")} done, {DemoText.Count(Failed)} failed";
}
