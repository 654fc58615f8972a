using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Gaffer.Tests;

/// <summary>Three nodes, each a process. The first is the oldest: coordinators of shards and singletons live on it.</summary>
public sealed class RescueCluster : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Channel<RescueLine> _heard = Channel.CreateUnbounded<RescueLine>();
    private readonly List<RescueLine> _log = [];
    private readonly List<RescueNode> _nodes = [];
    private int _questions;

    public IReadOnlyList<RescueNode> Nodes => _nodes;

    public RescueNode Oldest => _nodes[0];

    /// <summary>All that the nodes said.</summary>
    public string Log => string.Join(Environment.NewLine, _log.Select(l => $"{l.Node}: {l.Text}"));

    public static async Task<RescueCluster> StartAsync(string settings = "")
    {
        var cluster = new RescueCluster();
        var ports = FreePorts(3);
        var connection = PostgresServer.Shared.NewDatabase();
        foreach (var port in ports)
        {
            cluster._nodes.Add(RescueNode.Start(new RescueOptions(connection, port, ports[0], settings), cluster._heard.Writer));
            if (port == ports[0]) await cluster.HearAsync(l => l.Text == "ready");
        }

        foreach (var node in cluster._nodes.Skip(1)) await cluster.HearAsync(l => l.Node == node && l.Text == "ready");
        return cluster;
    }

    /// <summary>A queue that lives on the node; the first of them lived on the oldest alone, before the others came.</summary>
    public async Task<string> QueueOnAsync(RescueNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var until = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until)
        {
            var question = $"queues {++_questions} ";
            node.Say($"where {_questions}");
            var answer = await HearAsync(l => l.Node == node && l.Text.StartsWith(question, StringComparison.Ordinal));
            if (answer.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, var queue, ..]) return queue;
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        throw new TimeoutException($"No queue moved to node {node}. The nodes said:{Environment.NewLine}{Log}");
    }

    /// <summary>Inserts a job for each node; answers the token of the one that runs on the given node.</summary>
    public async Task<string> RunOnAllAsync(string queue, RescueNode wanted)
    {
        foreach (var n in Enumerable.Range(0, _nodes.Count))
        {
            Oldest.Say($"insert {queue} {queue}/{n}");
            await HearAsync(l => l.Text == $"inserted {queue}/{n}");
        }

        var started = await HearAsync(l => l.Node == wanted && l.Text.StartsWith($"started {queue}/", StringComparison.Ordinal));
        return started.Text.Split(' ')[1];
    }

    /// <summary>Waits for a line: one that was said already, or the next.</summary>
    public async Task<RescueLine> HearAsync(Func<RescueLine, bool> wanted, TimeSpan? within = null)
    {
        if (_log.Find(l => wanted(l)) is { } said) return said;
        using var patience = new CancellationTokenSource(within ?? Patience);
        try
        {
            while (true)
            {
                var line = await _heard.Reader.ReadAsync(patience.Token);
                _log.Add(line);
                if (wanted(line)) return line;
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"What was waited for was not said. The nodes said:{Environment.NewLine}{Log}", e);
        }
    }

    /// <summary>Kills nodes; answers after which time a job that ran there runs elsewhere.</summary>
    public async Task<TimeSpan> KillAsync(string token, params RescueNode[] victims)
    {
        ArgumentNullException.ThrowIfNull(victims);
        var at = Stopwatch.GetTimestamp();
        foreach (var victim in victims) victim.Kill();
        var again = await HearAsync(l => !victims.Contains(l.Node) && l.Text == $"started {token} 2");
        return Stopwatch.GetElapsedTime(at, again.At);
    }

    public void Dispose()
    {
        foreach (var node in _nodes) node.Dispose();
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port).Order().ToArray();
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
