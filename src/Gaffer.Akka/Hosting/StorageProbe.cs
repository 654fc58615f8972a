using Akka.Actor;
using Akka.Persistence;

namespace Gaffer;

/// <summary>Reads from a storage while the node joins its cluster: what is wrong with it is in the log at once, and the code that recovers queues is compiled when the first of them comes.</summary>
/// <remarks>It changes nothing and decides nothing: the start has seen that the storage answers, and goes on to wait for its queues.</remarks>
internal sealed class StorageProbe : UntypedPersistentActor
{
    private readonly StoragePlugins _storage;

    public StorageProbe(StoragePlugins storage)
    {
        _storage = storage;
        JournalPluginId = storage.Journal;
        SnapshotPluginId = storage.Snapshots;
    }

    public override string PersistenceId => "gaffer-probe";

    public static Props CreateProps(StoragePlugins storage) => Props.Create(() => new StorageProbe(storage)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void OnRecover(object message)
    {
        if (message is RecoveryCompleted) Context.Stop(Self);
    }

    protected override void OnCommand(object message)
    {
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        GafferLogs.Of(Context.System).Storage.StorageUnreadable(reason, _storage.Name, StorageFault.Describe(reason, "it").Message);
}
