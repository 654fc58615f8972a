using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Whether a queue claims jobs.</summary>
public enum QueueStatus
{
    /// <summary>It does.</summary>
    Active,

    /// <summary>It does not, until it is resumed.</summary>
    Paused,
}

/// <summary>The jobs of one state.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Oldest">When the one that is longest in the state came into it; null when there is none.</param>
/// <param name="Newest">When the one that is shortest in the state came into it; null when there is none.</param>
/// <remarks>Source: <c>state_info()</c> of gaffer. The times are those of <see cref="Job.StateAt"/>.</remarks>
public sealed record StateInfo(long Count, DateTimeOffset? Oldest, DateTimeOffset? Newest);

/// <summary>The workers of a queue on one node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Active">Jobs that it executes.</param>
/// <param name="Max">Jobs that it may execute at once.</param>
/// <param name="Zombies">Abandoned attempts whose code has still not returned.</param>
/// <param name="Kinds">The kinds of jobs that it knows.</param>
public sealed record NodeWorkers(WorkerNode Node, int Active, WorkerLimit Max, int Zombies, ImmutableArray<string> Kinds);

/// <summary>A queue at one moment. Read from counters: as cheap with a million jobs as with one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">Whether it claims jobs.</param>
/// <param name="Available">Jobs that wait, scheduled ones included.</param>
/// <param name="Executing">Jobs that run.</param>
/// <param name="Completed">Jobs that ended well.</param>
/// <param name="Cancelled">Jobs that were taken back.</param>
/// <param name="Failed">Jobs whose attempts are used up.</param>
/// <param name="Scheduled">How many of the available ones wait for a time in the future.</param>
/// <param name="Blocked">How many of the available ones wait for another job of their chain.</param>
/// <param name="PendingForwards">Jobs whose forwarding the target has not acknowledged.</param>
/// <param name="ActiveWorkers">Jobs that run, on all nodes.</param>
/// <param name="MaxWorkers">Jobs that may run at once on each node.</param>
/// <param name="GlobalMaxWorkers">Jobs that may run at once on all nodes together.</param>
/// <param name="Nodes">The nodes that work on it.</param>
/// <param name="AsOf">The moment.</param>
/// <remarks>Source: <c>queue_info()</c> of gaffer.</remarks>
public sealed record QueueInfo(
    QueueName Name, QueueStatus Status,
    StateInfo Available, StateInfo Executing, StateInfo Completed, StateInfo Cancelled, StateInfo Failed,
    long Scheduled, long Blocked, long PendingForwards,
    int ActiveWorkers, WorkerLimit MaxWorkers, WorkerLimit GlobalMaxWorkers,
    ImmutableArray<NodeWorkers> Nodes, DateTimeOffset AsOf) : GafferReply
{
    /// <summary>What has happened in it since its actor started.</summary>
    public QueueTotals Totals { get; init; } = QueueTotals.Zero;

    /// <summary>Since when the job that is next in turn could have been started; of several kinds, that of the one which waits longest. Null: no job waits for a worker.</summary>
    /// <remarks><see cref="Available"/> counts scheduled and blocked jobs as well, and knows when they were inserted.</remarks>
    public DateTimeOffset? OldestReady { get; init; }

    /// <summary>Abandoned attempts whose code has still not returned, on all nodes.</summary>
    public int Zombies => Nodes.Sum(n => n.Zombies);

    /// <summary>The jobs of a state.</summary>
    public StateInfo this[JobState state] => state switch
    {
        JobState.Available => Available,
        JobState.Executing => Executing,
        JobState.Completed => Completed,
        JobState.Cancelled => Cancelled,
        _ => Failed,
    };
}

/// <summary>A queue in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Storage">The storage it lives in.</param>
/// <param name="Options">Its options when they last changed.</param>
/// <param name="ServedBy">The nodes that have workers for it. None: it is orphaned.</param>
public sealed record QueueSummary(QueueName Name, string Storage, QueueOptions Options, ImmutableArray<WorkerNode> ServedBy)
{
    /// <summary>Whether no running node has workers for it.</summary>
    public bool IsOrphaned => ServedBy.IsDefaultOrEmpty;
}
