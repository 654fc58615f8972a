using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace Gaffer;

/// <summary>How a queue comes back from its journal, what it does when the journal fails, and how the journal is kept short.</summary>
internal sealed partial class QueueActor
{
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: QueueSnapshot snapshot, Metadata: var metadata }:
                _recovered.Snapshot(metadata.SequenceNr);
                if (snapshot.Parts is null) _state.Restore(snapshot);
                else _loading = new Loading(metadata.SequenceNr, snapshot, []);
                break;
            case QueueCommit commit:
                if (!_recovered.Follows(LastSequenceNr, commit)) break;
                if (_loading is { Log: var log }) log.Add(commit);
                else Apply(commit);
                break;
            case RecoveryCompleted when !_recovered.IsWhole(LastSequenceNr, _inCatalog && _readInVain != LastSequenceNr):   // a queue may end before its first write
                _log.JournalTrimmed(_name, _partition);
                Overtaken(_recovered.IsEmpty ? LastSequenceNr : null);
                break;
            case RecoveryCompleted when _loading is { } loading:
                _snapshotParts = loading.Whole.Parts!.Value.Count;
                Context.ActorOf(SnapshotReader.CreateProps(PersistenceId, loading.SequenceNr, loading.Whole, SnapshotStore), "snapshot-reader");
                break;
            case RecoveryCompleted:
                Recovered();
                break;
            default:
                throw new InvalidOperationException($"The journal of queue '{_name}' holds a {message.GetType()}, which this version does not know.");
        }
    }

    private void Apply(QueueCommit commit)
    {
        foreach (var change in commit.Changes)
        {
            _state.Apply(change);
            _logBytes += CommitBatch.SizeOf(change);
        }
    }

    // The journal is read. What comes meanwhile waits until the parts of the snapshot under it are, too.
    private void Load(object message)
    {
        switch (message)
        {
            case SnapshotRead.All all:
                _state.Restore(all.Snapshot);
                foreach (var commit in _loading!.Log) Apply(commit);
                _loading = null;
                Recovered();
                Stash.UnstashAll();
                break;
            case SnapshotRead.Missing missing when missing.SequenceNr != _readInVain:
                _log.SnapshotReplaced(_name, _partition);
                Overtaken(missing.SequenceNr);
                break;
            case SnapshotRead.Missing missing:
                var lost = $"The snapshot of queue '{_name}' at {missing.SequenceNr} has {missing.Parts} parts, of which one or more are not in the snapshot table ({PersistenceId}/part-0 to {missing.Parts - 1}). Restore the table from a backup of the same time as the journal.";
                _log.SnapshotIncomplete(_name, _partition, missing.SequenceNr, missing.Parts, PersistenceId, missing.Parts - 1);
                Leave(new GafferFailure(GafferError.Unavailable, lost, _name.Value));
                break;
            case SnapshotRead.Failed failed:
                var unreadable = StorageFault.Describe(failed.Cause, _name);
                _log.SnapshotUnreadable(failed.Cause, _name, _partition, unreadable.Message);
                Leave(unreadable);
                break;
            case Close:
                Context.Stop(Self); // nothing was begun
                break;
            case RegisterWorkers:
                Sender.Tell(new QueueRests(_partition)); // it comes back: what runs need not end
                Stash.Stash();
                break;
            default:
                Stash.Stash();
                break;
        }

        void Leave(GafferFailure failure)
        {
            Context.Parent.Tell(new QueueEntity.Failed(failure));
            Context.Stop(Self);
        }
    }

    private void Write(QueueSnapshot snapshot)
    {
        var metadata = new SnapshotMetadata(PersistenceId, LastSequenceNr, _runtime.Clock.Now.UtcDateTime);
        Context.ActorOf(SnapshotWriter.CreateProps(metadata, SnapshotStore, snapshot, _runtime.Settings.Queue.SnapshotPartBytes, _snapshotParts));
    }

    private void Recovered()
    {
        _scheduler = Context.ActorOf(QueueScheduler.CreateProps(_runtime.Clock), "scheduler");
        if (_state.Options is not null) _commit.Do(new QueueChange.Opened(Now, _runtime.Node));
        MeetOthers();
        if (_partition.IsHead) _configurator.Announce(Now);
        _outbox.Send(_state.Forwards.Values);
        Context.System.EventStream.Subscribe(Self, typeof(ContactChanged));
        ExpectNodes();
        if (_state.Count > 0) _log.QueueRecovered(_name, _partition, _state.Count, _state.CountOf(JobState.Executing));
        FlushSoon();
    }

    private void Schedule()
    {
        _scheduledVersion = _state.Version;
        _scheduler.Tell(new QueueScheduler.PruneEvery(_state.Options?.Prune.Interval));
        _scheduler.Tell(new QueueScheduler.PollEvery(_state.Options?.PollInterval is { } interval && interval != Timeout.InfiniteTimeSpan ? interval : null));
    }

    private bool IsSnapshotDue() => !_snapshotting && _commit.IsLast && _commit.Batch.Changes.Count > 0 // only what is written takes a snapshot along
        && _logBytes + _commit.Batch.Bytes >= Math.Max(_runtime.Settings.Queue.SnapshotFloorBytes, _state.LiveBytes);

    private bool HandleStorage(object message)
    {
        switch (message)
        {
            case SnapshotWritten written:
                _snapshotting = false;
                _snapshotParts = written.Parts;
                if (written.SequenceNr <= _erasingTo)
                {
                    DeleteMessages(_erasingTo.Value);
                    return true;
                }

                if (_eraseIsDue) FlushSoon();
                if (_state.Options is { KeepLog: false }) DeleteMessages(written.SequenceNr);
                DeleteSnapshots(new SnapshotSelectionCriteria(written.SequenceNr - 1));
                return true;
            case SnapshotFailed failed:
                _snapshotting = false;
                _snapshotParts = failed.Parts;
                _log.SnapshotNotWritten(failed.Cause, _name, _partition);
                if (_eraseIsDue) FlushSoon();
                _journalIsErased |= failed.SequenceNr == _erasingTo; // what is left says that it was deleted
                LeaveIfErased();
                return true;
            case DeleteMessagesSuccess deleted:
                if (deleted.ToSequenceNr == _erasingTo) DeleteSnapshots(new SnapshotSelectionCriteria(LastToErase!.Value));
                return true;
            case DeleteMessagesFailure failed:
                _log.JournalNotTrimmed(failed.Cause, _name, _partition);
                _journalIsErased |= failed.ToSequenceNr == _erasingTo;
                LeaveIfErased();
                return true;
            case DeleteSnapshotsFailure failed:
                _log.SnapshotsNotDeleted(failed.Cause, _name, _partition);
                _journalIsErased |= failed.Criteria.MaxSequenceNr == LastToErase;
                LeaveIfErased();
                return true;
            case DeleteSnapshotsSuccess deleted:
                _journalIsErased |= deleted.Criteria.MaxSequenceNr == LastToErase;
                LeaveIfErased();
                return true;
            default:
                return false;
        }
    }

    // The queue was deleted: what it wrote goes, too, when the code of its jobs has ended, as until then it keeps its place under shared limits.
    private void EraseSoon()
    {
        _log.QueueDeleted(_name, _partition);
        _eraseIsDue = true;
        FlushSoon();
    }

    // Then another queue of this name may start, in whatever storage. A snapshot of nothing comes first: whatever a crash leaves of the rest, the queue does not come back.
    private void Erase()
    {
        _snapshotting = true;
        _erasingTo = LastSequenceNr;
        Write(_state.ToSnapshot());
    }

    // A partition that is not the first keeps the snapshot of nothing: in it is the newest word of the head, which old word that comes late must not replace.
    private long? LastToErase => _partition.IsHead ? _erasingTo : _erasingTo - 1;

    // There is no queue, and never was: its place is free for one in another storage.
    private void Vacate()
    {
        if (_state.Options is null && !_eraseIsDue) LeaveName();
    }

    // What comes until the entity knows of it is told back, and waits there: another queue of this name may have begun.
    private void LeaveName()
    {
        _hasLeft = true;
        Context.Parent.Tell(QueueEntity.Erased.Instance);
        if (_writing is null && _commit.Batch.Changes.Count == 0) Release(_commit.Take()); // whoever asked meanwhile hears that there is no queue
    }

    private void LeaveIfErased()
    {
        if (!_journalIsErased || _snapshotting || _configurator.IsBusy) return;
        if (_state.Options is not null)
        {
            (_eraseIsDue, _erasingTo, _journalIsErased) = (false, null, false); // another queue of this name began meanwhile, behind what was erased
            return;
        }

        LeaveName();
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Fail(cause);

    // By default the later answers would still go out.
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        Fail(cause);
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        var failure = StorageFault.Describe(reason, _name);
        _log.JournalUnreadable(reason, _name, _partition, failure.Message);
        Context.Parent.Tell(new QueueEntity.Failed(failure));
    }

    // What this actor knows may not be so any more. It stops without a word: callers ask again, with the same ids, and are answered from the journal.
    private void Overtaken(long? readInVain = null)
    {
        var failure = new GafferFailure(GafferError.Unavailable, $"Queue '{_name}' lost contact with its cluster, or was written elsewhere; it starts again from its journal.", _name.Value);
        Context.Parent.Tell(new QueueEntity.Failed(failure, IsOvertaken: true, readInVain));
        Context.Stop(Self);
    }

    private void Fail(Exception cause)
    {
        var failure = StorageFault.Describe(cause, _name);
        var isOvertaken = StorageFault.IsOvertaken(cause);
        if (isOvertaken) _log.JournalOvertaken(cause, _name, _partition);
        else _log.JournalNotWritten(cause, _name, _partition, failure.Message);
        Context.Parent.Tell(new QueueEntity.Failed(failure, isOvertaken));
        if (isOvertaken) return; // nothing of it was written, and the queue goes on elsewhere: callers ask there, with the same ids
        var most = _runtime.Settings.Client.MaxMessageBytes;
        _writing?.Fail(_partition, failure, Self, most);
        while (!_commit.IsLast) _commit.Take().Fail(_partition, failure, Self, most);
        _commit.Take().Fail(_partition, failure, Self, most);
    }

    /// <summary>A snapshot whose parts are still to be read, and what the journal says after it.</summary>
    private sealed record Loading(long SequenceNr, QueueSnapshot Whole, List<QueueCommit> Log);
}
