using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Persistence.Sql.Config;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaffer;

/// <summary>Puts a node together: membership, storages, regions, workers, client; then ensures its queues and serves them.</summary>
internal sealed class GafferStartup(ActorSystem system, GafferBuilder builder, IServiceProvider services)
{
    /// <summary>Returns when all queues are ensured and served.</summary>
    /// <exception cref="GafferException">The node cannot start; it says why.</exception>
    public async Task StartAsync()
    {
        var extension = GafferExtension.Of(system);
        if (!extension.TryBegin()) throw new InvalidOperationException("WithGaffer is called twice for one actor system; call it once, with all queues.");
        if (!system.Settings.HasCluster)
        {
            throw Invalid("Gaffer needs an actor system that is a cluster. Add .WithRemoting(\"localhost\", 0) and .WithClustering() before .WithGaffer(...), or use services.AddGaffer(...), which makes a cluster of one.");
        }

        if (services.GetService<ILoggerFactory>() is { } loggers) extension.Logs = GafferLogs.To(loggers);
        var plan = GafferPlan.Read(builder, system.Settings.Config);
        OpenStorages(plan, extension);

        var deadline = new StartDeadline(plan.Start.Timeout);
        await ReachedAsync(plan, deadline).ConfigureAwait(false);
        foreach (var (name, storage) in plan.Storages) system.ActorOf(StorageProbe.CreateProps(storage.Plugins(name)));
        if (!builder.IsClusterOfOne) system.ActorOf(StrayWatch.CreateProps(builder.Time), StrayWatch.Name);
        await JoinedAsync(deadline).ConfigureAwait(false);
        var gaffer = await AssembleAsync(plan).ConfigureAwait(false);
        foreach (var (limit, max) in plan.Limits) await InTimeAsync(() => gaffer.EnsureLimitAsync(limit, max), deadline).ConfigureAwait(false);
        await EnsureAsync(gaffer, plan, deadline).ConfigureAwait(false);
        extension.Gaffer.Start(gaffer);   // before the workers, which may use it
        foreach (var queue in plan.Served) await gaffer.ServeAsync(queue.Name, queue.Workers, queue.Max).ConfigureAwait(false);

        extension.HasStarted(plan);
        system.RegisterOnTermination(extension.Close);   // once more: the end of the system waits for the latest alone
    }

    private static GafferException Invalid(string message) => new GafferFailure(GafferError.InvalidQueueConfig, message).ToException();

    // A storage that cannot be used ends the start at once; one that is open is closed after the last actor.
    private void OpenStorages(GafferPlan plan, GafferExtension extension)
    {
        system.RegisterOnTermination(extension.Close);
        var options = system.Settings.Setup.Get<MultiDataOptionsSetup>().GetOrElse(null!);
        foreach (var (name, storage) in plan.Storages)
        {
            if (storage.Open() is { } held) extension.Keep(held);
            if (options is not null) storage.AddOptions(name, options);
            system.Settings.InjectTopLevelFallback(storage.ToConfig(name));
        }
    }

    // A database that starts together with this node may not answer yet. A journal that cannot reach it would try again and again, and never say why.
    private static async Task ReachedAsync(GafferPlan plan, StartDeadline deadline)
    {
        foreach (var storage in plan.Storages.Values)
        {
            GafferFailure? failure = null;
            do
            {
                if (failure is not null) await StartDeadline.PauseAsync().ConfigureAwait(false);
                var probe = storage.ProbeAsync();
                try
                {
                    await deadline.WaitAsync(probe, $"{storage} has not answered {{0}} after the start of this node. Check the host, the port and that the server runs.").ConfigureAwait(false);
                }
                catch (GafferTimeoutException) when (failure is not null)
                {
                    throw failure.ToException();
                }

                failure = await probe.ConfigureAwait(false);
            }
            while (failure is not null);
        }
    }

    private async Task JoinedAsync(StartDeadline deadline)
    {
        var cluster = Cluster.Get(system);
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(() => joined.TrySetResult());
        cluster.RegisterOnMemberRemoved(() => joined.TrySetException(Unavailable("This node was removed from the cluster before Gaffer had started.")));
        if (builder.IsClusterOfOne) cluster.Join(cluster.SelfAddress);
        await deadline.WaitAsync(
            joined.Task,
            $"This node ({cluster.SelfAddress}) is not a member of the cluster {{0}} after its start: no seed node answers, or none is configured. Look at akka.cluster.seed-nodes.").ConfigureAwait(false);
    }

