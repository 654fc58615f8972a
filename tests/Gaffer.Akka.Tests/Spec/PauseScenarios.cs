using Xunit;

namespace Gaffer.Tests.Spec;

public abstract class PauseScenarios(SpecHost host) : QueueTests(host)
{
    [SpecFact("S-58", "S-59", "S-131", "S-166")]
    public async Task Pausing_and_resuming_twice_changes_nothing_and_tells_nobody()
    {
        var queue = await NewQueueAsync();
        Assert.True((await Gaffer.ResumeAsync(queue).Soon()).AlreadyActive);
        Assert.False((await Gaffer.PauseAsync(queue).Soon()).AlreadyPaused);
        Assert.True((await Gaffer.PauseAsync(queue).Soon()).AlreadyPaused);
        Assert.Equal(QueueStatus.Paused, (await InfoAsync(queue)).Status);
        Assert.False((await Gaffer.ResumeAsync(queue).Soon()).AlreadyActive);
        Assert.True((await Gaffer.ResumeAsync(queue).Soon()).AlreadyActive);
        Assert.Equal(QueueStatus.Active, (await InfoAsync(queue)).Status);
        await InsertAsync(queue);
        Assert.Equal("QueueCreated QueuePaused QueueResumed JobInserted", await EventsUntilAsync<JobInserted>(queue));
        Assert.All(Events.Of(queue), e => Assert.Equal((EventActor.User, Now), (e.Actor, e.At)));
    }

    [SpecFact("S-58", "S-59")]
    public async Task A_queue_that_is_unknown_is_neither_paused_nor_resumed()
    {
        await RefusedAsync<UnknownQueueException>(Gaffer.PauseAsync(NewName()));
        await RefusedAsync<UnknownQueueException>(Gaffer.ResumeAsync(NewName()));
    }

    [SpecFact("S-130", "S-59")]
    public async Task A_paused_queue_takes_jobs_and_claims_none_until_it_is_resumed()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, o => o with { MaxWorkers = 2 });
        var running = await StartedAsync(queue, worker);
        await Gaffer.PauseAsync(queue).Soon();
        var waiting = await InsertAsync(queue);
        worker.Of(running.Id).Ends(JobResult.Complete(7));
        Assert.Equal(7, (await WhenAsync(queue, running.Id, JobState.Completed)).ResultAs<int>());
        Assert.Equal(0, await Gaffer.PollAsync(queue).Soon());
        Assert.False(worker.Of(waiting.Id).IsRunning);
        Assert.Equal(JobState.Available, (await GetAsync(queue, waiting.Id)).State);

        await Gaffer.ResumeAsync(queue).Soon();
        await worker.Of(waiting.Id).StartedAsync();
        worker.Of(waiting.Id).Ends(JobResult.Complete());
        await FlushAsync(queue);
    }

    [SpecFact("S-130")]
    public async Task A_paused_queue_lets_a_running_job_fail_and_does_not_retry_it()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, o => o with { Backoff = Backoff.Fixed(TimeSpan.Zero) });
        var job = await StartedAsync(queue, worker);
        await Gaffer.PauseAsync(queue).Soon();
        worker.Of(job.Id).Ends(JobResult.Fail("boom"));
        Assert.Equal("boom", Assert.Single((await WhenAsync(queue, job.Id, JobState.Available)).Errors).Error.Message);
        await Gaffer.ResumeAsync(queue).Soon();
        await worker.Of(job.Id, 2).StartedAsync();
        worker.Of(job.Id, 2).Ends(JobResult.Complete());
        await FlushAsync(queue);
    }

    [SpecFact("S-130", "S-66")]
    public async Task A_paused_queue_can_be_pruned_by_hand()
    {
        var queue = await NewObedientQueueAsync(o => o with { Prune = PruneOptions.Seed with { Interval = TimeSpan.FromHours(1) } });
        var job = await EndedAsync(queue, JobState.Completed);
        await Gaffer.PauseAsync(queue).Soon();
        Assert.Equal([job.Id], await Gaffer.PruneAsync(queue).Soon());
    }

    [SpecFact("S-130", "S-122")]
    public async Task The_pruner_leaves_a_paused_queue_alone()
    {
        var prune = PruneOptions.Seed with { Interval = TimeSpan.FromSeconds(1) };
        var paused = await NewObedientQueueAsync(o => o with { Prune = prune });
        var active = await NewObedientQueueAsync(o => o with { Prune = prune });
        var kept = await EndedAsync(paused, JobState.Completed);
        await EndedAsync(active, JobState.Completed);
        await Gaffer.PauseAsync(paused).Soon();
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await UntilAsync(async () => (await JobsAsync(active)).Count == 0, "pruned");
            await EndedAsync(active, JobState.Completed);
        }

        Assert.Equal([kept.Id], (await JobsAsync(paused)).Select(j => j.Id));
        await Gaffer.ResumeAsync(paused).Soon();
        Time.Advance(TimeSpan.FromSeconds(1));
        await Events.FirstAsync<JobDeleted>(paused, e => e.Job == kept.Id && e.Actor == EventActor.Pruner);
    }
}

public sealed class PauseInMemory(MemoryHost host) : PauseScenarios(host), IClassFixture<MemoryHost>;

public sealed class PauseInPartitions(PartitionedHost host) : PauseScenarios(host), IClassFixture<PartitionedHost>;

public sealed class PauseOnSqlite(SqliteHost host) : PauseScenarios(host), IClassFixture<SqliteHost>;

public sealed class PauseOnPostgres(PostgresHost host) : PauseScenarios(host), IClassFixture<PostgresHost>;
