using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What is kept over a restart of the only node.</summary>
public sealed class RestartedNodeTests : IAsyncLifetime
{
    private readonly SpecNode _node = new();

    private IGaffer Gaffer => _node.Gaffer;

    public Task InitializeAsync() => _node.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [SpecFact("defect-9", "decision-3", "S-35", "S-58")]
    public async Task A_pause_and_the_options_survive_a_restart()
    {
        await Gaffer.CreateQueueAsync(new QueueOptions { Name = "q", MaxWorkers = 3, OnFailed = null, Priority = 4 }).Soon();
        var before = await Gaffer.UpdateQueueAsync("q", q => q with { MaxAttempts = 7 }).Soon();
        await Gaffer.PauseAsync("q").Soon();
        await RestartAsync();
        Assert.Equal(before, await Gaffer.GetQueueAsync("q").Soon());
        Assert.Equal(QueueStatus.Paused, (await Gaffer.GetInfoAsync("q").Soon()).Status);
        Assert.True((await Gaffer.PauseAsync("q").Soon()).AlreadyPaused);
    }

    [SpecFact("defect-15", "S-57")]
    public async Task After_a_restart_the_queues_that_nobody_serves_are_found()
    {
        await Gaffer.CreateQueueAsync(new QueueOptions { Name = "orphaned" }).Soon();
        await RestartAsync();
        var served = JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.Complete()));
        await Gaffer.CreateQueueAsync(new QueueOptions { Name = "served" }).Soon();
        await Gaffer.ServeAsync("served", [served]).Soon();
        IReadOnlyList<QueueSummary> orphans;
        while ((orphans = await Gaffer.OrphanedQueuesAsync().Soon()).Count != 1) await Task.Yield();
        Assert.Equal("orphaned", orphans.Single().Name.Value);
    }

    [SpecFact("S-71", "decision-1", "S-30", "S-182")]
    public async Task A_node_that_stops_gives_its_jobs_back_and_that_does_not_count()
    {
        var worker = new HeldWorker();
        await Gaffer.CreateQueueAsync(new QueueOptions { Name = "q" }).Soon();
        await Gaffer.ServeAsync("q", [JobWorker.FromDelegate(worker.PerformAsync)]).Soon();
        var job = (await Gaffer.InsertAsync("q", "payload").Soon()).Job;
        await worker.Of(job.Id).StartedAsync();
        await RestartAsync();
        job = await Gaffer.GetJobAsync("q", job.Id).Soon();
        Assert.Equal((JobState.Available, 0, 1), (job.State, job.Attempt, job.Execution));
        Assert.Equal(ExecutionOutcome.Released, Assert.Single(job.History).Outcome);
        await Gaffer.ServeAsync("q", [JobWorker.FromDelegate(worker.PerformAsync)]).Soon();
        Assert.Equal((1, 2), await worker.Of(job.Id, execution: 2).StartedAsync() is var again ? (again.AttemptNumber, again.FencingToken) : default);
        worker.Of(job.Id, execution: 2).Ends(JobResult.Complete());
        Assert.True((await Gaffer.FlushAsync("q").Soon()).Flushed);
    }

    [SpecFact("S-90", "S-181", "S-44", "S-72")]
    public async Task What_jobs_wait_for_survives_a_restart()
    {
        var worker = new HeldWorker();
        await Gaffer.CreateQueueAsync(new QueueOptions { Name = "q", MaxWorkers = 9 }).Soon();
        await Gaffer.ServeAsync("q", [JobWorker.FromDelegate(worker.PerformAsync)]).Soon();
        var chain = new JobOptions { Chain = "a" };
        var retrying = (await Gaffer.InsertAsync("q", "retrying", chain).Soon()).Job;
        await worker.Of(retrying.Id).StartedAsync();
        worker.Of(retrying.Id).Ends(JobResult.Fail("once", TimeSpan.FromHours(2)));
        while ((await Gaffer.GetInfoAsync("q").Soon()).Scheduled == 0) await Task.Yield();
        var behind = (await Gaffer.InsertAsync("q", "behind", chain).Soon()).Job;
        var unique = (await Gaffer.InsertAsync("q", "unique", new JobOptions { UniqueKey = "u", Delay = TimeSpan.FromHours(1) }).Soon()).Job;
        await RestartAsync();
        await Gaffer.ServeAsync("q", [JobWorker.FromDelegate(worker.PerformAsync)]).Soon();
        Assert.True((await Gaffer.InsertAsync("q", "another", new JobOptions { UniqueKey = "u" }).Soon()).IsDuplicate);
        _node.Time.Advance(TimeSpan.FromHours(1));
        await worker.Of(unique.Id).StartedAsync();
        worker.Of(unique.Id).Ends(JobResult.Complete());
        Assert.Equal((1, 2), await Gaffer.GetInfoAsync("q").Soon() is var info ? (info.Blocked, info.Available.Count) : default);
        _node.Time.Advance(TimeSpan.FromHours(1));
        await worker.Of(retrying.Id, execution: 2).StartedAsync();
        worker.Of(retrying.Id, execution: 2).Ends(JobResult.Complete());
        await worker.Of(behind.Id).StartedAsync();
        worker.Of(behind.Id).Ends(JobResult.Complete());
        Assert.True((await Gaffer.FlushAsync("q").Soon()).Flushed);
    }

    private async Task RestartAsync()
    {
        await _node.StopAsync();
        await _node.StartAsync();
    }
}
