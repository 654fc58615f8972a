using System.Text.Json;

namespace Gaffer.Dashboard;

/// <summary>A queue in numbers. They are null when it did not answer: then the error says why. Rates are null when nobody has watched.</summary>
internal record QueueView(
    string Name, string Storage, string? Status, bool Orphaned, CountsView? Counts, DateTimeOffset? OldestWaiting, WorkersView? Workers, RatesView? Rates, DateTimeOffset? AsOf, string? Error)
{
    public static QueueView Of(QueueSummary queue, QueueInfo info, RatesView? rates) => new(
        queue.Name.Value, queue.Storage, JobRow.Camel(info.Status), queue.IsOrphaned, CountsView.Of(info), info.OldestReady, WorkersView.Of(info), rates, info.AsOf, null);

    public static QueueView Silent(QueueSummary queue, string why) => new(queue.Name.Value, queue.Storage, null, queue.IsOrphaned, null, null, null, null, null, why);
}

/// <summary>A queue with its options.</summary>
internal sealed record QueueDetail(QueueView View, int Version, JsonElement Options) : QueueView(View)
{
    // What it was made of; its members are there already.
    [System.Text.Json.Serialization.JsonIgnore]
    public QueueView View { get; } = View;
}

/// <summary>Jobs by state.</summary>
internal sealed record CountsView(long Available, long Executing, long Completed, long Cancelled, long Failed, long Scheduled, long Blocked, long PendingForwards)
{
    public static CountsView Of(QueueInfo info) => new(
        info.Available.Count, info.Executing.Count, info.Completed.Count, info.Cancelled.Count, info.Failed.Count, info.Scheduled, info.Blocked, info.PendingForwards);
}

/// <summary>The workers of a queue. A maximum of null is no limit.</summary>
internal sealed record WorkersView(int Active, int? Max, int? GlobalMax, int Zombies, IReadOnlyList<NodeWorkersView> Nodes)
{
    public static WorkersView Of(QueueInfo info) => new(
        info.ActiveWorkers, Most(info.MaxWorkers), Most(info.GlobalMaxWorkers), info.Zombies,
        [.. info.Nodes.Select(n => new NodeWorkersView(NodeView.Short(n.Node)!, n.Active, Most(n.Max), n.Zombies, n.Kinds))]);

    private static int? Most(WorkerLimit limit) => limit.IsUnlimited ? null : limit.Value;
}

/// <summary>The workers of a queue on a node.</summary>
internal sealed record NodeWorkersView(string Node, int Active, int? Max, int Zombies, IReadOnlyList<string> Kinds);

/// <summary>What a queue did each second, on average over some seconds. Milliseconds are null where nothing started or ended.</summary>
internal sealed record RatesView(double Seconds, double Inserted, double Started, double Completed, double Failed, double Retried, double? WaitMs, double? RunMs);

/// <summary>Whether a call changed something.</summary>
internal sealed record ChangedView(bool Changed);

/// <summary>How many jobs went with a queue.</summary>
internal sealed record QueueDeletedView(long Jobs);

/// <summary>How a drain ended.</summary>
internal sealed record DrainView(bool Drained, IReadOnlyList<string> StillRunning);

/// <summary>How a flush ended, and what is left.</summary>
internal sealed record FlushView(bool Flushed, long Available, long Scheduled, long Executing);

/// <summary>How many jobs a poll claimed.</summary>
internal sealed record PollView(int Claimed);

/// <summary>How many jobs were pruned.</summary>
internal sealed record PruneView(int Pruned);
