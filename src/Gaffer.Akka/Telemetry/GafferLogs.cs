using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace Gaffer;

/// <summary>Where a node says what happens on it: one log for each concept, which filters know by its category. What it can say, and nothing else, is in that concept's log.</summary>
/// <remarks>Ids of events are part of what users rely on: they are never given anew. Thousands are categories; docs/telemetry.md lists all, and a test compares.</remarks>
internal sealed class GafferLogs
{
    private GafferLogs(Func<string, ILogger> logger)
    {
        Queues = new(logger(QueueLog.Category));
        Workers = new(logger(WorkerLog.Category));
        Jobs = new(logger(JobLog.Category));
        Cluster = new(logger(ClusterLog.Category));
        Limits = new(logger(LimiterLog.Category));
        Catalog = new(logger(CatalogLog.Category));
        Storage = new(logger(StorageLog.Category));
        Hooks = new(logger(HookLog.Category));
    }

    public QueueLog Queues { get; }

    public WorkerLog Workers { get; }

    public JobLog Jobs { get; }

    public ClusterLog Cluster { get; }

    public LimiterLog Limits { get; }

    public CatalogLog Catalog { get; }

    public StorageLog Storage { get; }

    public HookLog Hooks { get; }

    /// <summary>Those of the node that an actor is on.</summary>
    public static GafferLogs Of(ActorSystem system) => GafferExtension.Of(system).Logs;

    /// <summary>They write to the loggers of the host, whose filters decide.</summary>
    public static GafferLogs To(ILoggerFactory host) => new(category => new HostLogger(host.CreateLogger(category)));

    /// <summary>They write to Akka's log: nobody has said where else.</summary>
    public static GafferLogs ToAkka(ActorSystem system) => new(category => new AkkaLogger(system, category));
}
