using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Permits of one limit in the hands of one partition of a queue.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Count">How many jobs may run under it.</param>
/// <param name="Version">Grows with each grant of the limiter. At the same version a queue only gives back, so the lower count is the later one.</param>
internal readonly record struct PermitsHeld(string Limit, int Count, long Version);

/// <summary>A queue tells the limiter what it holds, durably, and what it could use. Also gives permits back: holding less than was granted.</summary>
/// <param name="Partition">The partition of the queue.</param>
/// <param name="Held">What it holds.</param>
/// <param name="InUse">Jobs that run, those included that no longer count but have not ended.</param>
/// <param name="Wanted">Further jobs that would start at once.</param>
internal sealed record PermitReport(QueuePartition Partition, PermitsHeld Held, int InUse, int Wanted) : IGafferWire;

/// <summary>The limiter tells a queue what it may hold: more than before, or that others wait for a part of it.</summary>
/// <param name="Partition">The partition of the queue.</param>
/// <param name="Granted">Durable with the limiter.</param>
/// <param name="Share">What is left to the queue; what it holds beyond, it gives back as soon as it is not in use.</param>
/// <param name="IsAwaited">Whether others wait: then the limiter is to hear when one of the queue's permits falls idle. Of an idle permit that nobody waits for, nobody need hear.</param>
internal sealed record PermitGrant(QueuePartition Partition, PermitsHeld Granted, int Share, bool IsAwaited = false) : IQueueMessage;

/// <summary>What the limiter hears of callers. Each request is answered with a <see cref="LimitAnswer"/> of the same id.</summary>
/// <param name="Id">By which the sender recognises the answer.</param>
internal abstract record LimitRequest(long Id) : IGafferWire
{
    /// <summary>There is to be a limit, with this maximum. Reply: the limit, durable. One of a revision below that of the limit changes nothing: its sender has a successor.</summary>
    public sealed record Ensure(long Id, string Name, int Max, long Revision = 0) : LimitRequest(Id);

    /// <summary>Reply: all limits by name.</summary>
    public sealed record List(long Id) : LimitRequest(Id);
}

/// <summary>What the limiter answers.</summary>
internal sealed record LimitAnswer(long Id, ImmutableArray<LimitSummary> Limits) : IServiceAnswer
{
    public GafferFailure? Failure => null;
}

/// <summary>One change of what the limiter knows.</summary>
internal abstract record LimitChange
{
    public sealed record Set(string Name, int Max, long Revision = 0) : LimitChange;

    public sealed record Granted(QueuePartition Partition, PermitsHeld Permits) : LimitChange;
}

/// <summary>One journal event of the limiter.</summary>
internal sealed record LimitCommit(IReadOnlyList<LimitChange> Changes) : IGafferWire;

/// <summary>All that the limiter knows.</summary>
internal sealed record LimitSnapshot(IReadOnlyList<LimitChange> Changes) : IGafferWire;
