using System.Globalization;

namespace Gaffer.Node;

/// <summary>A cluster in one line, for people who watch it. A node that was there stays in the line when it has gone.</summary>
internal sealed class StatusLine(TimeProvider time)
{
    private readonly SortedSet<string> _seen = new(StringComparer.Ordinal);

    private string Now => time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public string Of(NodeStatus status, WorkReport? report)
    {
        _seen.UnionWith(status.Members.Select(m => m.Node));
        var progress = report is null ? "" : $"{report.Ended} of {report.Jobs} done, {report.Rescued} rescued | ";
        var queues = status.Queues.Select(q => $"{q.Name}: {q.Waiting} wait, {q.Running} run{(q.IsPaused ? ", paused" : "")}");
        return $"{Now} {progress}{string.Join("; ", queues)} | {string.Join(" | ", _seen.Select(node => Node(node, status)))}";
    }

    public string Silence(string reason) => $"{Now} no answer ({DemoText.Clean(reason)})";

    private static string Node(string node, NodeStatus status)
    {
        var running = status.Queues.SelectMany(q => q.Workers).Where(w => w.Node == node).Sum(w => w.Running);
        return status.Members.FirstOrDefault(m => m.Node == node) switch
        {
            null => $"{node} GONE",
            { IsReachable: false } => $"{node} UNREACHABLE, has {running}",
            { Status: "Up" } => $"{node} runs {running}",
            { Status: var other } => $"{node} {other}, runs {running}",
        };
    }
}
