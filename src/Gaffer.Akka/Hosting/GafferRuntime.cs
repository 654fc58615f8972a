using Akka.Actor;

namespace Gaffer;

/// <summary>What the actors of one node share. Made once, before the first of them.</summary>
internal sealed class GafferRuntime : IExtension
{
    /// <summary>The dispatcher of all actors of this library.</summary>
    public const string Dispatcher = "gaffer.dispatcher";

    public required GafferSettings Settings { get; init; }

    public required GafferClock Clock { get; init; }

    /// <summary>This life of this process.</summary>
    public required WorkerNode Node { get; init; }

    public required IServiceProvider Services { get; init; }

    /// <summary>The storages by name; a queue names one.</summary>
    public required IReadOnlyDictionary<string, StoragePlugins> Storages { get; init; }

    /// <summary>Where a queue that runs on this node publishes its events.</summary>
    public required Func<QueueName, IEventSink> EventsOf { get; init; }

    /// <summary>Whether this node is in contact with the part of the cluster that goes on.</summary>
    public ClusterContact Contact { get; } = new();

    /// <summary>Why no queue can live anywhere in the cluster at the moment; null when one can.</summary>
    public Func<string?> WhyNobodyHosts { get; init; } = static () => null;

    /// <summary>Takes <see cref="IQueueMessage"/>s to the queue they name; set when the region has started.</summary>
    public IActorRef QueueRegion { get; set; } = ActorRefs.Nobody;

    /// <summary>Takes <see cref="PermitReport"/>s and <see cref="LimitRequest"/>s to the limiter; set when its proxy has started.</summary>
    public IActorRef Limiter { get; set; } = ActorRefs.Nobody;

    /// <summary>Takes <see cref="CatalogRequest"/>s to the catalog; set when its region has started.</summary>
    public IActorRef Catalog { get; set; } = ActorRefs.Nobody;
}

/// <summary>Which Akka.Persistence plugins are a storage.</summary>
/// <param name="Name">The name that queues use.</param>
/// <param name="Journal">Id of the journal plugin.</param>
/// <param name="Snapshots">Id of the snapshot store plugin.</param>
/// <param name="IsExclusive">Whether no other process can have it open: then jobs of an earlier life are known to be abandoned.</param>
internal sealed record StoragePlugins(string Name, string Journal, string Snapshots, bool IsExclusive);
