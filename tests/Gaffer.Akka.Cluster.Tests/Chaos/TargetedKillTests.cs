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
        var setup = new ChaosSetup([new ChaosQueue("jobs", MaxWorkers: 6, GlobalMaxWorkers: 10)], [new ChaosLoad("jobs", PerSecond: 30, Shortest: 2, Longest: 200, Stubborn: 20)]);
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
        var minority = survivor.Life!;
        await Task.WhenAll(cluster.KillAsync(host, "which has the queue"), cluster.KillAsync(other, "which is the oldest, or another"));
        await Wait.UntilAsync(() => Task.FromResult(minority.EndedAt is not null), Longest, $"{survivor} ends, as it cannot know that it is all that is left");
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
