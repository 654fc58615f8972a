using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>All nodes that work die one after the other before the first of them is back; a client stays.</summary>
[Collection("processes")]
[Trait("Category", "Chaos")]
public sealed class SurvivingClientTests(ITestOutputHelper output)
{
    [PostgresFact]
    public async Task The_queues_go_on_when_all_nodes_but_a_client_died_within_a_second_or_two()
    {
        var setup = new ChaosSetup([new ChaosQueue("jobs", MaxWorkers: 6)], [new ChaosLoad("jobs", PerSecond: 20, Shortest: 2, Longest: 200)]);
        await using var cluster = await ChaosCluster.StartAsync(setup, output);
        var random = new Random(setup.Seed);
        foreach (var node in cluster.Nodes)
        {
            await Wait.ForAsync(TimeSpan.FromMilliseconds(random.Next(300, 1_000)));
            await cluster.KillAsync(node);
            cluster.Begin(node);
        }

        await cluster.ReadyAsync([.. cluster.Nodes, cluster.Client]);
        await cluster.FinishAsync(within: TimeSpan.FromSeconds(90));
        await ChaosVerdict.CheckAsync(cluster, output);
        cluster.Forget();
    }
}
