using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaffer.Tests;

/// <summary>One process of the chaos tests. It obeys commands, one a line, and answers each with a line; it ends with the process that gives them.</summary>
public static class ChaosNode
{
    public const int PoisonAttempts = 3;
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(ChaosNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = Task.Factory.StartNew(EndWithParent, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await using var recorder = new ChaosRecorder(options.Recorder);
        using var host = ChaosHost.Node(options, recorder);
        await host.StartAsync();
        var inserter = new ChaosInserter(host.Services.GetRequiredService<IGaffer>(), recorder, options.Life, options.Seed);
        foreach (var queue in options.Queues) await inserter.UntilMadeAsync(queue.Name);
        using var stop = new CancellationTokenSource();
        var loads = options.Loads.Select(load => Task.Run(() => inserter.RunAsync(load, stop.Token))).ToArray();
        _ = Task.WhenAll(loads).ContinueWith(static failed => Environment.FailFast("An inserter failed.", failed.Exception), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        Console.WriteLine(CrashSubject.ReadyWord);

        _ = Task.Run(() => ObeyAsync(host, options, inserter, async () =>
        {
            await stop.CancelAsync();
            await Task.WhenAll(loads);
        }));
        await host.WaitForShutdownAsync();
        return 0;
    }

    private static readonly System.Threading.Channels.Channel<string> Commands = System.Threading.Channels.Channel.CreateUnbounded<string>();

    private static void EndWithParent()
    {
        while (Console.In.ReadLine() is { } line) Commands.Writer.TryWrite(line);
        Environment.Exit(3);
    }

    private static async Task ObeyAsync(IHost host, ChaosNodeOptions options, ChaosInserter inserter, Func<Task> stopLoads)
    {
        await foreach (var command in Commands.Reader.ReadAllAsync())
        {
            var words = command.Split(' ');
            var number = words[0];
            try
            {
                Console.WriteLine($"answer {number} {await ObeyAsync(words[1..])}");
            }
            catch (Exception e) when (e is GafferException or AskTimeoutException)
            {
                Console.WriteLine($"answer {number} failed {e.Message.ReplaceLineEndings(" ")}");
            }
        }

        async Task<string> ObeyAsync(string[] words)
        {
            switch (words)
            {
                case ["insert", var queue, var count, var deed, var milliseconds]:
                    await inserter.InsertAsync(queue, int.Parse(count, null), Enum.Parse<ChaosDeed>(deed), int.Parse(milliseconds, null));
                    return "done";
                case ["stop-loads"]:
                    await stopLoads();
                    return "done";
                case ["left"]:
                    return $"{await LeftAsync(host.Services.GetRequiredService<IGaffer>(), options.Queues)}";
                case ["hosts", var queue]:
                    return $"{await HostsAsync(host.Services.GetRequiredService<ActorSystem>(), queue)}";
                case ["oldest"]:
                    return Oldest(Cluster.Get(host.Services.GetRequiredService<ActorSystem>()));
                default:
                    return "what?";
            }
        }
    }

    private static async Task<long> LeftAsync(IGaffer gaffer, IEnumerable<ChaosQueue> queues)
    {
        var left = 0L;
        foreach (var queue in queues)
        {
            var info = await gaffer.GetInfoAsync(queue.Name);
            left += info.Available.Count + info.Executing.Count;
        }

        return left;
    }

    private static async Task<bool> HostsAsync(ActorSystem system, string queue)
    {
        var state = await ClusterSharding.Get(system).ShardRegion("gaffer-queue").Ask<CurrentShardRegionState>(GetShardRegionState.Instance, Answer);
        return state.Shards.Any(s => s.EntityIds.Contains(queue));
    }

    private static string Oldest(Cluster cluster) =>
        $"{cluster.State.Members.Where(m => m.HasRole(ChaosNodeOptions.WorkRole) && m.Status == MemberStatus.Up).OrderBy(m => m, Member.AgeOrdering).First().Address}";
}
