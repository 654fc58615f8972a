using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>The database of a cluster fails under load, and comes back.</summary>
[Collection("processes")]
[Trait("Category", "Chaos")]
public sealed class DatabaseTests(ITestOutputHelper output)
{
    [PostgresFact]
    public async Task Nothing_is_lost_when_the_database_fails_and_comes_back()
    {
        using var server = PostgresServer.StartOwn();
        var setup = new ChaosSetup(
            [new ChaosQueue("narrow", MaxWorkers: 4, GlobalMaxWorkers: 6), new ChaosQueue("wide", MaxWorkers: 8, Partitions: 3)],
            [new ChaosLoad("narrow", PerSecond: 20, Shortest: 2, Longest: 200), new ChaosLoad("wide", PerSecond: 30, Shortest: 2, Longest: 200)])
        {
            Journal = server.NewDatabase(),
        };
        await using var cluster = await ChaosCluster.StartAsync(setup, output);
        var random = new Random(setup.Seed);
        foreach (var away in (int[])[0, random.Next(2_000, 4_000), random.Next(6_000, 8_000)])
        {
            await Wait.ForAsync(TimeSpan.FromMilliseconds(random.Next(1_000, 3_000)));
            server.Kill();
            cluster.Note($"the database crashed, for {away} ms");
            await Wait.ForAsync(TimeSpan.FromMilliseconds(away));
            server.Restart();
            var back = ChaosRecorder.Now;
            foreach (var queue in setup.Queues) await Wait.UntilAsync(() => StartedAsync(cluster, queue.Name, back), TimeSpan.FromSeconds(60), $"{queue.Name} starts jobs again");
            cluster.Note($"it was back, and {(ChaosRecorder.Now - back) / 1e6:0.0} s later all queues were");
        }

        await cluster.FinishAsync(within: TimeSpan.FromSeconds(60));
        await ChaosVerdict.CheckAsync(cluster, output);
        cluster.Forget();
    }

    private static async Task<bool> StartedAsync(ChaosCluster cluster, string queue, long since) =>
        (await cluster.Recorder.ReadAsync("SELECT count(*) FROM runs WHERE queue = $1 AND started > $2", static r => r.GetInt64(0), queue, since))[0] > 5;
}
