using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>What happens when nodes of a cluster die, or stand still. <c>rescue-measure</c> says how long it takes on a quiet machine.</summary>
[Collection("processes")]
public sealed class RescueTests(ITestOutputHelper output)
{
    // The failure detector alone takes more than six seconds, and no machine makes it faster.
    private static readonly TimeSpan FasterThanTheFailureDetector = TimeSpan.FromSeconds(6);

    [PostgresFact]
    [Trait("Category", "Crash")]
    public async Task A_job_of_a_node_that_is_killed_runs_elsewhere_at_once_though_its_queue_and_the_coordinators_died_with_it()
    {
        using var cluster = await RescueCluster.StartAsync();
        var queue = await cluster.QueueOnAsync(cluster.Oldest);
        var token = await cluster.RunOnAllAsync(queue, cluster.Oldest);
        var took = await cluster.KillAsync(token, cluster.Oldest);
        output.WriteLine($"The job ran again after {took.TotalSeconds:0.00} s.");
        Assert.True(took < FasterThanTheFailureDetector, $"It took {took}.{Environment.NewLine}{cluster.Log}");
    }

    [PostgresFact]
    [Trait("Category", "Crash")]
    public async Task The_last_node_of_a_machine_goes_on()
    {
        using var cluster = await RescueCluster.StartAsync();
        var survivor = cluster.Nodes[2];
        var victims = cluster.Nodes.Take(2).ToArray();
        var queue = await cluster.QueueOnAsync(survivor);
        var token = await cluster.RunOnAllAsync(queue, victims[1]);
        var took = await cluster.KillAsync(token, victims);
        output.WriteLine($"The job ran again after {took.TotalSeconds:0.00} s.");
        Assert.True(took < FasterThanTheFailureDetector, $"It took {took}.{Environment.NewLine}{cluster.Log}");
        Assert.False(survivor.HasExited);
    }

    [PostgresFact]
    [Trait("Category", "Crash")]
    public async Task A_node_that_stood_still_while_others_took_its_jobs_stops_them_when_it_goes_on()
    {
        using var cluster = await RescueCluster.StartAsync();
        var victim = cluster.Nodes[2];
        var queue = await cluster.QueueOnAsync(victim);
        var token = await cluster.RunOnAllAsync(queue, victim);
        victim.Pause();
        await cluster.HearAsync(l => l.Node != victim && l.Text == $"started {token} 2");
        var at = Stopwatch.GetTimestamp();
        victim.Resume();
        var stopped = await cluster.HearAsync(l => l.Node == victim && l.Text == $"stopped {token} 1");
        output.WriteLine($"Its job was stopped {Stopwatch.GetElapsedTime(at, stopped.At).TotalSeconds:0.00} s after it went on.");
        await victim.ExitAsync(TimeSpan.FromSeconds(40));
    }
}
