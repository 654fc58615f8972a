using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>All nodes end at once, and start again.</summary>
[Collection("processes")]
[Trait("Category", "Chaos")]
public sealed class WholeClusterTests(ITestOutputHelper output)
{
    [PostgresFact]
    public async Task A_cluster_that_stopped_or_was_killed_as_a_whole_goes_on_where_it_was()
    {
        var setup = new ChaosSetup(
            [new ChaosQueue("narrow", MaxWorkers: 4, GlobalMaxWorkers: 6, Partitions: 3), new ChaosQueue("wide", MaxWorkers: 8)],
            [new ChaosLoad("narrow", PerSecond: 20, Shortest: 2, Longest: 200), new ChaosLoad("wide", PerSecond: 20, Shortest: 2, Longest: 400, Stubborn: 20)]);
        await using var cluster = await ChaosCluster.StartAsync(setup, output);
        IReadOnlyList<ChaosPlace> all = [.. cluster.Nodes, cluster.Client];
        await Wait.ForAsync(TimeSpan.FromSeconds(3));
        await cluster.TerminateAsync(all);
        var stopped = ChaosRecorder.Now;
        await cluster.StartAsync(all);
        await BusyAsync(cluster);

        await Task.WhenAll(all.Select(place => cluster.KillAsync(place)));
        var killed = ChaosRecorder.Now;
        await cluster.StartAsync(all);
        await BusyAsync(cluster);
        await cluster.FinishAsync(within: TimeSpan.FromSeconds(60));
        var recording = await ChaosVerdict.CheckAsync(cluster, output);

        Assert.DoesNotContain(recording.Jobs, j => j.History.Any(e => e.Error?.Kind == JobErrorKind.NodeLost && Micros(e.StartedAt) < stopped));   // a stop in order costs no attempt
        Assert.Contains(recording.Jobs, j => j.History.Any(e => e.Error?.Kind == JobErrorKind.NodeLost));
        Assert.Contains(recording.Runs, r => r.Start > killed);
        cluster.Forget();
    }

    private static Task<TimeSpan> BusyAsync(ChaosCluster cluster)
    {
        var from = ChaosRecorder.Now;
        return Wait.UntilAsync(
            async () => (await cluster.Recorder.ReadAsync("SELECT count(*) FROM runs WHERE ended > $1", static r => r.GetInt64(0), from))[0] > 100,
            TimeSpan.FromSeconds(60),
            "jobs are performed");
    }

    private static long Micros(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
