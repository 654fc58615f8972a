using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace Gaffer;

/// <summary>How a queue comes back from its journal and its snapshot.</summary>
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

    private void Recovered()
    {
        Context.Parent.Tell(QueueEntity.Recovered.Instance);
        _scheduler = Context.ActorOf(QueueScheduler.CreateProps(_runtime.Clock), "scheduler");
        if (_state.Options is not null) _commit.Do(new QueueChange.Opened(Now, _runtime.Node));
        MeetOthers();
        if (_partition.IsHead) _configurator.Start();
        _outbox.Send(_state.Forwards.Values);
        Context.System.EventStream.Subscribe(Self, typeof(ContactChanged));
        ExpectNodes();
        if (_state.Count > 0) _log.QueueRecovered(_name, _partition, _state.Count, _state.CountOf(JobState.Executing));
        FlushSoon();
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        var failure = StorageFault.Describe(reason, _name);
        _log.JournalUnreadable(reason, _name, _partition, failure.Message);
        Context.Parent.Tell(new QueueEntity.Failed(failure));
    }

    /// <summary>A snapshot whose parts are still to be read, and what the journal says after it.</summary>
    private sealed record Loading(long SequenceNr, QueueSnapshot Whole, List<QueueCommit> Log);
}
