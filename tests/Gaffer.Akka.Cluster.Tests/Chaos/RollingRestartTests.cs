using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>All nodes of a cluster are stopped in order and started again, one after the other, under load.</summary>
[Collection("processes")]
[Trait("Category", "Chaos")]
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    [PostgresFact]
    public async Task A_rolling_restart_costs_no_caller_an_exception_and_no_job_an_attempt()
    {
        var setup = new ChaosSetup(
            [new ChaosQueue("narrow", MaxWorkers: 4, GlobalMaxWorkers: 8, Limit: "supplier"), new ChaosQueue("slow", MaxWorkers: 8, Grace: 5, Limit: "supplier", Partitions: 3)],
            [new ChaosLoad("narrow", PerSecond: 40, Shortest: 2, Longest: 100), new ChaosLoad("slow", PerSecond: 8, Shortest: 500, Longest: 1_500, Stubborn: 40)])
        {
            Limits = new Dictionary<string, int> { ["supplier"] = 14 },
        };
        await using var cluster = await ChaosCluster.StartAsync(setup, output);
        foreach (var node in cluster.Nodes)
        {
            await Wait.ForAsync(TimeSpan.FromSeconds(2));
            await cluster.TerminateAsync(node);
            await cluster.StartAsync(node);
        }

        await Wait.ForAsync(TimeSpan.FromSeconds(2));
        await cluster.FinishAsync(within: TimeSpan.FromSeconds(60));
        var recording = await ChaosVerdict.CheckAsync(cluster, output);

        Assert.Empty(recording.Problems);
        Assert.All(recording.Jobs, job => Assert.Equal(1, job.Attempt));
        Assert.Contains(recording.Jobs, job => job.History.Any(e => e.Outcome == ExecutionOutcome.Released));
        var stubborn = recording.Jobs.Where(j => j.PayloadAs<ChaosPayload>()!.Deed == ChaosDeed.Stubborn).ToList();
        Assert.NotEmpty(stubborn);
        Assert.All(stubborn, job => Assert.Single(recording.Runs, run => run.Job == job.Id.Value));   // it had time to end
        cluster.Forget();
    }
}
