using Akka.Actor;
using Akka.Persistence;

namespace Gaffer;

/// <summary>What a queue does when its journal fails, and how the journal is kept short and goes with the queue.</summary>
internal sealed partial class QueueActor
{
    private void Write(QueueSnapshot snapshot)
    {
        var metadata = new SnapshotMetadata(PersistenceId, LastSequenceNr, _runtime.Clock.Now.UtcDateTime);
        Context.ActorOf(SnapshotWriter.CreateProps(metadata, SnapshotStore, snapshot, _runtime.Settings.Queue.SnapshotPartBytes, _snapshotParts));
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

    // Then another queue of this name may start, in whatever storage. A snapshot of nothing comes first, and stays: whatever a crash leaves of the rest, and whatever older snapshot is still on its way to the store,
    // the queue does not come back. In it is the command of the deletion, which deletes no other queue when it is told again; in one that is not the first the newest word of the head, which no older word must replace.
    private void Erase()
    {
        _snapshotting = true;
        _erasingTo = LastSequenceNr;
        var nothing = _state.ToSnapshot();
        Write(nothing with { NextSequence = 1, Permits = [], Commands = [.. nothing.Commands.TakeLast(1)] });
    }

    private long? LastToErase => _erasingTo - 1;

    // There is no queue, and never was: its place is free for one in another storage.
    private void Vacate()
    {
        if (_state.Options is null && !_eraseIsDue && !_configurator.IsBusy) LeaveName();
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
}
