namespace Gaffer;

/// <summary>Counts what changes mean, in place: those of one commit, and the sum of all commits that are durable.</summary>
internal struct QueueTally
{
    public long Inserted, Started, Completed, Failed, Retried, Cancelled, Rescued, Pruned;
    private long _waitTicks, _runTicks;

    /// <summary>Counts a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="after">Its job as it is now, where it is one of a job that stays.</param>
    /// <param name="endsExecution">Whether a job was executing until then; only read where the change does not say so itself.</param>
    public void Count(QueueChange change, Job? after, bool endsExecution)
    {
        switch (change)
        {
            case QueueChange.Inserted:
                Inserted++;
                break;
            case QueueChange.Claimed claimed:
                Started++;
                _waitTicks += Math.Max(0, (claimed.At - after!.WaitingSince).Ticks);
                break;
            case QueueChange.Completed:
                Completed++;
                End(change, after!);
                break;
            case QueueChange.Failed failed:
                if (failed.RetryAt is null) Failed++;
                else Retried++;
                if (failed.Error.Kind == JobErrorKind.NodeLost) Rescued++;
                End(change, after!);
                break;
            case QueueChange.Snoozed or QueueChange.Released:
                End(change, after!);
                break;
            case QueueChange.Cancelled cancelled:
                Cancelled++;
                if (endsExecution || cancelled.By == EventActor.Worker) End(change, after!);
                break;
            case QueueChange.Pruned pruned:
                Pruned += pruned.Jobs.Length;
                break;
        }
    }

    /// <summary>Those that were claimed still waited for the write of it: only then are they given to their workers.</summary>
    public void AddWait(long ticks) => _waitTicks += ticks;

    public void Add(in QueueTally other)
    {
        Inserted += other.Inserted;
        Started += other.Started;
        Completed += other.Completed;
        Failed += other.Failed;
        Retried += other.Retried;
        Cancelled += other.Cancelled;
        Rescued += other.Rescued;
        Pruned += other.Pruned;
        _waitTicks += other._waitTicks;
        _runTicks += other._runTicks;
    }

    public readonly QueueTotals ToTotals(DateTimeOffset since) => new()
    {
        Inserted = Inserted,
        Started = Started,
        Completed = Completed,
        Failed = Failed,
        Retried = Retried,
        Cancelled = Cancelled,
        Rescued = Rescued,
        Pruned = Pruned,
        WaitTime = new TimeSpan(_waitTicks),
        RunTime = new TimeSpan(_runTicks),
        Since = since,
    };

    private void End(QueueChange change, Job after) => _runTicks += Math.Max(0, (change.At - (after.AttemptedAt ?? change.At)).Ticks);
}
