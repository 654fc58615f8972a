using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>A node is held for longer than the others wait, and then goes on as if nothing had been: with its jobs, its results, and its actor of a queue.</summary>
[Collection("processes")]
[Trait("Category", "Chaos")]
public sealed class ZombieTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task What_a_node_reports_after_it_was_declared_dead_does_not_count()
    {
        var setup = new ChaosSetup([new ChaosQueue("jobs", MaxWorkers: 6, GlobalMaxWorkers: 15)], [new ChaosLoad("jobs", PerSecond: 8, Shortest: 200, Longest: 2_000, Stubborn: 70)]);
        await using var cluster = await ChaosCluster.StartAsync(setup, output);
        var host = await cluster.HostOfAsync("jobs");
        await HoldAsync(cluster, cluster.Nodes.First(n => n != host), "has jobs");
        host = await cluster.HostOfAsync("jobs");
        await HoldAsync(cluster, host, "has the queue");
        await cluster.FinishAsync(within: TimeSpan.FromSeconds(90));
        var recording = await ChaosVerdict.CheckAsync(cluster, output);

        var held = cluster.Lives.Where(l => l.WasSuspended).Select(l => l.Number).ToHashSet();
        var late = recording.Runs.Where(r => held.Contains(r.Life) && r.Outcome == RunEnd.Completed && r.End > recording.DeathOf(r.Life, Survivors.Last)).ToList();
        output.WriteLine($"executions that returned after their process was declared dead: {late.Count}");
        Assert.True(late.Count > 0, "No code returned after its process was declared dead: the run says nothing of results.");
        cluster.Forget();
    }

    private static async Task HoldAsync(ChaosCluster cluster, ChaosPlace place, string why)
    {
        var life = place.Life!;
        await Wait.UntilAsync(async () => await RunningAsync(cluster, life) > 2, Longest, $"{place} has jobs");
        life.WasSuspended = true;
        life.Process.Suspend();
        cluster.Note($"held {place}, which {why}");
        var removed = await Wait.UntilAsync(async () => await RemovedAsync(cluster, life), Longest, $"{place} is declared dead");
        cluster.Note($"declared dead after {removed.TotalSeconds:0.0} s");
        var again = await Wait.UntilAsync(async () => await RunAgainAsync(cluster, life), Longest, $"jobs of {place} run elsewhere");
        cluster.Note($"its jobs run elsewhere {again.TotalSeconds:0.0} s later");
        life.Process.Resume();
        cluster.Note($"{place} goes on");
        var ended = await Wait.UntilAsync(() => Task.FromResult(life.EndedAt is not null), Longest, $"{place} finds out that it is dead");
        cluster.Note($"it ended after {ended.TotalSeconds:0.0} s");
        await cluster.ReadyAsync([place, cluster.Client]);
    }

    private static async Task<long> RunningAsync(ChaosCluster cluster, ChaosLife life) =>
        (await cluster.Recorder.ReadAsync("SELECT count(*) FROM runs WHERE life = $1 AND ended IS NULL", static r => r.GetInt64(0), life.Number))[0];

    private static async Task<bool> RemovedAsync(ChaosCluster cluster, ChaosLife life) =>
        (await cluster.Recorder.ReadAsync("SELECT count(*) FROM removed JOIN members USING (address, uid) WHERE members.life = $1", static r => r.GetInt64(0), life.Number))[0] >= 2;

    private static async Task<bool> RunAgainAsync(ChaosCluster cluster, ChaosLife life) =>
        (await cluster.Recorder.ReadAsync("SELECT count(*) FROM runs a JOIN runs b USING (job) WHERE a.life = $1 AND a.ended IS NULL AND b.execution > a.execution AND b.ended IS NOT NULL", static r => r.GetInt64(0), life.Number))[0] > 0;
}
