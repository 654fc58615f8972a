using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>A job kills the node that runs it.</summary>
[Collection("processes")]
[Trait("Category", "Chaos")]
public sealed class PoisonTests(ITestOutputHelper output)
{
    [PostgresFact]
    public async Task A_job_that_kills_its_nodes_fails_when_its_attempts_are_used_up_and_the_others_go_on()
    {
        var setup = new ChaosSetup([new ChaosQueue("jobs", MaxWorkers: 6)], [new ChaosLoad("jobs", PerSecond: 20, Shortest: 2, Longest: 200)]);
        await using var cluster = await ChaosCluster.StartAsync(setup, output);
        await cluster.AskAsync(cluster.Client, $"insert jobs 1 {ChaosDeed.Poison} 0");
        var poison = (await cluster.Recorder.ReadAsync("SELECT job FROM acknowledged WHERE deed = 'Poison'", static r => r.GetGuid(0)))[0];
        for (var attempt = 1; attempt <= ChaosNode.PoisonAttempts; attempt++)
        {
            var waited = await Wait.UntilAsync(async () => await RunsAsync(cluster, poison) >= attempt, TimeSpan.FromSeconds(60), $"attempt {attempt} of the poisonous job");
            cluster.Note($"attempt {attempt} began {waited.TotalSeconds:0.0} s later");
        }

        await cluster.FinishAsync(within: TimeSpan.FromSeconds(90));
        var recording = await ChaosVerdict.CheckAsync(cluster, output);
        var job = recording.Jobs.Single(j => j.Id.Value == poison);
        Assert.Equal((JobState.Failed, ChaosNode.PoisonAttempts), (job.State, job.Attempt));
        Assert.All(job.History, e => Assert.Equal(JobErrorKind.NodeLost, e.Error?.Kind));
        Assert.Equal(ChaosNode.PoisonAttempts, recording.Runs.Count(r => r.Job == poison));
        cluster.Forget();
    }

    private static async Task<long> RunsAsync(ChaosCluster cluster, Guid job) =>
        (await cluster.Recorder.ReadAsync("SELECT count(*) FROM runs WHERE job = $1", static r => r.GetInt64(0), job))[0];
}
