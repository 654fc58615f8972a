using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gaffer.Benchmarks;

/// <summary>Nodes that are processes of their own, on one database. Disposing it ends them.</summary>
internal sealed class BenchmarkCluster : IAsyncDisposable
{
    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(60);
    private readonly List<Process> _nodes = [];

    public int Count => _nodes.Count;

    public static async Task<BenchmarkCluster> StartAsync(string connection, int nodes, int partitions, int workers)
    {
        var cluster = new BenchmarkCluster();
        var ports = FreePorts(nodes);
        foreach (var port in ports)
        {
            var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
            var start = new ProcessStartInfo(dotnet, [typeof(BenchmarkCluster).Assembly.Location, BenchmarkNode.Command, connection, $"{port}", $"{ports[0]}", $"{partitions}", $"{workers}"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
            };
            cluster._nodes.Add(Process.Start(start)!);
            await cluster.HearAsync(cluster._nodes.Count - 1);
        }

        return cluster;
    }

    /// <summary>Tells all nodes the same, and waits for all their answers.</summary>
    public async Task<IReadOnlyList<string>> TellAllAsync(string command) => await Task.WhenAll(Enumerable.Range(0, Count).Select(n => TellAsync(n, command)));

    public async Task<string> TellAsync(int node, string command)
    {
        await _nodes[node].StandardInput.WriteLineAsync(command);
        await _nodes[node].StandardInput.FlushAsync();
        return await HearAsync(node);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) node.StandardInput.Close(); // it leaves in order
        foreach (var node in _nodes)
        {
            try
            {
                using var patience = new CancellationTokenSource(ToEnd);
                await node.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                node.Kill();
                await node.WaitForExitAsync();
            }

            node.Dispose();
        }
    }

    private async Task<string> HearAsync(int node)
    {
        while (await _nodes[node].StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(BenchmarkNode.Mark, StringComparison.Ordinal)) return line[BenchmarkNode.Mark.Length..];
        }

        throw new InvalidOperationException($"Node {node} ended.");
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
