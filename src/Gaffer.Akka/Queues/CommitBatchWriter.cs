namespace Gaffer;

/// <summary>Turns decisions into batches: each change is applied to the state at once and becomes part of the batch that is being gathered. A batch that has reached its cap is closed, and the next one opened.</summary>
internal sealed class CommitBatchWriter(QueueState state, QueueSettings settings, IEventSink events) : ICommit
{
    private readonly Queue<CommitBatch> _closed = new();

    /// <summary>The batch that is being gathered.</summary>
    public CommitBatch Batch { get; private set; } = new();

    /// <summary>Changes that are applied and not yet taken to be written.</summary>
    public int PendingChanges { get; private set; }

    /// <summary>Whether the batch that is being gathered is the next to be written.</summary>
    public bool IsLast => _closed.Count == 0;

    public bool HasListeners => events.HasListeners;

    /// <summary>Who is to hear that an execution of a job no longer counts; set by the queue, which knows its workers.</summary>
    public Action<Job>? ExecutionEnded { get; set; }

    public Job? Do(QueueChange change)
    {
        if (change is QueueChange.Pruned pruned) StopExecutionsOf(pruned);
        var previous = state.Options;
        var executing = change is QueueChange.Cancelled { By: not EventActor.Worker } c && state.TryGet(c.Job, out var job) && job.State == JobState.Executing ? job : null;
        var after = state.Apply(change);
        Batch.Add(change);
        Batch.Tally.Count(change, after, endsExecution: executing is not null);
        PendingChanges++;
        if (executing is not null) ExecutionEnded?.Invoke(executing);
        if (after is not null && after.State.IsTerminal() && state.Forwards.TryGetValue(ForwardKey.Of(after), out var forward)) Batch.Forwards.Add(forward);
        if (events.HasListeners) ChangeEvents.Add(Batch.Events, state.Name, change, after, previous);
        return after;
    }

    /// <summary>The queue goes, with all its jobs: the code of those that run is to end, and listeners hear of each.</summary>
    public void EndAll(DateTimeOffset now)
    {
        foreach (var job in state.InState(JobState.Executing).ToList()) ExecutionEnded?.Invoke(job);
        if (!HasListeners) return;
        foreach (var id in state.IdsAfter(null)) Batch.Events.Add(new JobDeleted(state.Name, EventActor.User, now, id));
    }

    /// <summary>Closes a batch that has reached its cap. Called between requests and not within one, so that one request is one journal event: all of it, or none.</summary>
    public void CloseIfFull()
    {
        if (Batch.Changes.Count < settings.MaxCommitChanges && Batch.Bytes < settings.MaxCommitBytes) return;
        _closed.Enqueue(Batch);
        Batch = new CommitBatch();
    }

    /// <summary>Takes the oldest batch, to be written.</summary>
    public CommitBatch Take()
    {
        if (!_closed.TryDequeue(out var batch))
        {
            batch = Batch;
            Batch = new CommitBatch();
        }

        PendingChanges -= batch.Changes.Count;
        return batch;
    }

    private void StopExecutionsOf(QueueChange.Pruned pruned)
    {
        foreach (var id in pruned.Jobs)
        {
            if (state.TryGet(id, out var job) && job.State == JobState.Executing) ExecutionEnded?.Invoke(job);
        }
    }
}
