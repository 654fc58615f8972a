using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql.Config;

namespace Gaffer.Tests;

/// <summary>An actor system with one storage, and persistent actors that keep what they are told in it.</summary>
internal sealed class StorageSystem : IAsyncDisposable
{
    private const string Bindings = """
        akka.loglevel = WARNING
        akka.actor {
          serializers.gaffer = "Gaffer.GafferSerializer, Gaffer.Akka"
          serialization-bindings { "Gaffer.IGafferWire, Gaffer.Akka" = gaffer }
        }
        """;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public StorageSystem(Storage storage, string name = "default", string overrides = "")
    {
        if (!storage.IsExclusive) storage.ProbeAsync().Wait(Patience);   // makes the tables
        Plugins = storage.Plugins(name);
        var options = new MultiDataOptionsSetup();
        storage.AddOptions(name, options);
        var config = ConfigurationFactory.ParseString(overrides)
            .WithFallback(ConfigurationFactory.ParseString(Bindings))
            .WithFallback(storage.ToConfig(name))
            .WithFallback(ConfigurationFactory.FromResource<GafferSerializer>("Gaffer.reference.conf"));
        System = ActorSystem.Create("storage", BootstrapSetup.Create().WithConfig(config).And(options));
    }

    public ActorSystem System { get; }

    public StoragePlugins Plugins { get; }

    public IActorRef Keeper(string id) => System.ActorOf(Props.Create(() => new KeeperActor(id, Plugins)));

    /// <summary>What a new actor with this id recovers.</summary>
    public async Task<Recovered> Recover(string id)
    {
        var keeper = Keeper(id);
        var recovered = await keeper.Ask<Recovered>(new Recall(), Patience);
        await keeper.GracefulStop(Patience);
        return recovered;
    }

    public async ValueTask DisposeAsync() => await System.Terminate();

    internal sealed record Recall;

    internal sealed record Kept;

    /// <summary>What was recovered, or why nothing was.</summary>
    internal sealed record Recovered(IReadOnlyList<object> Messages, Exception? Failure = null);

    private sealed class KeeperActor : UntypedPersistentActor
    {
        private readonly List<object> _messages = [];
        private IActorRef _saver = ActorRefs.Nobody;

        public KeeperActor(string id, StoragePlugins plugins)
        {
            PersistenceId = id;
            JournalPluginId = plugins.Journal;
            SnapshotPluginId = plugins.Snapshots;
        }

        public override string PersistenceId { get; }

        protected override void OnRecover(object message)
        {
            if (message is SnapshotOffer offer) _messages.Add(offer.Snapshot);
            else if (message is not RecoveryCompleted) _messages.Add(message);
        }

        protected override void OnCommand(object message)
        {
            switch (message)
            {
                case Recall:
                    Sender.Tell(new Recovered(_messages));
                    break;
                case QueueSnapshot snapshot:
                    _saver = Sender;
                    SaveSnapshot(snapshot);
                    break;
                case SaveSnapshotSuccess:
                    _saver.Tell(new Kept());
                    break;
                case SaveSnapshotFailure failure:
                    _saver.Tell(new Status.Failure(failure.Cause));
                    break;
                case QueueCommit commit:
                    Persist(commit, _ => Sender.Tell(new Kept()));
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Sender.Tell(new Status.Failure(cause));

        protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Sender.Tell(new Status.Failure(cause));

        protected override void OnRecoveryFailure(Exception reason, object? message = null) => Context.System.EventStream.Publish(new Recovered([], reason));
    }
}
