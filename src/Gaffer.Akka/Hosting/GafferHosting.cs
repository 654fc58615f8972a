using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;
using Akka.Persistence.Sql.Config;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaffer;

/// <summary>Switches Gaffer on.</summary>
public static class GafferHosting
{
    /// <summary>The name of the actor system that <see cref="AddGaffer"/> makes.</summary>
    public const string SystemName = "gaffer";

    private const string NotAlone = "The application has an actor system of its own (AddAkka). Call akka.WithGaffer(...) inside AddAkka, and AddGafferClient() beside it, instead of AddGaffer.";

    /// <summary>Adds Gaffer to an application without an actor system of its own: a cluster of one, on a free port of the loopback interface. <see cref="IGaffer"/> is then in the container.</summary>
    /// <remarks>The host has started when all queues are there and served; what goes wrong ends its start with a <see cref="GafferException"/>.</remarks>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Says which queues and workers there are.</param>
    /// <exception cref="InvalidOperationException">It was called before, or the application has an actor system of its own.</exception>
    public static IServiceCollection AddGaffer(this IServiceCollection services, Action<GafferBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(s => s.ServiceType == typeof(GafferBuilder)))
        {
            throw new InvalidOperationException("AddGaffer is called twice. Call it once, with all queues: AddGaffer(gaffer => gaffer.AddQueue(...).AddQueue(...)).");
        }

        if (services.Any(s => s.ServiceType == typeof(ActorSystem)))
        {
            throw new InvalidOperationException(NotAlone);
        }

        var gaffer = new GafferBuilder { IsClusterOfOne = true };
        configure(gaffer);
        services.AddSingleton(gaffer);
        services.AddAkka(SystemName, akka => akka
            .ConfigureLoggers(static logs =>
            {
                logs.ClearLoggers();
                logs.AddLoggerFactory();
            })
            .AddHocon(GafferConfig.SingleNode, HoconAddMode.Prepend)
            .UseGaffer(gaffer));
        services.AddHostedService<GafferLifetime>();
        return services.AddGafferClient();
    }

    /// <summary>Puts the <see cref="IGaffer"/> of the application's actor system into the container. Akka.Hosting runs the code in <c>AddAkka(...)</c> when the container is complete, so <c>WithGaffer</c> cannot.</summary>
    public static IServiceCollection AddGafferClient(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(s => s.ServiceType == typeof(IGaffer)))
        {
            services.AddSingleton(static provider => GafferSystem.Get(provider.GetRequiredService<ActorSystem>()));
        }

        return services;
    }

    /// <summary>Adds Gaffer to an application's own actor system, which must be a cluster: call it inside <c>AddAkka(...)</c>, with <c>WithRemoting</c> and <c>WithClustering</c>.</summary>
    /// <remarks>The host has started when the node is a member of the cluster and all queues are there and served; what goes wrong ends its start with a <see cref="GafferException"/>.
    /// Outside of actors, get the <see cref="IGaffer"/> with <see cref="AddGafferClient"/> or <see cref="GafferSystem.Get"/>.</remarks>
    /// <param name="akka">The builder of the actor system.</param>
    /// <param name="configure">Says which queues and workers there are.</param>
    public static AkkaConfigurationBuilder WithGaffer(this AkkaConfigurationBuilder akka, Action<GafferBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(akka);
        ArgumentNullException.ThrowIfNull(configure);
        var gaffer = new GafferBuilder();
        configure(gaffer);
        return akka.UseGaffer(gaffer);
    }

    /// <summary>Sets for an application's own actor system what each node of a cluster needs: downing with a split-brain resolver, how soon a dead node is noticed, how queues find their places.</summary>
    /// <remarks>Call it first inside <c>AddAkka(...)</c>, on all nodes: what comes after it counts more. The settings are those of <c>hocon/cluster.conf</c>, each with its reason.</remarks>
    /// <param name="akka">The builder of the actor system.</param>
    public static AkkaConfigurationBuilder WithGafferClusterDefaults(this AkkaConfigurationBuilder akka)
    {
        ArgumentNullException.ThrowIfNull(akka);
        return akka.AddHocon(GafferConfig.Cluster, HoconAddMode.Prepend);
    }

    private static AkkaConfigurationBuilder UseGaffer(this AkkaConfigurationBuilder akka, GafferBuilder gaffer) => akka
        .WithDataOptions()
        .AddHocon(GafferConfig.Reference, HoconAddMode.Append)
        .WithCustomSerializer("gaffer", [typeof(IGafferWire)], system => new GafferSerializer(system))
        .AddStartup((system, _) => new GafferStartup(system, gaffer, ((ServiceProviderDependencyResolver)DependencyResolver.For(system).Resolver).ServiceProvider).StartAsync());

    // Storages fill it at start; an application with storages of its own may have brought one.
    private static AkkaConfigurationBuilder WithDataOptions(this AkkaConfigurationBuilder akka) =>
        akka.Setups.OfType<MultiDataOptionsSetup>().Any() ? akka : akka.AddSetup(new MultiDataOptionsSetup());

    /// <summary>Holds the end of the host until the storages are closed. Also notices an <c>AddAkka</c> after <see cref="AddGaffer"/>: then the actor system is the application's, and has no Gaffer.</summary>
    private sealed class GafferLifetime(IServiceProvider services) : IHostedLifecycleService
    {
        private GafferExtension Extension => GafferExtension.Of(services.GetRequiredService<ActorSystem>());

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Extension.HasBegun ? Task.CompletedTask : throw new InvalidOperationException(NotAlone);

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Extension.HasBegun ? Extension.Closed.WaitAsync(cancellationToken) : Task.CompletedTask;
    }
}
