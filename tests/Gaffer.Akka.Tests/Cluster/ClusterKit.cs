using Gaffer.Tests.Spec;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>Tests of several nodes have the machine for themselves: a node that gets no time is taken for dead.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SeveralNodes
{
    public const string Name = "several nodes";
}

/// <summary>A cluster of several nodes in this process: an actor system each, real remoting over the loopback interface, one PostgreSQL database for all of them.</summary>
/// <remarks>Times are real, and shorter than in <c>cluster.conf</c>. All that a node logs is in the output of the test.</remarks>
internal sealed class ClusterKit(ITestOutputHelper output, string? database = null, bool canBeCut = false) : IAsyncDisposable
{
    private readonly List<KitNode> _nodes = [];

    public string Database { get; } = database ?? PostgresServer.Shared.NewDatabase();

    public IReadOnlyList<KitNode> Nodes => _nodes;

    /// <summary>Starts a node that joins those that run.</summary>
    /// <param name="configure">Its queues and workers; the storage is set.</param>
    /// <param name="role">Its role in the cluster; empty: none.</param>
    /// <param name="hocon">Settings that count more than those of the kit.</param>
    public async Task<KitNode> StartAsync(Action<GafferBuilder> configure, string role = "", string hocon = "")
    {
        var node = Add(configure, role, hocon);
        await node.StartAsync();
        return node;
    }

    /// <summary>Starts several nodes at one moment; the first founds the cluster.</summary>
    public async Task StartAsync(params Action<GafferBuilder>[] configure)
    {
        await Task.WhenAll(configure.Select(c => Add(c, "", "")).ToList().Select(n => n.StartAsync()));
        await UntilAsync(() => _nodes.All(n => n.SeesUp == _nodes.Count), "all nodes see each other");
    }

    private KitNode Add(Action<GafferBuilder> configure, string role, string hocon)
    {
        var node = new KitNode(
            new KitNodeSettings(((char)('a' + _nodes.Count)).ToString(), role, Settings + Losses + hocon, canBeCut, _nodes.FirstOrDefault(n => n.IsRunning) ?? _nodes.FirstOrDefault()),
            gaffer =>
            {
                gaffer.UsePostgres(Database);
                configure(gaffer);
            },
            output);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Waits for what comes by itself.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what, TimeSpan? within = null)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var deadline = DateTime.UtcNow + (within ?? Patience.Longest);
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < deadline, $"It did not come to this: {what}.");
            await look.WaitForNextTickAsync();
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var deadline = DateTime.UtcNow + Patience.Longest;
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < deadline, $"It did not come to this: {what}.");
            await look.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(n => n.KillAsync()));
        foreach (var node in _nodes) node.Dispose();
    }

    // Where no node is to be lost, a machine that is slow must lose none.
    private string Losses => $$"""
        akka.cluster {
          failure-detector { heartbeat-interval = 300ms, acceptable-heartbeat-pause = {{(canBeCut ? "3s" : "60s")}} }
          split-brain-resolver.stable-after = 1s
        }

        """;

    private const string Settings = """
        akka {
          loglevel = INFO
          cluster {
            periodic-tasks-initial-delay = 50ms
            gossip-interval = 200ms
            leader-actions-interval = 200ms
            unreachable-nodes-reaper-interval = 200ms
            seed-node-timeout = 2s
            retry-unsuccessful-join-after = 500ms
            shutdown-after-unsuccessful-join-seed-nodes = off
            sharding { retry-interval = 200ms, waiting-for-state-timeout = 1s, updating-state-timeout = 1s, rebalance-interval = 1s, distributed-data.gossip-interval = 300ms }
            singleton { hand-over-retry-interval = 200ms }
            distributed-data { gossip-interval = 300ms, notify-subscribers-interval = 50ms }
          }
        }
        gaffer {
          client { retry-interval = 500ms, timeout = 15s }
          worker { register-interval = 1s, retry-interval = 500ms, lease = 2s }
          queue { rescue-grace = 4s, restart-max = 1s }
        }

        """;
}
