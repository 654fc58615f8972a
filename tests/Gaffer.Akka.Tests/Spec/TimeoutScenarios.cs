using Akka.Actor;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What becomes of attempts that take too long, and that what is wrong with one worker harms nobody else.</summary>
public abstract class TimeoutScenarios(SpecHost host) : WorkSpecTests(host)
{
    private static QueueOptions Short(QueueOptions queue) => queue with { Timeout = 2 * Second, ShutdownTimeout = Second, MaxAttempts = 2, Backoff = Backoff.Fixed(Second) };

    [SpecFact("S-110", "S-111", "S-112", "decision-7", "defect-5")]
    public async Task An_attempt_that_takes_too_long_is_told_to_stop_and_has_failed_with_a_timeout()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, Short);
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        Time.Advance(2 * Second);
        await StoppedAsync(worker.Of(job.Id).Stop);
        worker.Of(job.Id).Ends(JobResult.Complete("too late"));
        job = await RetryingAsync(queue, job.Id);
        var error = Assert.Single(job.Errors).Error;
        Assert.Equal((JobErrorKind.Timeout, JobErrorActor.Runner), (error.Kind, error.Actor));
        Assert.Equal((Now + Second, null), (job.ScheduledAt!.Value, job.ResultJson));
        Assert.Equal(EventActor.Runner, (await Events.FirstAsync<JobFailed>(queue)).Actor);
        Time.Advance(Second);
        await worker.Of(job.Id, execution: 2).StartedAsync();
        worker.Of(job.Id, execution: 2).Ends(JobResult.Complete());
        await WhenAsync(queue, job.Id, JobState.Completed);
    }

    [SpecFact("S-85", "S-111")]
    public async Task A_worker_that_obeys_its_token_at_the_time_out_has_timed_out()
    {
        var started = new TaskCompletionSource();
        var queue = await NewQueueAsync(
            async (_, stop) =>
            {
                started.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                return JobResult.Complete();
            },
            q => Short(q) with { MaxAttempts = 1 });
        var job = await InsertAsync(queue);
        await started.Task.Soon();
        Time.Advance(2 * Second);
        job = await WhenAsync(queue, job.Id, JobState.Failed);
        Assert.Equal(JobErrorKind.Timeout, Assert.Single(job.Errors).Error.Kind);
    }

    [SpecFact("S-110", "decision-7", "S-30")]
    public async Task Code_that_ignores_its_token_is_abandoned_after_the_grace_and_counted_until_it_returns()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => Short(q) with { MaxAttempts = 1 });
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        var next = await InsertAsync(queue);
        Time.Advance(2 * Second);
        await StoppedAsync(worker.Of(job.Id).Stop);
        Assert.Equal(JobState.Executing, (await Gaffer.GetJobAsync(queue, job.Id).Soon()).State); // it has its grace
        Time.Advance(Second);
        Assert.Equal(JobErrorKind.Timeout, Assert.Single((await WhenAsync(queue, job.Id, JobState.Failed)).Errors).Error.Kind);
        await worker.Of(next.Id).StartedAsync();
        worker.Of(next.Id).Ends(JobResult.Complete());
        await InfoAsync(queue, info => info.Zombies == 1);
        worker.Of(job.Id).Ends(JobResult.Complete("much too late"));
        await AdvanceUntilAsync(InfoAsync(queue, info => info.Zombies == 0), Second);
        Assert.Equal((JobState.Failed, 1), ((await Gaffer.GetJobAsync(queue, job.Id).Soon()).State, job.Attempt + 1));
    }

    [SpecFact("S-110", "S-64", "decision-2", "decision-7")]
    public async Task Code_that_ignores_a_cancellation_loses_its_place_after_the_grace()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, Short);
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        var next = await InsertAsync(queue);
        await Gaffer.CancelAsync(queue, job.Id).Soon();
        await StoppedAsync(worker.Of(job.Id).Stop);
        Time.Advance(Second);
        await worker.Of(next.Id).StartedAsync();
        worker.Of(next.Id).Ends(JobResult.Complete());
        worker.Of(job.Id).Ends(JobResult.Complete());
        await WhenAsync(queue, next.Id, JobState.Completed);
        Assert.Equal(JobState.Cancelled, (await Gaffer.GetJobAsync(queue, job.Id).Soon()).State);
    }

    [SpecFact("S-110")]
    public async Task The_time_of_an_attempt_counts_from_its_start()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, Short);
        var first = await InsertAsync(queue);
        await worker.Of(first.Id).StartedAsync();
        var second = await InsertAsync(queue);
        Time.Advance(1.5 * Second);
        worker.Of(first.Id).Ends(JobResult.Complete());
        await worker.Of(second.Id).StartedAsync();
        Time.Advance(1.5 * Second);
        worker.Of(second.Id).Ends(JobResult.Complete());
        Assert.Empty((await WhenAsync(queue, second.Id, JobState.Completed)).Errors);
    }

    [SpecFact("S-88", "S-85")]
    public Task A_worker_that_throws_costs_its_own_attempt_alone() => CostsItsOwnAttemptAsync(JobWorker.FromDelegate((_, _) => throw new InvalidOperationException("boom")));

    [SpecFact("S-88", "S-86")]
    public Task A_worker_that_returns_null_costs_its_own_attempt_alone() => CostsItsOwnAttemptAsync(JobWorker.FromDelegate((_, _) => null!));

    [SpecFact("S-88", "S-110")]
    public async Task A_worker_that_hangs_costs_its_own_attempt_alone()
    {
        var hang = new TaskCompletionSource<JobResult>();
        await CostsItsOwnAttemptAsync(JobWorker.FromDelegate((_, _) => hang.Task), JobErrorKind.Timeout);
        hang.SetResult(JobResult.Complete());
    }

    [SpecFact("S-88", "S-110")]
    public async Task A_worker_that_blocks_its_thread_costs_its_own_attempt_alone()
    {
        using var block = new ManualResetEventSlim();
        await CostsItsOwnAttemptAsync(
            JobWorker.FromDelegate((_, _) =>
            {
                block.Wait(Patience.Longest, CancellationToken.None); // whatever its token says
                return Task.FromResult(JobResult.Complete());
            }),
            JobErrorKind.Timeout);
        block.Set();
    }

    [SpecFact("S-88", "S-110")]
    public Task A_worker_that_never_answers_its_actor_costs_its_own_attempt_alone() => CostsItsOwnAttemptAsync(ActingWorker.Of((_, _) => { }), JobErrorKind.Timeout);

    [SpecFact("S-88", "S-87")]
    public Task A_worker_whose_actor_crashes_costs_its_own_attempt_alone() =>
        CostsItsOwnAttemptAsync(ActingWorker.Of((_, _) => throw new InvalidOperationException("boom")), JobErrorKind.WorkerTerminated);

    [SpecFact("S-88", "S-87")]
    public Task A_worker_whose_actor_stops_its_parent_costs_its_own_attempt_alone() =>
        CostsItsOwnAttemptAsync(ActingWorker.Of((_, context) => context.Stop(context.Parent)), JobErrorKind.WorkerTerminated);

    [SpecFact("S-88", "S-113")]
    public Task A_worker_whose_supervisor_crashes_costs_its_own_attempt_alone() =>
        CostsItsOwnAttemptAsync(
            JobWorker.FromDelegate(async (job, stop) =>
            {
                CrashSupervisor(job);
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                return JobResult.Complete();
            }),
            JobErrorKind.NodeLost);

    // While the bad worker has its job, another queue goes on; then the next job of its queue is done.
    private async Task CostsItsOwnAttemptAsync(JobWorker bad, JobErrorKind? kind = null)
    {
        var other = await NewQueueAsync(DoneAsync);
        var queue = await NewQueueAsync(q => Short(q) with { MaxAttempts = 1 }, [bad, JobWorker.FromDelegate(DoneAsync, "good")]);
        var job = await InsertAsync(queue);
        await UntilAsync(queue, job.Id, j => j.Execution == 1);
        var next = await InsertAsync(queue, options: new JobOptions { Kind = "good" });
        await WhenAsync(other, (await InsertAsync(other)).Id, JobState.Completed);
        job = await AdvanceUntilAsync(WhenAsync(queue, job.Id, JobState.Failed), 0.5 * Second);
        Assert.Equal((1, 1), (job.Attempt, job.Errors.Count));
        if (kind is not null) Assert.Equal(kind, job.Errors[0].Error.Kind);
        next = await AdvanceUntilAsync(WhenAsync(queue, next.Id, JobState.Completed), 0.5 * Second);
        Assert.Equal((1, 0), (next.Attempt, next.Errors.Count));
    }
}

[Collection(nameof(WorkInMemory))]
public sealed class TimeoutInMemory(MemoryHost host) : TimeoutScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class TimeoutInPartitions(PartitionedHost host) : TimeoutScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class TimeoutOnSqlite(SqliteHost host) : TimeoutScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class TimeoutOnPostgres(PostgresHost host) : TimeoutScenarios(host);
