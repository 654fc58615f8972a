using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Gaffer.Node;

/// <summary>The process of a node: its actor system, and the HTTP by which it is watched.</summary>
internal static class RunHost
{
    /// <summary>Time to stop: more than all phases of Akka's coordinated shutdown together.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(100);

    // What the library's cluster.conf leaves to the application. Where a port may be used again, Linux lets two processes listen on it:
    // a node that is started twice would share it with the first, and take every second connection.
    private const string Hocon = """
        akka.remote.dot-netty.tcp.tcp-reuse-addr = off
        akka.loglevel = INFO
        akka.log-dead-letters = off
        """;

    /// <summary>Options over environment variables over the file.</summary>
    /// <exception cref="NodeSettingsException">The file cannot be read.</exception>
    public static IConfigurationRoot Configuration(RunArguments.Run arguments)
    {
        var file = Path.GetFullPath(arguments.File ?? "appsettings.json");
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(file, optional: arguments.File is null, reloadOnChange: false)
                .AddEnvironmentVariables()
                .AddInMemoryCollection(arguments.Settings)
                .Build();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new NodeSettingsException($"{file} cannot be read: {(e.InnerException ?? e).Message}");
        }
    }

    public static WebApplication Build(IConfiguration configuration, NodeSettings settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "gaffer" });
        builder.Logging
            .AddConsole(console => console.FormatterName = NodeLogFormatter.FormatterName)
            .AddConsoleFormatter<NodeLogFormatter, ConsoleFormatterOptions>()
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)            // a start that fails is an exception, which says it once
            .AddFilter("Akka.Hosting.AkkaHostedService", LogLevel.None)
            .AddConfiguration(configuration.GetSection("Logging"));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(settings.HttpHost, settings.HttpPort));
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddRoutingCore()
            .Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout)
            .AddGafferClient()
            .AddAkka(GafferHosting.SystemName, (akka, services) => Configure(akka, settings, new CommandWatch(NodeLog.Of(services), CommandWatch.StartShell)))
            .AddHealthChecks().AddGaffer();
        builder.Configuration.AddInMemoryCollection(NodeTelemetry.Variables(Environment.GetEnvironmentVariables(), settings.Otlp));
        builder.Services.AddTelemetry(settings);
        var app = builder.Build();
        app.MapNode(settings);
        return app;
    }

    private static void Configure(AkkaConfigurationBuilder akka, NodeSettings settings, CommandWatch watch) => akka
        .ConfigureLoggers(static logs =>
        {
            logs.ClearLoggers();
            logs.AddLoggerFactory();
        })
        .WithGafferClusterDefaults()
        .AddHocon(Hocon, HoconAddMode.Prepend)
        .AddHocon(settings.Hocon, HoconAddMode.Prepend)
        .WithRemoting(new RemoteOptions { HostName = settings.Bind, PublicHostName = settings.Host, Port = settings.Port })
        .WithClustering(new ClusterOptions { SeedNodes = [.. settings.Seeds], Roles = [.. settings.Roles] })
        .WithGaffer(gaffer => Configure(gaffer, settings, watch));

    private static void Configure(GafferBuilder gaffer, NodeSettings settings, CommandWatch watch)
    {
        gaffer.UseConfiguration(settings.Gaffer);
        var digest = JobWorker.FromClass<DigestTask, DigestWorker>(DigestWorker.Kind);
        var targets = ForwardTargets(gaffer, settings);
        foreach (var queue in settings.Queues)
        {
            var workers = settings.Workers.Where(w => string.Equals(w.Queue, queue, StringComparison.OrdinalIgnoreCase)).Select(w => Worker(w, watch)).ToArray();
            gaffer.AddQueue(queue, null, workers.Length > 0 || targets.Contains(queue) ? workers : [digest]);
        }

        if (settings.Queues.IsEmpty) gaffer.AddQueue(NodeSettings.DefaultQueue, queue => queue with { MaxWorkers = 4, MaxAttempts = 5 }, digest);
    }

    /// <summary>Queues that others forward to. A worker that knows no kind of what is forwarded would be a free one beside jobs that wait, as if the queue stood still.</summary>
    private static HashSet<string> ForwardTargets(GafferBuilder gaffer, NodeSettings settings)
    {
        var problems = new ConfigProblems();                                    // the start reads the same again, and lists them
        var queues = QueuePlan.Read(gaffer, ConfigSources.Read(gaffer, settings.Hocon, problems), [], problems);
        return queues.SelectMany(queue => queue.Forward.Values).Select(target => target.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    // They live as long as the process.
    private static JobWorker Worker(WorkerSettings settings, CommandWatch watch) => JobWorker.FromDelegate(
        settings.Webhook is { } webhook ? new WebhookWorker(webhook, TimeProvider.System).PerformAsync : new CommandWorker(settings.Command!, watch, TimeProvider.System).PerformAsync,
        settings.Kind);
}
