namespace Gaffer;

/// <summary>What waits for one hook, and whether the hooks behind it wait for it. Guarded by the lock of its <see cref="HookPipeline"/>.</summary>
/// <param name="hook">The hook.</param>
/// <param name="buffer">Events that may wait; a commit is taken whole or not at all, so that one that is larger than the buffer finds its way to a hook that is idle.</param>
internal sealed class HookLane(IGafferHook hook, int buffer)
{
    /// <summary>Most events that a hook handles before the hooks behind it get their turn.</summary>
    public const int Batch = 100;

    /// <summary>A backlog that has needed more room than this gives it back.</summary>
    private const int KeptCapacity = 1024;

    private readonly Queue<(long Sequence, GafferEvent Event)> _backlog = [];
    private long? _executing;
    private int _inHand;

    public IGafferHook Hook => hook;

    /// <summary>The type of the hook, for people.</summary>
    public string Name { get; } = hook.GetType().FullName ?? hook.GetType().Name;

    /// <summary>Whether the hooks behind it wait for it: as long as it is not slow.</summary>
    public bool IsInLine { get; private set; } = true;

    /// <summary>Events that were dropped since it last had caught up.</summary>
    public int Dropped { get; private set; }

    public int Waiting => _backlog.Count;

    /// <summary>Whether it may have to drop something soon.</summary>
    public bool IsUnderPressure => _backlog.Count > buffer / 2;

    /// <summary>Ends the wait of the hooks behind it. Held here: the task of a hook that hangs may be collected, and a timer that nobody holds with it.</summary>
    public ITimer? Patience { get; set; }

    public bool IsExecuting => _executing is not null;

    public bool IsIdle => _executing is null && _backlog.Count == 0;

    /// <summary>Number of the first event that it has not handled.</summary>
    public long Next => _executing ?? (_backlog.TryPeek(out var first) ? first.Sequence : long.MaxValue);

    /// <summary>Takes the events of one commit, or drops them all.</summary>
    /// <returns>Whether it took them.</returns>
    public bool Add(long sequence, IReadOnlyList<GafferEvent> events)
    {
        if (_backlog.Count >= buffer)
        {
            Dropped += events.Count;
            return false;
        }

        foreach (var e in events) _backlog.Enqueue((sequence++, e));
        return true;
    }

    /// <summary>The next events to handle, all of them before the given number. None while it executes.</summary>
    public IReadOnlyList<GafferEvent> Take(long before)
    {
        if (IsExecuting || Next >= before) return [];

        _executing = Next;
        var batch = new List<GafferEvent>(Math.Min(Batch, _backlog.Count));
        while (batch.Count < Batch && _backlog.TryPeek(out var next) && next.Sequence < before)
        {
            batch.Add(next.Event);
            _backlog.Dequeue();
        }

        _inHand = batch.Count;
        return batch;
    }

    /// <summary>One of those that it took is done. Not guarded: only the hook's own work item says so.</summary>
    public void Handled() => Interlocked.Decrement(ref _inHand);

    /// <summary>The hooks behind it no longer wait for it, until it has caught up.</summary>
    public void StepAside()
    {
        if (!IsIdle) IsInLine = false;
    }

    /// <summary>All that it took is done.</summary>
    /// <returns>How many events were dropped since it last had caught up, if it has now.</returns>
    public int Done()
    {
        _executing = null;
        if (_backlog.Count > 0) return 0;

        if (_backlog.EnsureCapacity(0) > KeptCapacity) _backlog.TrimExcess();
        IsInLine = true;
        var dropped = Dropped;
        Dropped = 0;
        return dropped;
    }

    /// <summary>Gives up what it has not handled.</summary>
    /// <returns>How many events that were.</returns>
    public int Abandon()
    {
        var count = _backlog.Count + (IsExecuting ? Volatile.Read(ref _inHand) : 0);
        _backlog.Clear();
        return count;
    }
}
