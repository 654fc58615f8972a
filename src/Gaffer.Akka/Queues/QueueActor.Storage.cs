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
            case SnapshotOffer { Snapshot: QueueSnapshot snapshot }:
                _state.Restore(snapshot);
                break;
            case QueueCommit commit:
                foreach (var change in commit.Changes)
                {
                    _state.Apply(change);
                    _logBytes += CommitBatch.SizeOf(change);
                }

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

    private bool IsSnapshotDue() => !_snapshotting && _commit.IsLast && _logBytes + _commit.Batch.Bytes >= Math.Max(_runtime.Settings.Queue.SnapshotFloorBytes, _state.LiveBytes);

    private bool HandleStorage(object message)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved:
                _snapshotting = false;
                if (_erasing)
                {
                    DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr)); // it was on its way when the queue was deleted
                    LeaveIfErased();
                    return true;
                }

                if (_state.Options is { KeepLog: false }) DeleteMessages(saved.Metadata.SequenceNr);
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                return true;
            case SaveSnapshotFailure failed:
                _snapshotting = false;
                _log.Warning(failed.Cause, "Queue {Queue} could not write a snapshot; its journal stays longer until the next one", _name);
                LeaveIfErased();
                return true;
            case DeleteMessagesSuccess:
                _journalIsErased = _erasing;
                LeaveIfErased();
                return true;
            case DeleteMessagesFailure failed:
                _log.Warning(failed.Cause, "Queue {Queue} could not delete the part of its journal that a snapshot covers; it is tried again after the next snapshot", _name);
                _journalIsErased = _erasing;
                LeaveIfErased();
                return true;
            case DeleteSnapshotsFailure failed:
                _log.Warning(failed.Cause, "Queue {Queue} could not delete its older snapshots; it is tried again after the next one", _name);
                return true;
            case DeleteSnapshotsSuccess:
                return true;
            default:
                return false;
        }
    }

    // The queue was deleted: what it wrote goes, too. Then another queue of this name may start, in whatever storage.
    private void Erase()
    {
        _erasing = true;
        _log.Info("Queue {Queue} is deleted", _name);
        DeleteSnapshots(SnapshotSelectionCriteria.Latest);
        DeleteMessages(LastSequenceNr);
    }

    // There is no queue, and never was: its place is free for one in another storage.
    private void Vacate()
    {
        if (_state.Options is not null || _erasing) return;
        Context.Parent.Tell(QueueEntity.Erased.Instance);
        Context.Stop(Self);
    }

    private void LeaveIfErased()
    {
        if (!_journalIsErased || _snapshotting || _state.Options is not null) return;
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
