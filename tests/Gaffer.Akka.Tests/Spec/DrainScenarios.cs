using Xunit;

namespace Gaffer.Tests.Spec;

public abstract class DrainScenarios(SpecHost host) : QueueTests(host)
{
    [SpecFact("S-67", "S-185")]
    public async Task A_drain_claims_no_more_waits_for_what_runs_and_leaves_the_queue_paused()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, o => o with { MaxWorkers = 2 });
        var running = await StartedAsync(queue, worker);
        Task<DrainResult>[] drains = [Gaffer.DrainAsync(queue), Gaffer.DrainAsync(queue)];
        await UntilAsync(async () => (await InfoAsync(queue)).Status == QueueStatus.Paused, "paused");
        var waiting = await InsertAsync(queue);
        Assert.All(drains, d => Assert.False(d.IsCompleted));
        worker.Of(running.Id).Ends(JobResult.Complete());
        foreach (var drain in drains) Assert.Equal((true, 0), ((await drain.Soon()).Drained, (await drain).StillRunning.Length));
        Assert.False(worker.Of(waiting.Id).IsRunning);
        Assert.Equal((QueueStatus.Paused, 1), ((await InfoAsync(queue)).Status, (await InfoAsync(queue)).Available.Count));
        Assert.True((await Gaffer.DrainAsync(queue, TimeSpan.Zero).Soon()).Drained);
        await Gaffer.ResumeAsync(queue).Soon();
        await worker.Of(waiting.Id).StartedAsync();
        worker.Of(waiting.Id).Ends(JobResult.Complete());
    }

    [SpecFact("S-67", "S-185")]
    public async Task A_drain_whose_time_is_over_says_what_still_runs()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var running = await StartedAsync(queue, worker);
        Assert.Equal((false, running.Id), Told(await Gaffer.DrainAsync(queue, TimeSpan.Zero).Soon()));
        var drain = Gaffer.DrainAsync(queue, TimeSpan.FromSeconds(2));
        Assert.Equal((false, running.Id), Told(await AdvanceUntilAsync(drain, TimeSpan.FromSeconds(1))));
        Assert.Equal(QueueStatus.Paused, (await InfoAsync(queue)).Status);
        worker.Of(running.Id).Ends(JobResult.Complete());
        Assert.True((await Gaffer.DrainAsync(queue).Soon()).Drained);

        static (bool, JobId) Told(DrainResult result) => (result.Drained, Assert.Single(result.StillRunning));
    }

    [SpecFact("S-68", "S-185")]
    public async Task A_flush_waits_for_all_jobs_scheduled_ones_too()
    {
        var queue = await NewObedientQueueAsync();
        var scheduled = await InsertAsync(queue, "Completed", new JobOptions { Delay = TimeSpan.FromSeconds(1) });
        await EndedAsync(queue, JobState.Failed);
        Task<FlushResult>[] flushes = [Gaffer.FlushAsync(queue), Gaffer.FlushAsync(queue, TimeSpan.FromHours(1))];
        Assert.True((await Gaffer.FlushAsync(queue, includeScheduled: false).Soon()).Flushed);
        Assert.All(flushes, f => Assert.False(f.IsCompleted));
        Time.Advance(TimeSpan.FromSeconds(1));
        foreach (var flush in flushes) Assert.Equal(new FlushResult(true, 0, 0, 0), await flush.Soon());
        Assert.Equal(JobState.Completed, (await GetAsync(queue, scheduled.Id)).State);
        Assert.Equal(QueueStatus.Active, (await InfoAsync(queue)).Status);
    }

    [SpecFact("S-68", "S-185")]
    public async Task A_flush_whose_time_is_over_says_what_is_left()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var running = await StartedAsync(queue, worker);
        await InsertAsync(queue);
        await InsertAsync(queue);
        await InsertAsync(queue, options: new JobOptions { Delay = TimeSpan.FromHours(1) });
        var left = new FlushResult(false, 2, 1, 1);
        Assert.Equal(left, await Gaffer.FlushAsync(queue, TimeSpan.Zero).Soon());
        Assert.Equal(left, await Gaffer.FlushAsync(queue, TimeSpan.Zero, includeScheduled: false).Soon());
        var flush = Gaffer.FlushAsync(queue, TimeSpan.FromSeconds(2));
        await InfoAsync(queue);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(left, await flush.Soon());
        await Gaffer.DeleteQueueAsync(queue, DeleteMode.Purge).Soon();
        worker.Of(running.Id).Ends(JobResult.Complete());
    }

    [SpecFact("S-68")]
    public async Task A_flush_may_wait_for_weeks()
    {
        var queue = await NewObedientQueueAsync();
        await InsertAsync(queue, "Completed", new JobOptions { Delay = TimeSpan.FromDays(40) });
        var flush = Gaffer.FlushAsync(queue, TimeSpan.FromDays(30));
        await InfoAsync(queue);
        Time.Advance(TimeSpan.FromDays(21));
        await InfoAsync(queue);
        await InfoAsync(queue);
        Assert.False(flush.IsCompleted);
        Time.Advance(TimeSpan.FromDays(9));
        Assert.Equal(new FlushResult(false, 0, 1, 0), await flush.Soon());
    }

    [SpecFact("S-67", "S-68")]
    public async Task Whoever_waits_for_a_queue_hears_of_its_end()
    {
        var queue = await NewQueueAsync();
        await InsertAsync(queue);
        var flush = Gaffer.FlushAsync(queue);
        await InfoAsync(queue);
        await Gaffer.DeleteQueueAsync(queue, DeleteMode.Purge).Soon();
        await PassTimeUntilAsync(() => flush.IsCompleted, TimeSpan.FromMilliseconds(50), "the flush is answered");
        Assert.True((await flush.Soon()).Flushed);
        await RefusedAsync<UnknownQueueException>(Gaffer.DrainAsync(queue));
        await RefusedAsync<UnknownQueueException>(Gaffer.FlushAsync(queue));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = Gaffer.FlushAsync(queue, TimeSpan.FromSeconds(-2)); });
    }
}

public sealed class DrainInMemory(MemoryHost host) : DrainScenarios(host), IClassFixture<MemoryHost>;

public sealed class DrainInPartitions(PartitionedHost host) : DrainScenarios(host), IClassFixture<PartitionedHost>;

public sealed class DrainOnSqlite(SqliteHost host) : DrainScenarios(host), IClassFixture<SqliteHost>;

public sealed class DrainOnPostgres(PostgresHost host) : DrainScenarios(host), IClassFixture<PostgresHost>;