    private async Task<IGaffer> AssembleAsync(GafferPlan plan)
    {
        var node = new WorkerNode(Cluster.Get(system).SelfAddress.ToString(), Guid.NewGuid());
        var runtime = new GafferRuntime
        {
            Settings = plan.Settings,
            Clock = new GafferClock(builder.Time, system.Scheduler),
            Node = node,
            Services = services,
            Storages = plan.Storages.ToDictionary(s => s.Key, s => s.Value.Plugins(s.Key), StringComparer.Ordinal),
            EventsOf = Hooks(plan.Settings.Hooks).Of,
            WhyNobodyHosts = () => WhyNobodyHosts(plan.Start.Role),
        };

        system.ActorOf(ContactWatch.CreateProps(runtime.Contact, ContactRule.Of(system.Settings.Config)), ContactWatch.Name);
        if (plan.Settings.Cluster.CrashDetection) system.ActorOf(CrashWatch.CreateProps(runtime.Clock, plan.Start.Role), CrashWatch.Name);
        var catalog = QueueCatalog.CreateProps(runtime, static cause => StorageFault.Describe(cause, "the catalog of queues"));
        runtime.Catalog = await RegionAsync("gaffer-catalog", plan.Start.Role, _ => catalog, new CatalogShards(), PoisonPill.Instance).ConfigureAwait(false);
        runtime.QueueRegion = await RegionAsync("gaffer-queue", plan.Start.Role, partition => QueueEntity.CreateProps(runtime, QueuePartition.Parse(partition)), new QueueShards(), QueueEntity.Leave.Instance).ConfigureAwait(false);
        runtime.Limiter = Limiter(runtime, plan.Start.Role);
        return new GafferClient(system, runtime, system.ActorOf(WorkerHost.Props(runtime), WorkerHost.Name));
    }

    private IActorRef Limiter(GafferRuntime runtime, string role)
    {
        const string name = "gaffer-limiter";
        var ofRole = role.Length > 0 ? role : null;
        if (ofRole is null || Cluster.Get(system).SelfRoles.Contains(role))
        {
            system.ActorOf(ClusterSingletonManager.Props(GlobalLimiter.CreateProps(runtime), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(system).WithRole(ofRole)), name);
        }

        // Akka would warn at each start and each move, at once, of "30 seconds" without it.
        var settings = ClusterSingletonProxySettings.Create(system).WithRole(ofRole).WithLogSingletonIdentificationFailure(false);
        return system.ActorOf(ClusterSingletonProxy.Props($"/user/{name}", settings), name + "-proxy");
    }

    private string? WhyNobodyHosts(string role) =>
        role.Length == 0 || Cluster.Get(system).State.Members.Any(m => m.Status is MemberStatus.Up or MemberStatus.Leaving && m.Roles.Contains(role))
            ? null
            : $"no node of the cluster has the role '{role}' (gaffer.role), so there is none for queues to live on";

    private Task<IActorRef> RegionAsync(string name, string role, Func<string, Props> entity, IMessageExtractor shards, object leave)
    {
        var sharding = ClusterSharding.Get(system);
        if (role.Length > 0 && !Cluster.Get(system).SelfRoles.Contains(role)) return sharding.StartProxyAsync(name, role, shards);
        var settings = ClusterShardingSettings.Create(system)
            .WithRole(role.Length > 0 ? role : null)
            .WithStateStoreMode(StateStoreMode.DData)
            .WithRememberEntities(false)
            .WithPassivateIdleAfter(TimeSpan.Zero);
        return sharding.StartAsync(name, entity, settings, shards, sharding.DefaultShardAllocationStrategy(settings), leave);
    }

    // Hooks of the container come first. When the actors that publish have stopped, hooks get some time for what they have not seen yet.
    private HookPipelines Hooks(HookSettings settings)
    {
        var all = services.GetServices<IGafferHook>().Concat(builder.Hooks.Where(h => h.Queue is null).Select(h => h.Make(services))).Distinct().ToArray();
        var ofQueues = builder.Hooks.Where(h => h.Queue is not null).GroupBy(h => h.Queue!.Value).ToDictionary(queue => queue.Key, IReadOnlyList<IGafferHook> (queue) => [.. queue.Select(h => h.Make(services))]);
        var hooks = new HookPipelines(all, ofQueues, settings, GafferLogs.Of(system).Hooks, builder.Time);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "gaffer-hooks", async () =>
        {
            await hooks.DisposeAsync().ConfigureAwait(false);
            return Done.Instance;
        });
        return hooks;
    }

    private static async Task EnsureAsync(IGaffer gaffer, GafferPlan plan, StartDeadline deadline)
    {
        const int atOnce = 16;   // many recoveries at one moment would slow each other
        foreach (var some in plan.Queues.SelectMany(round => round.Chunk(atOnce)))
        {
            await Task.WhenAll(some.Select(queue => InTimeAsync(() => gaffer.EnsureQueueAsync(queue), deadline))).ConfigureAwait(false);
        }
    }

    // What lives somewhere in the cluster may be out of reach for a while when a whole cluster starts, or moves.
    private static async Task InTimeAsync(Func<Task> ensure, StartDeadline deadline)
    {
        while (true)
        {
            try
            {
                await ensure().ConfigureAwait(false);
                return;
            }
            catch (GafferException e) when (e is GafferTimeoutException or GafferUnavailableException or QueueOverloadedException && !deadline.IsOver)
            {
                await StartDeadline.PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private static GafferException Unavailable(string message) => new GafferFailure(GafferError.Unavailable, message).ToException();
}
