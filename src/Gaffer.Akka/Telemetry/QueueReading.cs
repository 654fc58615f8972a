namespace Gaffer;

/// <summary>The counts of one queue's actor, kept where another thread may read them. Written by the actor with each commit; each number by itself is right, two of them may be a commit apart.</summary>
internal sealed class QueueReading(QueuePartition partition, TimeProvider time)
{
    /// <summary>Apart from each other: their sum is all jobs of the queue.</summary>
    public static readonly string[] States = ["available", "scheduled", "blocked", "executing", "completed", "cancelled", "failed"];

    private readonly int[] _counts = new int[States.Length];
    private long _oldestTicks;
    private long _slots;
    private int _inUse;
    private int _forwards;
    private volatile bool _isPaused;
    private volatile bool _isThere;
    private volatile PermitsHeld[] _permits = [];

    public QueueName Queue => partition.Queue;

    /// <summary>Whether there is such a queue: an actor may be asked for one that was never created.</summary>
    public bool IsThere => _isThere;

    public bool IsPaused => _isPaused;

    public int InUse => Volatile.Read(ref _inUse);

    /// <summary>Those of the whole queue, with the first partition: all of them know the same nodes, which lend them the same slots.</summary>
    public long Slots => Volatile.Read(ref _slots);

    public int Forwards => Volatile.Read(ref _forwards);

    public IReadOnlyList<PermitsHeld> Permits => _permits;

    public TimeSpan OldestAge => Volatile.Read(ref _oldestTicks) is var ticks and > 0 && time.GetUtcNow().UtcTicks - ticks is var age and > 0 ? new TimeSpan(age) : TimeSpan.Zero;

    public int CountOf(string state) => Volatile.Read(ref _counts[Array.IndexOf(States, state)]);

    public void Set(QueueState state, WorkerRoster roster)
    {
        _isThere = state.Options is not null;
        if (state.Options is null) return;
        Volatile.Write(ref _counts[0], Math.Max(0, state.CountOf(JobState.Available) - state.Scheduled - state.Ready.Blocked));
        Volatile.Write(ref _counts[1], state.Scheduled);
        Volatile.Write(ref _counts[2], state.Ready.Blocked);
        Volatile.Write(ref _counts[3], state.CountOf(JobState.Executing));
        Volatile.Write(ref _counts[4], state.CountOf(JobState.Completed));
        Volatile.Write(ref _counts[5], state.CountOf(JobState.Cancelled));
        Volatile.Write(ref _counts[6], state.CountOf(JobState.Failed));
        Volatile.Write(ref _oldestTicks, state.Ready.OldestInTurn?.UtcTicks ?? 0);
        Volatile.Write(ref _inUse, roster.InUse);
        Volatile.Write(ref _slots, partition.IsHead ? roster.Slots : 0);
        Volatile.Write(ref _forwards, state.Forwards.Count);
        _isPaused = state.IsPaused;
        if (state.Permits.Count > 0 || _permits.Length > 0) _permits = [.. state.Permits.Values];
    }
}
