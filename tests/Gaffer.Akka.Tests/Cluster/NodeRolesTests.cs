using Gaffer.Tests.Spec;
using Xunit;
using Xunit.Abstractions;
using static Gaffer.Tests.ClusterKit;

namespace Gaffer.Tests;

/// <summary>Nodes that only insert, only host queues, only perform jobs: <c>gaffer.role</c>.</summary>
[Collection(SeveralNodes.Name)]
public sealed class NodeRolesTests(ITestOutputHelper output)
{
    private const string QueuesOnHosts = "gaffer.role = hosts\n";

    [PostgresFact]
    public async Task A_node_that_hosts_one_that_works_and_one_that_calls_are_one_queue()
    {
        await using var kit = new ClusterKit(output);
        var worker = new HeldWorker();
        var host = await kit.StartAsync(_ => { }, "hosts", QueuesOnHosts);
        var working = await kit.StartAsync(g => g.AddQueue("jobs", o => o with { MaxWorkers = 2 }, JobWorker.FromDelegate(worker.PerformAsync)), hocon: QueuesOnHosts);
        var caller = await kit.StartAsync(_ => { }, hocon: QueuesOnHosts);
        await UntilAsync(() => kit.Nodes.All(n => n.SeesUp == 3), "all see each other");

        foreach (var node in kit.Nodes) await EveryCallWorksFromAsync(node, worker, working);
        Assert.All(new[] { working, caller }, n => Assert.DoesNotContain(n.Log.Lines, l => l.Contains("is back with", StringComparison.Ordinal)));
        Assert.NotNull(host);
    }

    [PostgresFact]
    public async Task Queues_that_nobody_hosts_are_told_of_in_the_error()
    {
        await using var kit = new ClusterKit(output);
        var caller = await kit.StartAsync(_ => { }, hocon: QueuesOnHosts + "gaffer.client.timeout = 2s\n");

        var insert = await Assert.ThrowsAsync<GafferTimeoutException>(() => caller.Gaffer.InsertAsync("jobs", "payload"));
        var list = await Assert.ThrowsAsync<GafferTimeoutException>(async () => await caller.Gaffer.OrphanedQueuesAsync());

        Assert.Contains("no node of the cluster has the role 'hosts'", insert.Message, StringComparison.Ordinal);
        Assert.Contains("no node of the cluster has the role 'hosts'", list.Message, StringComparison.Ordinal);
        await kit.StartAsync(g => g.AddQueue("jobs"), "hosts", QueuesOnHosts);
        Assert.False((await caller.Gaffer.InsertAsync("jobs", "payload")).IsDuplicate);
    }

    [PostgresFact]
    public async Task A_start_that_waits_for_a_host_says_so()
    {
        await using var kit = new ClusterKit(output);

        var e = await Assert.ThrowsAnyAsync<GafferException>(() => kit.StartAsync(g => g.AddQueue("jobs"), hocon: QueuesOnHosts + "gaffer { start-timeout = 3s, client.timeout = 2s }\n"));

        Assert.Contains("no node of the cluster has the role 'hosts'", e.Message, StringComparison.Ordinal);
    }

    private static async Task EveryCallWorksFromAsync(KitNode node, HeldWorker worker, KitNode working)
    {
        var gaffer = node.Gaffer;
        var job = (await gaffer.InsertAsync("jobs", "first").Soon()).Job;
        await worker.Of(job.Id).StartedAsync();
        var other = (await gaffer.InsertAsync("jobs", "second").Soon()).Job;
        await worker.Of(other.Id).StartedAsync();
        var info = await gaffer.GetInfoAsync("jobs").Soon();
        Assert.Equal((2, working.Address.ToString()), (info.ActiveWorkers, Assert.Single(info.Nodes).Node.Address));

        Assert.IsType<CancelResult.Cancelled>(await gaffer.CancelAsync("jobs", other.Id).Soon());
        await worker.Of(other.Id).StoppedAsync();
        worker.Of(other.Id).Ends(JobResult.Complete());
        Assert.False((await gaffer.DrainAsync("jobs", TimeSpan.Zero).Soon()).Drained);
        worker.Of(job.Id).Ends(JobResult.Complete(new { From = "afar" }));
        Assert.True((await gaffer.DrainAsync("jobs", Patience.Longest).Soon()).Drained);
        Assert.False((await gaffer.ResumeAsync("jobs").Soon()).AlreadyActive);
        Assert.True((await gaffer.FlushAsync("jobs", Patience.Longest).Soon()).Flushed);
        Assert.Equal((JobState.Completed, """{"from":"afar"}"""), await gaffer.GetJobAsync("jobs", job.Id).Soon() is var done ? (done.State, System.Text.Encoding.UTF8.GetString(done.ResultJson!.Value.Span)) : default);
        List<JobId> listed = [];
        await foreach (var one in gaffer.ListAsync("jobs")) listed.Add(one.Id);
        Assert.Equal([job.Id, other.Id], listed.TakeLast(2));
        await gaffer.DeleteAsync("jobs", other.Id).Soon();
        Assert.Null(await gaffer.TryGetJobAsync("jobs", other.Id).Soon());
        Assert.Empty(await gaffer.OrphanedQueuesAsync().Soon());
    }
}
