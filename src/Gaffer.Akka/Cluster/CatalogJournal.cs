using Akka.Actor;
using Akka.Persistence;

namespace Gaffer;

/// <summary>The durable part of the catalog: tells its parent what the journal holds, and writes one change after the other.</summary>
/// <remarks>Any failure stops it, after the parent was told why; the parent starts another one later. A rejected write would not stop it by itself.</remarks>
internal sealed class CatalogJournal : UntypedPersistentActor
{
    public const string Id = "gaffer-catalog";

    /// <summary>Changes between two snapshots.</summary>
    public const int SnapshotEvery = 1000;

    private readonly StorageLog _log = GafferLogs.Of(Context.System).Storage;
    private CatalogState _state = CatalogState.Empty;

    public CatalogJournal(StoragePlugins storage)
    {
        JournalPluginId = storage.Journal;
        SnapshotPluginId = storage.Snapshots;
    }

    public override string PersistenceId => Id;

    /// <summary>To the parent: recovery is over.</summary>
    public sealed record Recovered(CatalogState State) : INoSerializationVerificationNeeded;

    /// <summary>To the parent: the change is durable.</summary>
    public sealed record Written(CatalogState State) : INoSerializationVerificationNeeded;

    /// <summary>To the parent: this actor stops.</summary>
    public sealed record Broken(Exception Cause) : INoSerializationVerificationNeeded;

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: CatalogSnapshot snapshot }:
                _state = CatalogState.From(snapshot);
                break;
            case CatalogChange change:
                _state = _state.Apply(change);
                break;
            case RecoveryCompleted:
                Context.Parent.Tell(new Recovered(_state));
                break;
            default:
                throw new InvalidOperationException($"The catalog cannot read a {message.GetType().Name}; was its journal written by a newer version?");
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case CatalogChange change:
                Persist(change, OnWritten);
                break;
            default:
                if (!SnapshotHousekeeping.Handle(this, message, _log)) Unhandled(message);
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Break(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Break(cause);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => Break(reason);

    private void OnWritten(CatalogChange change)
    {
        _state = _state.Apply(change);
        Context.Parent.Tell(new Written(_state));
        if (LastSequenceNr % SnapshotEvery == 0) SaveSnapshot(_state.ToSnapshot());
    }

    private void Break(Exception cause)
    {
        Context.Parent.Tell(new Broken(cause));
        Context.Stop(Self);
    }
}
