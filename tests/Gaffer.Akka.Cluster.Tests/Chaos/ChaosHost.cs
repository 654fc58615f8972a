using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaffer.Tests;

/// <summary>Hosts one node of the cluster as an application does: the settings for several nodes as they are shipped, roles, fixed ports, PostgreSQL.</summary>
public static class ChaosHost
{
    public const string SystemName = "chaos";

    public static IHost Node(ChaosNodeOptions options, ChaosRecorder recorder)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information).AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        builder.Services.AddAkka(SystemName, akka => akka
            .ConfigureLoggers(static logs =>
            {
                logs.ClearLoggers();
                logs.AddLoggerFactory();
            })
            .WithGafferClusterDefaults()
            .AddHocon(Settings(), HoconAddMode.Prepend)
            .WithRemoting(remote =>
            {
                remote.HostName = "127.0.0.1";
                remote.Port = options.Port;
            })
            .WithClustering(new ClusterOptions
            {
                Roles = [options.IsClient ? "client" : ChaosNodeOptions.WorkRole],
                SeedNodes = [.. options.Seeds.Select(ChaosNodeOptions.AddressOf)],
            })
            .StartActors((system, _) => system.ActorOf(MembershipObserver.Props(recorder, options.Life), "chaos-observer"))
            .WithGaffer(gaffer => AddQueues(gaffer.UsePostgres(options.Journal), options, recorder)));
        builder.Services.AddGafferClient();
        return builder.Build();
    }

    private static Config Settings() => ConfigurationFactory.ParseString($$"""
        gaffer {
          role = {{ChaosNodeOptions.WorkRole}}
          # Several processes share two cores here, and each compiles itself anew.
          start-timeout = 90s
        }
        # Clients do not count when the cluster is divided.
        akka.cluster.split-brain-resolver.keep-majority.role = {{ChaosNodeOptions.WorkRole}}
        chaos.observer {
          type = PinnedDispatcher
          executor = thread-pool-executor
        }
        """);

    private static void AddQueues(GafferBuilder gaffer, ChaosNodeOptions options, ChaosRecorder recorder)
    {
        if (options.IsClient) return;
        foreach (var (limit, max) in options.Limits) gaffer.AddLimit(limit, max);
        var worker = JobWorker.FromDelegate<ChaosPayload>(new ChaosWorker(recorder, options.Life).PerformAsync);
        foreach (var chaos in options.Queues)
        {
            gaffer.AddQueue(
                chaos.Name,
                queue => queue with
                {
                    MaxWorkers = chaos.MaxWorkers,
                    GlobalMaxWorkers = chaos.GlobalMaxWorkers is { } most ? most : WorkerLimit.Unlimited,
                    Limits = chaos.Limit is { } limit ? [limit] : [],
                    MaxAttempts = 50,
                    Partitions = chaos.Partitions,
                    Backoff = Backoff.Fixed(TimeSpan.FromMilliseconds(20)),
                    Prune = PruneOptions.Never,
                    ShutdownTimeout = TimeSpan.FromSeconds(chaos.Grace),
                },
                worker);
        }
    }
}
