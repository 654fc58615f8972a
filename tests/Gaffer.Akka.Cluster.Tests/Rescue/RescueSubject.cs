using System.Globalization;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaffer.Tests;

/// <summary>The command line of a node that is killed.</summary>
/// <param name="Connection">The database.</param>
/// <param name="Port">Its port.</param>
/// <param name="Seed">The port of the first node.</param>
/// <param name="Settings">HOCON that counts more than <c>cluster.conf</c>.</param>
public sealed record RescueOptions(string Connection, int Port, int Seed, string Settings)
{
    public IReadOnlyList<string> ToArguments() => ["rescue-node", Connection, $"{Port}", $"{Seed}", Settings];

    public static RescueOptions Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments is [var connection, var port, var seed, var settings]
            ? new(connection, int.Parse(port, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture), settings)
            : throw new ArgumentException("Usage: rescue-node CONNECTION PORT SEED SETTINGS", nameof(arguments));
    }
}

/// <summary>A node of a cluster whose jobs run until they are stopped. It says what happens in lines, and hears commands in lines.</summary>
public static class RescueSubject
{
    public const int Queues = 9;
    private const string System = "rescue";

    public static string QueueNumber(int number) => $"queue-{number}";

    public static async Task<int> RunAsync(RescueOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var host = Build(options);
        await host.StartAsync();
        Console.WriteLine("ready");
        var stopped = host.WaitForShutdownAsync();
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await NextLineAsync(input, stopped) is { } line)
        {
            switch (line.Split(' '))
            {
                case ["insert", var queue, var token]:
                    await host.Services.GetRequiredService<IGaffer>().InsertAsync(new QueueName(queue), token);
                    Console.WriteLine($"inserted {token}");
                    break;
                case ["where", var number]:
                    Console.WriteLine($"queues {number} {string.Join(' ', await QueuesHereAsync(host.Services.GetRequiredService<ActorSystem>()))}");
                    break;
            }
        }

        await host.StopAsync();
        return 0;
    }

    // Null at the end of the input, and when the node ends by itself.
    private static async Task<string?> NextLineAsync(StreamReader input, Task stopped)
    {
        var line = input.ReadLineAsync();
        return await Task.WhenAny(line, stopped) == line ? await line : null;
    }

    private static IHost Build(RescueOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information).AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        builder.Services.AddGafferClient().AddAkka(System, akka => akka
            .ConfigureLoggers(static logs =>
            {
                logs.ClearLoggers();
                logs.AddLoggerFactory();
            })
            .AddHocon(ConfigurationFactory.ParseString(options.Settings).WithFallback(ConfigurationFactory.FromResource("Gaffer.cluster.conf", typeof(IGaffer).Assembly)), HoconAddMode.Prepend)
            .WithRemoting("127.0.0.1", options.Port)
            .WithClustering(new ClusterOptions { SeedNodes = [$"akka.tcp://{System}@127.0.0.1:{options.Seed}"] })
            .WithGaffer(gaffer =>
            {
                gaffer.UsePostgres(options.Connection);
                for (var n = 0; n < Queues; n++)
                {
                    gaffer.AddQueue(QueueNumber(n), static queue => queue with { MaxWorkers = 3, MaxAttempts = 20, Timeout = Timeout.InfiniteTimeSpan }, JobWorker.FromDelegate<string>(PerformAsync));
                }
            }));
        return builder.Build();
    }

    private static async Task<JobResult> PerformAsync(JobContext<string> job, CancellationToken stop)
    {
        Console.WriteLine($"started {job.Payload} {job.FencingToken}");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
        finally
        {
            Console.WriteLine($"stopped {job.Payload} {job.FencingToken}");
        }

        return JobResult.Complete();
    }

    private static async Task<IEnumerable<string>> QueuesHereAsync(ActorSystem system)
    {
        var state = await ClusterSharding.Get(system).ShardRegion("gaffer-queue").Ask<CurrentShardRegionState>(GetShardRegionState.Instance, TimeSpan.FromSeconds(5));
        return state.Shards.SelectMany(s => s.EntityIds);
    }
}
