using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>The states of a job, the ways between them, and what is counted and kept on the way.</summary>
public abstract class TransitionScenarios(SpecHost host) : WorkSpecTests(host)
{
    [SpecFact("S-70", "S-71", "S-73")]
    public async Task A_claimed_job_executes_since_now_and_its_attempt_does_not_count_yet()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        job = await Gaffer.GetJobAsync(queue, job.Id).Soon();
        Assert.Equal((JobState.Executing, 0, 1, Now), (job.State, job.Attempt, job.Execution, job.AttemptedAt!.Value));
        Assert.Equal((await Gaffer.GetInfoAsync(queue).Soon()).Nodes.Single().Node, job.Node);
        worker.Of(job.Id).Ends(JobResult.Complete());
    }

    [SpecFact("S-70")]
    public async Task Scheduled_and_retrying_jobs_are_available_with_a_time_in_the_future()
    {
        var queue = await NewQueueAsync(Answering(JobResult.Fail("no", TimeSpan.FromHours(1))));
        var scheduled = await InsertAsync(queue, options: new JobOptions { Delay = TimeSpan.FromHours(1) });
        Assert.Equal((JobState.Available, JobDisplayState.Scheduled), (scheduled.State, scheduled.DisplayState(Now)));
        var retrying = await RetryingAsync(queue, (await InsertAsync(queue)).Id);
        Assert.Equal((JobDisplayState.Retrying, Now.AddHours(1)), (retrying.DisplayState(Now), retrying.NextRunAt!.Value));
    }

    [SpecFact("S-71", "S-72", "decision-9")]
    public async Task A_job_is_cancelled_while_it_waits_or_executes_and_never_after_its_end()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var executing = await InsertAsync(queue);
        await worker.Of(executing.Id).StartedAsync();
        var waiting = await InsertAsync(queue);
        foreach (var job in (Job[])[waiting, executing])
        {
            var cancelled = Assert.IsType<CancelResult.Cancelled>(await Gaffer.CancelAsync(queue, job.Id).Soon()).Job;
            Assert.Equal((JobState.Cancelled, 0), (cancelled.State, cancelled.Attempt));
            Assert.Equal(new CancelResult.InvalidTransition(JobState.Cancelled, JobState.Cancelled), await Gaffer.CancelAsync(queue, job.Id).Soon());
        }

        worker.Of(executing.Id).Ends(JobResult.Complete());
    }

    [SpecFact("S-71", "S-72", "decision-9")]
    public async Task A_completed_or_failed_job_cannot_be_cancelled()
    {
        var completed = await PerformedAsync(DoneAsync, JobState.Completed);
        Assert.Equal(new CancelResult.InvalidTransition(JobState.Completed, JobState.Cancelled), await Gaffer.CancelAsync(completed.Queue, completed.Id).Soon());
        var failed = await PerformedAsync(Answering(JobResult.Fail("no")), JobState.Failed, q => q with { MaxAttempts = 1 });
        Assert.Equal(new CancelResult.InvalidTransition(JobState.Failed, JobState.Cancelled), await Gaffer.CancelAsync(failed.Queue, failed.Id).Soon());
    }

    [SpecFact("S-72")]
    public async Task Only_a_retry_by_hand_leads_out_of_a_terminal_state_and_gives_one_more_attempt()
    {
        var failed = await PerformedAsync(Answering(JobResult.Fail("no"), JobResult.Complete()), JobState.Failed, q => q with { MaxAttempts = 1 });
        var retried = Assert.IsType<RetryResult.Retried>(await Gaffer.RetryAsync(failed.Queue, failed.Id).Soon()).Job;
        Assert.Equal((JobState.Available, 1, 2, null), (retried.State, retried.Attempt, retried.MaxAttempts, retried.FinishedAt));
        var completed = await WhenAsync(failed.Queue, failed.Id, JobState.Completed);
        Assert.Equal((2, 2), (completed.Attempt, completed.Execution));
        Assert.Single(completed.Errors);
    }

    [SpecFact("S-71")]
    public async Task An_executing_job_cannot_be_retried_by_hand()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        Assert.Equal(new RetryResult.InvalidTransition(JobState.Executing, JobState.Available), await Gaffer.RetryAsync(queue, job.Id).Soon());
        worker.Of(job.Id).Ends(JobResult.Complete());
    }

    [SpecFact("S-100", "decision-1")]
    public async Task Executions_that_complete_or_fail_count_and_each_execution_has_a_larger_fencing_token()
    {
        List<(int Attempt, int Token, bool IsLast)> seen = [];
        var answers = Answering(JobResult.Snooze(TimeSpan.Zero), JobResult.Fail("once", TimeSpan.Zero), JobResult.Snooze(TimeSpan.Zero), JobResult.Complete());
        var job = await PerformedAsync(
            (job, stop) =>
            {
                seen.Add((job.AttemptNumber, job.FencingToken, job.IsLastAttempt));
                return answers(job, stop);
            },
            JobState.Completed,
            q => q with { MaxAttempts = 2 });
        Assert.Equal([(1, 1, false), (1, 2, false), (2, 3, true), (2, 4, true)], seen);
        Assert.Equal((2, 4, 2), (job.Attempt, job.Execution, job.Snoozes));
        Assert.Equal([ExecutionOutcome.Snoozed, ExecutionOutcome.Failed, ExecutionOutcome.Snoozed, ExecutionOutcome.Completed], job.History.Select(e => e.Outcome));
    }

    [SpecFact("decision-1", "S-113", "defect-3", "defect-8")]
    public async Task A_job_that_takes_its_node_with_it_runs_out_of_attempts()
    {
        var hang = new TaskCompletionSource<JobResult>();
        var queue = await NewQueueAsync(
            (job, _) =>
            {
                CrashSupervisor(job);
                return hang.Task;
            },
            q => q with { MaxAttempts = 2 });
        var job = await InsertAsync(queue);
        job = await AdvanceUntilAsync(WhenAsync(queue, job.Id, JobState.Failed), Second);
        hang.SetResult(JobResult.Complete());
        Assert.Equal((2, 2), (job.Attempt, job.Errors.Count));
        Assert.All(job.Errors, e => Assert.Equal((JobErrorKind.NodeLost, JobErrorActor.Runner), (e.Error.Kind, e.Error.Actor)));
    }

    [SpecFact("S-113", "defect-3")]
    public async Task A_job_that_was_lost_is_rescued_at_once_and_runs_again()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { Backoff = Backoff.Fixed(TimeSpan.FromHours(1)), GlobalMaxWorkers = 1 });
        var job = await InsertAsync(queue);
        CrashSupervisor(await worker.Of(job.Id).StartedAsync());
        await AdvanceUntilAsync(worker.Of(job.Id, execution: 2).StartedAsync(), Second);
        worker.Of(job.Id).Ends(JobResult.Fail("of the first execution"));
        worker.Of(job.Id, execution: 2).Ends(JobResult.Complete());
        job = await WhenAsync(queue, job.Id, JobState.Completed);
        Assert.Equal(JobErrorKind.NodeLost, Assert.Single(job.Errors).Error.Kind);
    }

    [SpecFact("decision-2", "S-71", "defect-1", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task A_cancelled_job_stays_cancelled_whatever_its_worker_reports()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await InsertAsync(queue);
        var next = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        await Gaffer.CancelAsync(queue, job.Id, "not wanted").Soon();
        await StoppedAsync(worker.Of(job.Id).Stop);
        worker.Of(job.Id).Ends(JobResult.Complete("late"));
        await worker.Of(next.Id).StartedAsync(); // takes the place of the first, so the end of that one was heard
        worker.Of(next.Id).Ends(JobResult.Complete());
        job = await Gaffer.GetJobAsync(queue, job.Id).Soon();
        Assert.Equal((JobState.Cancelled, "not wanted", Now, null), (job.State, job.CancelReason, job.CancelledAt!.Value, job.ResultJson));
        Assert.Equal(ExecutionOutcome.Cancelled, Assert.Single(job.History).Outcome);
    }

    [SpecFact("decision-2", "defect-2", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task A_job_that_is_deleted_while_it_executes_is_stopped_and_does_not_come_back()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await InsertAsync(queue);
        var next = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        await Gaffer.DeleteAsync(queue, job.Id).Soon();
        await StoppedAsync(worker.Of(job.Id).Stop);
        worker.Of(job.Id).Ends(JobResult.Complete());
        await worker.Of(next.Id).StartedAsync();
        worker.Of(next.Id).Ends(JobResult.Complete());
        Assert.Null(await Gaffer.TryGetJobAsync(queue, job.Id).Soon());
        await WhenAsync(queue, next.Id, JobState.Completed);
        Assert.Equal([next.Id], (await Gaffer.ListPageAsync(queue, JobFilter.All).Soon()).Jobs.Select(j => j.Id));
    }

    [SpecFact("decision-1", "S-12")]
    public async Task A_job_has_a_history_of_its_executions()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await InsertAsync(queue);
        var start = Now;
        await worker.Of(job.Id).StartedAsync();
        Time.Advance(Second);
        worker.Of(job.Id).Ends(JobResult.Fail("first"));
        await RetryingAsync(queue, job.Id);
        Time.Advance(Second);
        await worker.Of(job.Id, execution: 2).StartedAsync();
        Time.Advance(Second);
        worker.Of(job.Id, execution: 2).Ends(JobResult.Complete());
        job = await WhenAsync(queue, job.Id, JobState.Completed);
        var error = Assert.Single(job.Errors);
        Assert.Equal((1, "first", start + Second), (error.Attempt, error.Error.Message, error.At));
        Assert.Equal(
            [new(1, 1, start, start + Second, job.Node!, ExecutionOutcome.Failed, error.Error), new(2, 2, start + (2 * Second), start + (3 * Second), job.Node!, ExecutionOutcome.Completed)],
            job.History.ToArray<JobExecution>());
    }
}

[Collection(nameof(WorkInMemory))]
public sealed class TransitionInMemory(MemoryHost host) : TransitionScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class TransitionInPartitions(PartitionedHost host) : TransitionScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class TransitionOnSqlite(SqliteHost host) : TransitionScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class TransitionOnPostgres(PostgresHost host) : TransitionScenarios(host);
