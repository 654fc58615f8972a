using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>Nodes of a cluster are killed again and again under load.</summary>
/// <remarks><c>GAFFER_CHAOS_KILLS</c> says how often (6), <c>GAFFER_CHAOS_SEED</c> repeats the choices of a run.</remarks>
[Collection("processes")]
[Trait("Category", "Chaos")]
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("GAFFER_CHAOS_KILLS"), out var kills) ? kills : 6;

    [PostgresFact]
    public async Task Nothing_is_lost_and_no_limit_broken_when_nodes_are_killed_again_and_again()
    {
        var setup = new ChaosSetup(
            [new ChaosQueue("narrow", MaxWorkers: 4, GlobalMaxWorkers: 6, Limit: "supplier", Partitions: 3), new ChaosQueue("wide", MaxWorkers: 8, Limit: "supplier"), new ChaosQueue("free", MaxWorkers: 4)],
            [new ChaosLoad("narrow", PerSecond: 20, Shortest: 2, Longest: 200), new ChaosLoad("wide", PerSecond: 40, Shortest: 2, Longest: 200, Stubborn: 20), new ChaosLoad("free", PerSecond: 10, Shortest: 2, Longest: 200)])
        {
            Limits = new Dictionary<string, int> { ["supplier"] = 9 },
        };
        await using var cluster = await ChaosCluster.StartAsync(setup, output);
        var random = new Random(setup.Seed);
        for (var n = 0; n < Kills; n++)
        {
            await Wait.ForAsync(TimeSpan.FromMilliseconds(random.Next(1_000, 4_000)));
            var victim = cluster.Nodes[random.Next(cluster.Nodes.Count)];
            await cluster.KillAsync(victim);
            cluster.Begin(victim);
            if (n % 4 != 2) await cluster.ReadyAsync(victim);   // now and then another is killed while it starts
        }

        await cluster.ReadyAsync([.. cluster.Nodes, cluster.Client]);
        await cluster.FinishAsync(within: TimeSpan.FromSeconds(90));
        var recording = await ChaosVerdict.CheckAsync(cluster, output);
        Assert.Contains(recording.Jobs, j => j.History.Any(e => e.Error?.Kind == JobErrorKind.NodeLost));
        cluster.Forget();
    }
}
