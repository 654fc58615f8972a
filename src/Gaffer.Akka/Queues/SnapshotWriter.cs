using Akka.Actor;
using Akka.Persistence;

namespace Gaffer;

/// <summary>Writes one snapshot of a queue: its parts one after the other, so that only one is in memory as bytes, then what names them. Then it deletes the parts of earlier ones, and tells the queue.</summary>
/// <remarks>
/// Until the last write succeeds, the snapshot before counts. Parts are written from the first up and deleted from the last down, so those that a crash leaves are numbered without a gap:
/// the next writer finds them all by looking above those that it knows.
/// </remarks>
internal sealed class SnapshotWriter : UntypedActor
{
    private readonly SnapshotMetadata _metadata;
    private readonly IActorRef _store;
    private readonly QueueSnapshot _whole;
    private readonly int _earlierParts;
    private readonly StorageLog _log = GafferLogs.Of(Context.System).Storage;
    private IReadOnlyList<QueueSnapshotPart> _parts;
    private int _written;
    private int _left; // parts that may be there, of this snapshot and earlier ones
    private int _unswept;

    public SnapshotWriter(SnapshotMetadata metadata, IActorRef store, QueueSnapshot snapshot, long partBytes, int earlierParts)
    {
        (_metadata, _store, _earlierParts) = (metadata, store, earlierParts);
        (_whole, _parts) = SnapshotParts.Cut(snapshot, partBytes);
    }

    /// <param name="metadata">Of the snapshot.</param>
    /// <param name="store">The snapshot store of the queue.</param>
    /// <param name="snapshot">What is written.</param>
    /// <param name="partBytes">About the largest size of one value.</param>
    /// <param name="earlierParts">The most parts that an earlier snapshot is known to have had.</param>
    public static Props CreateProps(SnapshotMetadata metadata, IActorRef store, QueueSnapshot snapshot, long partBytes, int earlierParts) =>
        Props.Create(() => new SnapshotWriter(metadata, store, snapshot, partBytes, earlierParts)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void PreStart() => WriteNext();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SaveSnapshotSuccess { Metadata.PersistenceId: var id } when id == _metadata.PersistenceId:
                (_parts, _left) = ([], Math.Max(_earlierParts, PartCount));
                Become(Looking);
                LookAbove();
                break;
            case SaveSnapshotSuccess:
                WriteNext();
                break;
            case SaveSnapshotFailure failed:
                Context.Parent.Tell(new SnapshotFailed(_metadata.SequenceNr, Math.Max(_earlierParts, _written), failed.Cause));
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Looking(object message)
    {
        switch (message)
        {
            case LoadSnapshotResult { Snapshot: not null }:
                _left++;
                LookAbove();
                break;
            case LoadSnapshotResult:
                _unswept = _left;
                Become(Sweeping);
                SweepNext();
                break;
            case LoadSnapshotFailed failed:
                EndUnswept(failed.Cause);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Sweeping(object message)
    {
        switch (message)
        {
            case DeleteSnapshotsSuccess:
                SweepNext();
                break;
            case DeleteSnapshotsFailure failed:
                EndUnswept(failed.Cause);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private int PartCount => _whole.Parts?.Count ?? 0;

    private void WriteNext()
    {
        var metadata = _metadata;
        object value = _whole;
        if (_written < _parts.Count)
        {
            metadata = new SnapshotMetadata(IdOf(_written), _metadata.SequenceNr, _metadata.Timestamp);
            value = _parts[_written++];
        }

        _store.Tell(new SaveSnapshot(metadata, value), Self);
    }

    private void LookAbove() => _store.Tell(new LoadSnapshot(IdOf(_left), SnapshotSelectionCriteria.Latest, long.MaxValue), Self);

    private void SweepNext()
    {
        if (_unswept == 0) End(PartCount);
        else _store.Tell(new DeleteSnapshots(IdOf(--_unswept), new SnapshotSelectionCriteria(_metadata.SequenceNr - 1)), Self);
    }

    private void EndUnswept(Exception cause)
    {
        _log.ActorSnapshotPartNotDeleted(cause, _metadata.PersistenceId);
        End(_left);
    }

    private void End(int parts)
    {
        Context.Parent.Tell(new SnapshotWritten(_metadata.SequenceNr, parts));
        Context.Stop(Self);
    }

    private string IdOf(int part) => SnapshotParts.PersistenceIdOf(_metadata.PersistenceId, part);
}

/// <summary>A snapshot could not be written; the one before it counts.</summary>
/// <param name="SequenceNr">Of the last commit that it covers.</param>
/// <param name="Parts">The most parts that it, or an earlier one, may have left.</param>
/// <param name="Cause">Why.</param>
internal sealed record SnapshotFailed(long SequenceNr, int Parts, Exception Cause) : INoSerializationVerificationNeeded;

/// <summary>A snapshot is durable, and what it replaces is gone, but for the journal and the snapshots before it.</summary>
/// <param name="SequenceNr">Of the last commit that it covers.</param>
/// <param name="Parts">How many parts may be there; 0: none.</param>
internal sealed record SnapshotWritten(long SequenceNr, int Parts) : INoSerializationVerificationNeeded;
