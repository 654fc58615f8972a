using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>The nodes are killed on which most depends.</summary>
[Collection("processes")]
[Trait("Category", "Chaos")]
public sealed class TargetedKillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task Queues_survive_the_nodes_that_have_them_and_the_oldest_and_most_at_once()
    {
        var setup = new ChaosSetup(
            [new ChaosQueue("jobs", MaxWorkers: 6, GlobalMaxWorkers: 10, Limit: "supplier"), new ChaosQueue("more", MaxWorkers: 6, Limit: "supplier")],
            [new ChaosLoad("jobs", PerSecond: 25, Shortest: 2, Longest: 200, Stubborn: 20), new ChaosLoad("more", PerSecond: 20, Shortest: 2, Longest: 200)])
        {
            Limits = new Dictionary<string, int> { ["supplier"] = 7 },
        };
        await using var cluster = await ChaosCluster.StartAsync(setup, output);
        await WorksAsync(cluster);

        var host = await cluster.HostOfAsync("jobs");
        await cluster.KillAsync(host, "which has the queue");
        await WorksAsync(cluster);
        await cluster.StartAsync(host);

        var oldest = await cluster.OldestAsync();
        await cluster.KillAsync(oldest, "which is the oldest");
        await WorksAsync(cluster);
        await cluster.StartAsync(oldest);

        (host, oldest) = (await cluster.HostOfAsync("jobs"), await cluster.OldestAsync());
        var other = host == oldest ? cluster.Nodes.First(n => n != host) : oldest;
        var survivor = cluster.Nodes.Single(n => n != host && n != other);
        await Task.WhenAll(cluster.KillAsync(host, "which has the queue"), cluster.KillAsync(other, "which is the oldest, or another"));
        await WorksAsync(cluster); // the last one of a machine goes on
        Assert.Null(survivor.Life!.EndedAt);
        await cluster.StartAsync(host, other);
        await cluster.ReadyAsync([survivor, cluster.Client]);
        await WorksAsync(cluster);
        await cluster.FinishAsync(within: Longest);
        await ChaosVerdict.CheckAsync(cluster, output);
        cluster.Forget();
    }

    private static async Task WorksAsync(ChaosCluster cluster)
    {
        var from = ChaosRecorder.Now;
        var waited = await Wait.UntilAsync(
            async () => (await cluster.Recorder.ReadAsync("SELECT count(*) FROM runs JOIN acknowledged USING (job) WHERE at > $1 AND ended IS NOT NULL", static r => r.GetInt64(0), from))[0] > 20,
            Longest,
            "jobs are inserted and performed");
        cluster.Note($"jobs were inserted and performed {waited.TotalSeconds:0.0} s later");
    }
}
