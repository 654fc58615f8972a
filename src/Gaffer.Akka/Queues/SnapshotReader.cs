using Akka.Actor;
using Akka.Persistence;

namespace Gaffer;

/// <summary>Reads the parts of a snapshot, and gives the queue all of it.</summary>
internal sealed class SnapshotReader : UntypedActor
{
    // One is read from the database while another becomes jobs.
    private const int AtOnce = 2;

    private readonly string _queue;
    private readonly long _sequence;
    private readonly QueueSnapshot _whole;
    private readonly IActorRef _store;
    private readonly QueueSnapshotPart?[] _parts;
    private int _asked;
    private int _read;

    public SnapshotReader(string queue, long sequence, QueueSnapshot whole, IActorRef store)
    {
        (_queue, _sequence, _whole, _store) = (queue, sequence, whole, store);
        _parts = new QueueSnapshotPart?[whole.Parts!.Value.Count];
    }

    /// <param name="queue">The persistence id of the queue.</param>
    /// <param name="sequence">Of the snapshot.</param>
    /// <param name="whole">The snapshot, without what is in its parts.</param>
    /// <param name="store">The snapshot store of the queue.</param>
    public static Props CreateProps(string queue, long sequence, QueueSnapshot whole, IActorRef store) =>
        Props.Create(() => new SnapshotReader(queue, sequence, whole, store)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void PreStart()
    {
        for (var i = 0; i < Math.Min(AtOnce, _parts.Length); i++) AskNext();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LoadSnapshotResult { Snapshot.Snapshot: QueueSnapshotPart part } when part.Id == _whole.Parts!.Value.Id:
                _parts[part.Number] = part;
                if (++_read == _parts.Length) End(new SnapshotRead.All(SnapshotParts.Join(_whole, _parts!)));
                else AskNext();
                break;
            case LoadSnapshotResult:
                End(new SnapshotRead.Missing(_sequence, _parts.Length, _read));
                break;
            case LoadSnapshotFailed failed:
                End(new SnapshotRead.Failed(failed.Cause));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void AskNext()
    {
        if (_asked < _parts.Length) _store.Tell(SnapshotParts.Load(_queue, _asked++, _sequence), Self);
    }

    private void End(SnapshotRead result)
    {
        Context.Parent.Tell(result);
        Context.Stop(Self);
    }
}

/// <summary>What became of reading the parts of a snapshot.</summary>
internal abstract record SnapshotRead : INoSerializationVerificationNeeded
{
    private SnapshotRead()
    {
    }

    /// <summary>It is whole again.</summary>
    public sealed record All(QueueSnapshot Snapshot) : SnapshotRead;

    /// <summary>A part is not there: a later snapshot has replaced it meanwhile, or it is lost.</summary>
    public sealed record Missing(long SequenceNr, int Parts, int Found) : SnapshotRead;

    /// <summary>The store failed.</summary>
    public sealed record Failed(Exception Cause) : SnapshotRead;
}
