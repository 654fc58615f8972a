using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>Nodes join a running cluster.</summary>
/// <remarks>The machine may be busy with other things: each number of nodes is measured a few times, and its best counts. That of one node is taken in full, so that luck makes the test harder and not easier.</remarks>
[Collection("processes")]
[Trait("Category", "Chaos")]
public sealed class ScaleTests(ITestOutputHelper output)
{
    private const int Milliseconds = 40;
    private const int MaxWorkers = 8;
    private const int MostWindows = 5;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(4);
    private static readonly double[] Wanted = [1, 1.6, 2.2];

    [PostgresFact]
    public async Task Each_node_that_joins_makes_one_queue_faster()
    {
        var setup = new ChaosSetup([new ChaosQueue("hot", MaxWorkers)], []);
        await using var cluster = await ChaosCluster.CreateAsync(setup, output);
        await cluster.StartAsync(cluster.Nodes[0], cluster.Client);
        var rates = new List<double>();
        foreach (var (node, wanted) in cluster.Nodes.Zip(Wanted))
        {
            if (node.Life is null) await cluster.StartAsync(node);
            rates.Add(await BestRateAsync(cluster, rates.Count + 1, rates.Count == 0 ? double.MaxValue : wanted * rates[0]));
            cluster.Note($"{rates.Count} nodes: {rates[^1]:0} jobs/s, {rates[^1] / rates[0]:0.00} times as many as one");
        }

        await cluster.FinishAsync(within: TimeSpan.FromSeconds(90));
        await ChaosVerdict.CheckAsync(cluster, output);
        for (var n = 1; n < rates.Count; n++) Assert.True(rates[n] >= Wanted[n] * rates[0], $"One node did {rates[0]:0} jobs/s, {n + 1} nodes {rates[n]:0}.");
        cluster.Forget();
    }

    private static async Task<double> BestRateAsync(ChaosCluster cluster, int nodes, double enough)
    {
        var best = 0.0;
        var most = (int)(nodes * MaxWorkers * Window.TotalMilliseconds / Milliseconds);
        await cluster.AskAsync(cluster.Client, $"insert hot {most} {ChaosDeed.Work} {Milliseconds}");   // for those that the window leaves behind
        for (var n = 0; n < MostWindows && best < enough; n++)
        {
            await cluster.AskAsync(cluster.Client, $"insert hot {most} {ChaosDeed.Work} {Milliseconds}");
            best = Math.Max(best, await RateAsync(cluster));
        }

        return best;
    }

    private static async Task<double> RateAsync(ChaosCluster cluster)
    {
        var from = ChaosRecorder.Now;
        await Wait.ForAsync(Window);
        var to = ChaosRecorder.Now;
        var done = await cluster.Recorder.ReadAsync("SELECT count(*) FROM runs WHERE ended BETWEEN $1 AND $2", static r => r.GetInt64(0), from, to);
        return done[0] / ((to - from) / 1e6);
    }
}
