namespace Gaffer.Dashboard;

/// <summary>The whole cluster at one moment, and what it did before. The first event of a stream, too.</summary>
/// <param name="Version">The version of Gaffer.</param>
/// <param name="ReadOnly">Whether nothing can be changed through this mount.</param>
/// <param name="Self">The node that answers.</param>
/// <param name="Sample">The newest sample.</param>
/// <param name="Samples">Those of the last 5 minutes, as far as somebody watched, oldest first.</param>
/// <param name="Queues">All queues, by name.</param>
/// <param name="Nodes">All nodes, by address.</param>
/// <param name="Error">Why this is not the newest; null: it is.</param>
internal sealed record LiveView(
    string Version, bool ReadOnly, string Self, SampleView Sample, IReadOnlyList<SampleView> Samples, IReadOnlyList<QueueView> Queues, IReadOnlyList<NodeView> Nodes, string? Error);

/// <summary>What is new each second.</summary>
internal sealed record LiveTick(SampleView Sample, IReadOnlyList<QueueView> Queues, IReadOnlyList<NodeView> Nodes, string? Error);

/// <summary>The cluster in one second; rates are per second, null when nobody watched before.</summary>
internal sealed record SampleView(
    DateTimeOffset At, long Available, long Executing, long FailedJobs,
    double? Inserted, double? Started, double? Completed, double? Failed, double? Retried, double? WaitMs, double? RunMs)
{
    public static SampleView Of(DateTimeOffset at, IReadOnlyList<QueueView> queues, RatesView? rates) => new(
        at, queues.Sum(q => q.Counts?.Available ?? 0), queues.Sum(q => q.Counts?.Executing ?? 0), queues.Sum(q => q.Counts?.Failed ?? 0),
        rates?.Inserted, rates?.Started, rates?.Completed, rates?.Failed, rates?.Retried, rates?.WaitMs, rates?.RunMs);
}
