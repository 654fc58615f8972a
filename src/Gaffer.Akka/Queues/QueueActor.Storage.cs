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
                _state.Restore(snapshot);
                _recovered.Snapshot(metadata.SequenceNr);
                break;
            case QueueCommit commit:
                if (!_recovered.Follows(LastSequenceNr, commit)) break;
                foreach (var change in commit.Changes)
                {
                    _state.Apply(change);
                    _logBytes += CommitBatch.SizeOf(change);
                }

                break;
            case RecoveryCompleted when !_recovered.IsWhole(LastSequenceNr, _mustBeThere):
                _log.Warning("Queue {Queue} read its journal while another actor of it trimmed that; it starts again", _name);
                Overtaken();
                break;
            case RecoveryCompleted:
                Recovered();
                break;
            default:
                throw new InvalidOperationException($"The journal of queue '{_name}' holds a {message.GetType()}, which this version does not know.");
        }
    }

    private void Recovered()
    {
        _scheduler = Context.ActorOf(QueueScheduler.CreateProps(_runtime.Clock), "scheduler");
        if (_state.Options is not null) _commit.Do(new QueueChange.Opened(Now, _runtime.Node));
        _configurator.Announce(Now);
        _outbox.Send(_state.Forwards.Values);
        Context.System.EventStream.Subscribe(Self, typeof(ContactChanged));
        ExpectNodes();
        if (_state.Count > 0) _log.Info("Queue {Queue} is back with {Count} jobs, {Executing} of them executing", _name, _state.Count, _state.CountOf(JobState.Executing));
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
            case SaveSnapshotSuccess saved:
                _snapshotting = false;
                if (saved.Metadata.SequenceNr <= _erasingTo)
                {
                    DeleteMessages(_erasingTo.Value);
                    return true;
                }

                if (_eraseIsDue) FlushSoon();
                if (_state.Options is { KeepLog: false }) DeleteMessages(saved.Metadata.SequenceNr);
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                return true;
            case SaveSnapshotFailure failed:
                _snapshotting = false;
                _log.Warning(failed.Cause, "Queue {Queue} could not write a snapshot; its journal stays longer until the next one", _name);
                if (_eraseIsDue) FlushSoon();
                _journalIsErased |= failed.Metadata.SequenceNr == _erasingTo; // what is left says that it was deleted
                LeaveIfErased();
                return true;
            case DeleteMessagesSuccess deleted:
                if (deleted.ToSequenceNr == _erasingTo) DeleteSnapshots(new SnapshotSelectionCriteria(deleted.ToSequenceNr));
                return true;
            case DeleteMessagesFailure failed:
                _log.Warning(failed.Cause, "Queue {Queue} could not delete the part of its journal that a snapshot covers; it is tried again after the next snapshot", _name);
                _journalIsErased |= failed.ToSequenceNr == _erasingTo;
                LeaveIfErased();
                return true;
            case DeleteSnapshotsFailure failed:
                _log.Warning(failed.Cause, "Queue {Queue} could not delete its older snapshots; it is tried again after the next one", _name);
                _journalIsErased |= failed.Criteria.MaxSequenceNr == _erasingTo;
                LeaveIfErased();
                return true;
            case DeleteSnapshotsSuccess deleted:
                _journalIsErased |= deleted.Criteria.MaxSequenceNr == _erasingTo;
                LeaveIfErased();
                return true;
            default:
                return false;
        }
    }

    // The queue was deleted: what it wrote goes, too, when the code of its jobs has ended, as until then it keeps its place under shared limits.
    private void EraseSoon()
    {
        _log.Info("Queue {Queue} is deleted", _name);
        _eraseIsDue = true;
        FlushSoon();
    }

    // Then another queue of this name may start, in whatever storage. A snapshot of nothing comes first: whatever a crash leaves of the rest, the queue does not come back.
    private void Erase()
    {
        _snapshotting = true;
        _erasingTo = LastSequenceNr;
        SaveSnapshot(_state.ToSnapshot());
    }

    // There is no queue, and never was: its place is free for one in another storage.
    private void Vacate()
    {
        if (_state.Options is not null || _eraseIsDue) return;
        Context.Parent.Tell(QueueEntity.Erased.Instance);
        Context.Stop(Self);
    }

    private void LeaveIfErased()
    {
        if (!_journalIsErased || _snapshotting || _configurator.IsBusy) return;
        if (_state.Options is not null)
        {
            (_eraseIsDue, _erasingTo, _journalIsErased) = (false, null, false); // another queue of this name began meanwhile, behind what was erased
            return;
        }

        Context.Parent.Tell(QueueEntity.Erased.Instance);
        Context.Stop(Self);
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
        _log.Error(reason, "Queue {Queue} could not read its journal", _name);
        Context.Parent.Tell(new QueueEntity.Failed(StorageFault.Describe(reason, _name)));
    }

    // What this actor knows may not be so any more. It stops without a word: callers ask again, with the same ids, and are answered from the journal.
    private void Overtaken()
    {
        var failure = new GafferFailure(GafferError.Unavailable, $"Queue '{_name}' lost contact with its cluster, or was written elsewhere; it starts again from its journal.", _name.Value);
        Context.Parent.Tell(new QueueEntity.Failed(failure, IsOvertaken: true));
        Context.Stop(Self);
    }

    private void Fail(Exception cause)
    {
        _log.Error(cause, "Queue {Queue} could not write its journal; it starts again from what is durable", _name);
        var failure = StorageFault.Describe(cause, _name);
        var isOvertaken = StorageFault.IsOvertaken(cause);
        Context.Parent.Tell(new QueueEntity.Failed(failure, isOvertaken));
        if (isOvertaken) return; // nothing of it was written, and the queue goes on elsewhere: callers ask there, with the same ids
        var most = _runtime.Settings.Client.MaxMessageBytes;
        _writing?.Fail(_name, failure, Self, most);
        while (!_commit.IsLast) _commit.Take().Fail(_name, failure, Self, most);
        _commit.Take().Fail(_name, failure, Self, most);
    }
}
