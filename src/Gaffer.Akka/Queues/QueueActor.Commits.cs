using Akka.Actor;

namespace Gaffer;

/// <summary>How what was decided becomes durable: what belongs into a batch before it is closed, its write, and what leaves the queue then.</summary>
internal sealed partial class QueueActor
{
    // The batch is closed when the mailbox is drained: a commit that starts on the first of a burst would carry one change and keep the others waiting.
    private void FlushSoon()
    {
        if (_flushIsDue) return;
        _flushIsDue = true;
        if (_writing is null) Self.Tell(Flush.Instance, ActorRefs.NoSender); // else when it is written
    }

    private void WriteNext()
    {
        if (_writing is not null) return;
        if (!_runtime.Contact.IsCurrent)
        {
            if (_closing) Context.Stop(Self);
            return; // others may have the queue already. What is decided waits; callers ask again
        }

        if (_commit.IsLast) Complete();
        var batch = _commit.Take();
        if (batch.Changes.Count == 0)
        {
            Release(batch);
            if (_eraseIsDue && _erasingTo is null && !_snapshotting && _state.Options is null && _state.Stopping.Count == 0) Erase(); // nothing is written after what is erased
            if (_closing) Context.Stop(Self);
            return;
        }

        _writing = batch;
        _writeIn = _runtime.Contact.Generation;
        _telemetry.Writing();
        PersistAsync(new QueueCommit(batch.Changes), _ => Written());
    }

    // What belongs into the batch before it is closed: what time has brought, claims for free workers, answers to those who wait.
    private void Complete()
    {
        var now = Now;
        _state.Advance(now);
        if (_state.Options is { } options)
        {
            _decider.Expire(now);
            if (MayClaim(options) && !_closing) Claim(now);
            _mayClaim = _mayClaim && IsHindered(); // a poll that met a limit, or no contact, is made up for
            _slots.Settle(MayClaim(options), now); // first: where there are no slots, no permits are wanted
            _permits.Settle(now, _roster);
            _eraseIsDue &= _erasingTo is not null; // it is a queue again
            if (!_state.IsPaused && options.Prune is { Interval: not null, MaxCount: not null } prune) TrimTerminal(prune, now);
        }

        if (_state.Version != _scheduledVersion) Schedule();
        _waiters.Check(_commit.Batch);
        if (IsSnapshotDue())
        {
            _snapshotting = true;
            _logBytes = -_commit.Batch.Bytes; // counted when it is written; what comes after this batch is the log since the snapshot
            _commit.Batch.Snapshot = _state.ToSnapshot();
        }

        if (_state.NextDue is { } due && due != _wakeAt)
        {
            _wakeAt = due;
            _scheduler.Tell(new QueueScheduler.WakeAt(due));
        }
    }

    private bool MayClaim(QueueOptions options) => options.PollInterval is null || _mayClaim;

    private int Claim(DateTimeOffset now)
    {
        if (_state.Rests || _state.Options is null || _roster.IsEmpty || _runtime.Contact.IsCutOff) return 0;
        _state.Advance(now);
        var most = Math.Min(_runtime.Settings.Queue.MaxCommitChanges - _commit.Batch.Changes.Count, _permits.Budget(_roster.InUse));
        var claimed = _roster.Claim(most, now, _commit);
        if (claimed.Count > 0 && _commit.HasListeners) _commit.Batch.Events.Add(new JobsClaimed(_name, EventActor.Runner, now, [.. claimed]));
        return claimed.Count;
    }

    private bool IsHindered() => _runtime.Contact.IsCutOff || (_state.Ready.Count > 0 && (_permits.Budget(_roster.InUse) <= 0 || _slots.AreMissing));

    // Between two looks of the pruner a fast queue would gather more ended jobs than it may keep.
    private void TrimTerminal(PruneOptions prune, DateTimeOffset now)
    {
        foreach (var state in JobStates.All)
        {
            if (PruneRule.Surplus(_state, prune, state) < QueueDecider.MaxPage) continue;
            while (_decider.Prune(now, Guid.Empty).HasMore)
            {
            }

            return;
        }
    }

    private void Written()
    {
        if (!_runtime.Contact.IsCurrent || _runtime.Contact.Generation != _writeIn)
        {
            Overtaken();
            return;
        }

        var batch = _writing!;
        _writing = null;
        _logBytes += batch.Bytes;
        _telemetry.Written(batch);
        if (!_hasWritten)
        {
            _hasWritten = true;
            Context.Parent.Tell(QueueEntity.Healthy.Instance);
        }

        if (batch.Snapshot is { } snapshot) Write(snapshot);
        Release(batch);
        if (!_flushIsDue && !_closing && !_eraseIsDue && _commit.IsLast && _commit.Batch.IsEmpty && _state.Ready.Count == 0) return;
        _flushIsDue = true;
        Self.Tell(Flush.Instance, ActorRefs.NoSender);
    }

    private void Release(CommitBatch batch)
    {
        batch.Release(_partition, Self, _runtime.Settings.Client.MaxMessageBytes);
        if (batch.Events.Count > 0) _events.Publish(batch.Events);
        if (batch.Forwards.Count > 0) _outbox.Send(batch.Forwards);
        _telemetry.Publish(_state, _roster);
    }
}
