using Gaffer.Tests.Spec;
using Xunit;
using Xunit.Abstractions;
using static Gaffer.Tests.ClusterKit;

namespace Gaffer.Tests;

/// <summary>Workers of one queue on several nodes.</summary>
[Collection(SeveralNodes.Name)]
public sealed class NodeWorkersTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly ClusterKit _kit = new(output);
    private readonly WorkRecord _record = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _kit.DisposeAsync().AsTask();

    [PostgresFact]
    public Task Limits_of_each_node_and_of_all_together_are_kept() => LimitsAreKeptAsync(partitions: 1);

    [PostgresFact]
    public Task Limits_of_each_node_and_of_all_together_are_kept_over_partitions() => LimitsAreKeptAsync(partitions: 4);

    private async Task LimitsAreKeptAsync(int partitions)
    {
        using var gate = new SemaphoreSlim(0);
        foreach (var name in (string[])["a", "b", "c"]) await _kit.StartAsync(g => g.AddQueue("jobs", o => o with { MaxWorkers = 3, GlobalMaxWorkers = 7, Partitions = partitions }, _record.On(name, WaitAsync)));
        var gaffer = _kit.Nodes[1].Gaffer;
        await UntilAsync(async () => (await gaffer.GetInfoAsync("jobs")).Nodes.Length == 3, "all have registered");
        var jobs = (await gaffer.InsertManyAsync("jobs", [.. Enumerable.Range(0, 60).Select(n => InsertJob.Of("jobs", n))]).Soon()).Jobs.Select(r => r.Job.Id).ToList();

        await UntilAsync(() => _record.MostAtOnce() == 7, "seven run at once");
        QueueInfo info = null!;
        await UntilAsync(async () => (info = await gaffer.GetInfoAsync("jobs").Soon()).Nodes.Sum(n => n.Active) == 7, "all nodes are known where a partition has moved to");
        Assert.Equal((7, 3), (info.ActiveWorkers, info.Nodes.Length));
        var least = partitions == 1 ? 2 : 1; // each partition knows of its own jobs alone which node has least to do
        Assert.All(info.Nodes, n => Assert.InRange(n.Active, least, 3));
        gate.Release(60);
        Assert.True((await gaffer.FlushAsync("jobs", Patience.Longest).Soon()).Flushed);

        Assert.Equal(7, _record.MostAtOnce());
        Assert.All((string[])["a", "b", "c"], node => Assert.InRange(_record.MostAtOnce(node), least, 3));
        _record.EachOnce(jobs);

        async Task<JobResult> WaitAsync(JobContext job, CancellationToken stop)
        {
            await gate.WaitAsync(stop);
            return JobResult.Complete();
        }
    }

    [PostgresFact]
    public async Task A_job_goes_only_to_a_node_that_knows_its_kind()
    {
        await _kit.StartAsync(g => g.AddQueue("jobs", o => o with { MaxWorkers = 2 }, _record.On("a", "red")));
        await _kit.StartAsync(g => g.AddQueue("jobs", o => o with { MaxWorkers = 2 }, _record.On("b", "blue")));
        var gaffer = _kit.Nodes[0].Gaffer;
        List<JobId> red = [], blue = [];
        for (var n = 0; n < 20; n++)
        {
            red.Add((await gaffer.InsertAsync("jobs", n, new JobOptions { Kind = "red" }).Soon()).Job.Id);
            blue.Add((await gaffer.InsertAsync("jobs", n, new JobOptions { Kind = "blue" }).Soon()).Job.Id);
        }

        var green = (await gaffer.InsertAsync("jobs", 0, new JobOptions { Kind = "green" }).Soon()).Job.Id;
        await UntilAsync(() => _record.Ends.Count == 40, "all that somebody knows has ended");

        Assert.All(red, id => Assert.Equal("a", Assert.Single(_record.NodesOf(id))));
        Assert.All(blue, id => Assert.Equal("b", Assert.Single(_record.NodesOf(id))));
        Assert.Empty(_record.NodesOf(green));
        await _kit.StartAsync(g => g.AddQueue("jobs", o => o with { MaxWorkers = 2 }, _record.On("c", "green")));
        await UntilAsync(() => _record.NodesOf(green) is ["c"], "the new node does the new kind");
    }
}
