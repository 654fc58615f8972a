namespace Gaffer.Node;

/// <summary>Plain lines, progress at most once a second.</summary>
internal sealed class PlainView(TextWriter output, TimeProvider time) : DemoView
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLinesOfFollowing = TimeSpan.FromSeconds(10);

    public override void Line(string text) => output.WriteLine(text);

    public override Task WatchAsync(Func<Action<DemoProgress>, Task> watch)
    {
        var shown = time.GetTimestamp();
        return watch(progress =>
        {
            if (time.GetElapsedTime(shown) < BetweenLines && !progress.IsOver) return;
            shown = time.GetTimestamp();
            Line(progress.ToString());
        });
    }

    public override Task FollowAsync(Func<Action<FollowProgress>, Task> follow)
    {
        var shown = time.GetTimestamp();
        return follow(progress =>
        {
            if (time.GetElapsedTime(shown) < BetweenLinesOfFollowing) return;
            shown = time.GetTimestamp();
            Line(progress.ToString());
        });
    }

    public override void Summary(DemoSummary summary)
    {
        Line("");
        foreach (var (name, value) in summary.Rows()) Line($"{name + ":",-20} {value}");
        if (summary.Unreadable.Count == 0) return;
        Line("");
        Line($"Dead letters in the queue '{DemoQueues.Unreadable}':");
        foreach (var entry in summary.Unreadable.Take(ShownFailures)) Line($"  {entry.Path}: {entry.Reason} ({DemoText.Plural(entry.Attempts, "attempt", "attempts")})");
        if (summary.Unreadable.Count > ShownFailures) Line($"  {More(summary)}");
    }
}
