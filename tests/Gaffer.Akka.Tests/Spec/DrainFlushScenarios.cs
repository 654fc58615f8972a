using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>Waiting for the running jobs, and for all jobs.</summary>
public abstract class DrainFlushScenarios(SpecHost host) : WorkSpecTests(host)
{
    private readonly HeldWorker _worker = new();

    [SpecFact("S-67", "decision-6")]
    public async Task A_drain_stops_claims_waits_for_the_running_jobs_and_leaves_the_queue_paused()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync);
        var running = await InsertAsync(queue);
        await _worker.Of(running.Id).StartedAsync();
        var waiting = await InsertAsync(queue);
        var drains = (Task<DrainResult>[])[Gaffer.DrainAsync(queue), Gaffer.DrainAsync(queue)];
        await InfoAsync(queue, info => info.Status == QueueStatus.Paused);
        Assert.DoesNotContain(drains, d => d.IsCompleted);
        Complete(running);
        foreach (var drain in drains) Assert.True((await drain.Soon()) is { Drained: true, StillRunning.IsEmpty: true });
        Assert.Equal((QueueStatus.Paused, 1), await StatusAndAvailableAsync(queue));
        await Gaffer.ResumeAsync(queue).Soon();
        await _worker.Of(waiting.Id).StartedAsync();
        Complete(waiting);
        await FlushAsync(queue);
    }

    [SpecFact("S-67", "decision-6")]
    public async Task A_drain_that_takes_too_long_says_which_jobs_still_run()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { MaxWorkers = 2 });
        var (first, second) = (await InsertAsync(queue), await InsertAsync(queue));
        await _worker.Of(first.Id).StartedAsync();
        await _worker.Of(second.Id).StartedAsync();
        var drain = Gaffer.DrainAsync(queue, 2 * Second);
        await InfoAsync(queue, info => info.Status == QueueStatus.Paused);
        Complete(first);
        await WhenAsync(queue, first.Id, JobState.Completed);
        Time.Advance(2 * Second);
        var result = await drain.Soon();
        Assert.Equal((false, second.Id), (result.Drained, Assert.Single(result.StillRunning)));
        Complete(second);
        Assert.True((await Gaffer.DrainAsync(queue).Soon()).Drained);
        Assert.Equal(QueueStatus.Paused, (await Gaffer.GetInfoAsync(queue).Soon()).Status);
    }

    [SpecFact("S-67", "decision-6")]
    public async Task A_drain_does_not_wait_for_jobs_that_wait_themselves()
    {
        var queue = await NewQueueAsync(Answering(JobResult.Fail("once")));
        await RetryingAsync(queue, (await InsertAsync(queue)).Id);
        await InsertAsync(queue, options: new JobOptions { Delay = Second });
        Assert.True((await Gaffer.DrainAsync(queue).Soon()).Drained);
        Assert.Equal((QueueStatus.Paused, 2), await StatusAndAvailableAsync(queue));
    }

    [SpecFact("S-67", "decision-6")]
    public async Task A_job_that_fails_during_a_drain_is_retried_only_after_it()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { Backoff = Backoff.Fixed(TimeSpan.Zero) });
        var job = await InsertAsync(queue);
        await _worker.Of(job.Id).StartedAsync();
        var drain = Gaffer.DrainAsync(queue);
        await InfoAsync(queue, info => info.Status == QueueStatus.Paused);
        _worker.Of(job.Id).Ends(JobResult.Fail("once"));
        Assert.True((await drain.Soon()).Drained);
        Assert.Equal((QueueStatus.Paused, 1), await StatusAndAvailableAsync(queue));
        await Gaffer.ResumeAsync(queue).Soon();
        await _worker.Of(job.Id, execution: 2).StartedAsync();
        _worker.Of(job.Id, execution: 2).Ends(JobResult.Complete());
        await FlushAsync(queue);
    }

    [SpecFact("S-68", "decision-6", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task A_flush_waits_for_running_waiting_and_retrying_jobs()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync);
        var (first, second) = (await InsertAsync(queue), await InsertAsync(queue));
        var flushes = (Task<FlushResult>[])[Gaffer.FlushAsync(queue), Gaffer.FlushAsync(queue)];
        await _worker.Of(first.Id).StartedAsync();
        _worker.Of(first.Id).Ends(JobResult.Fail("once"));
        await _worker.Of(second.Id).StartedAsync();
        Complete(second);
        await InfoAsync(queue, info => info is { Executing.Count: 0, Scheduled: 1 });
        Assert.DoesNotContain(flushes, f => f.IsCompleted);
        Time.Advance(Second);
        await _worker.Of(first.Id, execution: 2).StartedAsync();
        _worker.Of(first.Id, execution: 2).Ends(JobResult.Complete());
        foreach (var flush in flushes) Assert.Equal(new FlushResult(true, 0, 0, 0), await flush.Soon());
        Assert.Equal(QueueStatus.Active, (await Gaffer.GetInfoAsync(queue).Soon()).Status);
    }

    [SpecFact("S-68", "decision-6")]
    public async Task A_flush_may_leave_out_what_is_scheduled()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync);
        var now = await InsertAsync(queue);
        await InsertAsync(queue, options: new JobOptions { Delay = TimeSpan.FromDays(1) });
        var flush = Gaffer.FlushAsync(queue, includeScheduled: false);
        await _worker.Of(now.Id).StartedAsync();
        Assert.False(flush.IsCompleted);
        Complete(now);
        Assert.Equal(new FlushResult(true, 0, 1, 0), await flush.Soon());
    }

    [SpecFact("S-68", "decision-6")]
    public async Task A_flush_that_takes_too_long_says_what_is_left()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync);
        var running = await InsertAsync(queue);
        await _worker.Of(running.Id).StartedAsync();
        await InsertAsync(queue);
        await InsertAsync(queue, options: new JobOptions { Delay = TimeSpan.FromDays(1) });
        var flush = Gaffer.FlushAsync(queue, 2 * Second);
        await Gaffer.PauseAsync(queue).Soon(); // asked after it, answered after it
        Time.Advance(2 * Second);
        Assert.Equal(new FlushResult(false, 1, 1, 1), await flush.Soon());
        Complete(running);
        Assert.True((await Gaffer.DrainAsync(queue).Soon()).Drained);
    }

    [SpecFact("S-68")]
    public async Task A_flush_of_a_paused_queue_waits_until_its_jobs_are_gone()
    {
        var queue = await NewQueueAsync(DoneAsync);
        await Gaffer.PauseAsync(queue).Soon();
        var job = await InsertAsync(queue);
        var flush = Gaffer.FlushAsync(queue);
        Assert.Equal((QueueStatus.Paused, 1), await StatusAndAvailableAsync(queue));
        Assert.False(flush.IsCompleted);
        await Gaffer.CancelAsync(queue, job.Id).Soon();
        Assert.True((await flush.Soon()).Flushed);
    }

    [SpecFact("S-68", "decision-4")]
    public async Task A_flush_is_answered_whenever_it_is_asked()
    {
        var queue = await NewQueueAsync(DoneAsync);
        for (var rounds = 0; rounds < 100; rounds++) // it may come while the last change is being written
        {
            await InsertAsync(queue);
            await FlushAsync(queue);
        }
    }

    [SpecFact("S-67", "S-68")]
    public async Task An_empty_queue_is_drained_and_flushed_at_once()
    {
        var queue = await NewQueueAsync();
        Assert.True((await Gaffer.FlushAsync(queue, TimeSpan.Zero).Soon()).Flushed);
        Assert.True((await Gaffer.DrainAsync(queue, TimeSpan.Zero).Soon()).Drained);
    }

    private void Complete(Job job) => _worker.Of(job.Id).Ends(JobResult.Complete());

    private async Task<(QueueStatus Status, long Available)> StatusAndAvailableAsync(QueueName queue)
    {
        var info = await Gaffer.GetInfoAsync(queue).Soon();
        return (info.Status, info.Available.Count);
    }
}

[Collection(nameof(WorkInMemory))]
public sealed class DrainFlushInMemory(MemoryHost host) : DrainFlushScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class DrainFlushInPartitions(PartitionedHost host) : DrainFlushScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class DrainFlushOnSqlite(SqliteHost host) : DrainFlushScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class DrainFlushOnPostgres(PostgresHost host) : DrainFlushScenarios(host);
