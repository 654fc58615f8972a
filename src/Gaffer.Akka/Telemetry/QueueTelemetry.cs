namespace Gaffer;

/// <summary>What a queue's actor says of itself to those who measure: its totals, its commits, its counts.</summary>
internal sealed class QueueTelemetry
{
    private readonly KeyValuePair<string, object?> _queue;
    private readonly QueueReading _reading;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _since;
    private QueueTally _tally;
    private long _writingSince;
    private bool _isKnown;

    public QueueTelemetry(QueuePartition partition, GafferClock clock)
    {
        _queue = Attributes.Of(partition.Queue);
        _time = clock.Time;
        _since = JobMachine.Microseconds(clock.Now);
        _reading = new QueueReading(partition, _time);
        Gauges.Add(_reading);
    }

    /// <summary>What has happened, as far as it is durable.</summary>
    public QueueTotals Totals => _tally.ToTotals(_since);

    /// <summary>A write of the journal begins.</summary>
    public void Writing() => _writingSince = _time.GetTimestamp();

    /// <summary>It is durable.</summary>
    public void Written(CommitBatch batch)
    {
        ref readonly var tally = ref batch.Tally;
        var took = _time.GetElapsedTime(_writingSince);
        _tally.Add(tally);
        _tally.AddWait(tally.Started * took.Ticks);
        if (Instruments.CommitDuration.Enabled) Instruments.CommitDuration.Record(took.TotalSeconds, _queue);
        if (Instruments.CommitChanges.Enabled) Instruments.CommitChanges.Record(batch.Changes.Count, _queue);
        Add(Instruments.Inserted, tally.Inserted);
        Add(Instruments.Started, tally.Started);
        Add(Instruments.Completed, tally.Completed);
        Add(Instruments.Failed, tally.Failed);
        Add(Instruments.Retried, tally.Retried);
        Add(Instruments.Cancelled, tally.Cancelled);
        Add(Instruments.Rescued, tally.Rescued);
        Add(Instruments.Pruned, tally.Pruned);
    }

    /// <summary>The counts as they are now.</summary>
    public void Publish(QueueState state, WorkerRoster roster)
    {
        if (!_isKnown && state.Options is not null && Instruments.Failed.Enabled) Begin();
        _reading.Set(state, roster);
    }

    /// <summary>The actor ends: the queue is reported from elsewhere.</summary>
    public void Stop() => Gauges.Remove(_reading);

    // What has not happened yet is 0 and not absent: a series that begins with its first failures has not risen, and nobody is told of them.
    private void Begin()
    {
        _isKnown = true;
        foreach (var counter in Instruments.OfJobs) counter.Add(0, _queue);
    }

    private void Add(System.Diagnostics.Metrics.Counter<long> counter, long count)
    {
        if (count > 0 && counter.Enabled) counter.Add(count, _queue);
    }
}
