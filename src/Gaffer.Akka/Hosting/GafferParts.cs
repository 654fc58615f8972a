using Akka;
using Akka.Actor;
using Akka.Event;

namespace Gaffer;

/// <summary>What the start puts together, each made by one function, so that a test can start without some of it.</summary>
internal sealed record GafferParts
{
    public static GafferParts Real { get; } = new();

    /// <summary>The actor of one queue.</summary>
    public Func<GafferRuntime, string, Props> Queue { get; init; } = QueueEntity.CreateProps;

    /// <summary>The actor that knows which queues there are.</summary>
    public Func<GafferRuntime, Props> Catalog { get; init; } =
        static runtime => QueueCatalog.CreateProps(runtime, static cause => StorageFault.Describe(cause, "the catalog of queues"));

    /// <summary>The actor that supervises the workers of this node.</summary>
    public Func<GafferRuntime, Props> WorkerHost { get; init; } = Gaffer.WorkerHost.Props;

    /// <summary>What callers use.</summary>
    public Func<ActorSystem, GafferRuntime, IActorRef, IGaffer> Client { get; init; } = static (system, runtime, workerHost) => new GafferClient(system, runtime, workerHost);

    /// <summary>Where the queues publish: to the hooks of all queues first, then to those of the queue.</summary>
    public Func<ActorSystem, HookSettings, IReadOnlyList<IGafferHook>, ILookup<QueueName, IGafferHook>, Func<QueueName, IEventSink>> Events { get; init; } =
        static (system, settings, all, ofQueue) =>
        {
            var ofQueues = ofQueue.ToDictionary(q => q.Key, q => (IReadOnlyList<IGafferHook>)[.. q]);
            var pipelines = new HookPipelines(all, ofQueues, settings, Logging.GetLogger(system, typeof(HookPipelines)), TimeProvider.System);
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "gaffer-hooks-drain", async () =>
            {
                await pipelines.DisposeAsync().ConfigureAwait(false);
                return Done.Instance;
            });
            return pipelines.Of;
        };
}
