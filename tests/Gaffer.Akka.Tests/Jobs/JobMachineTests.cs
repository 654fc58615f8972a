using System.Text;
using Xunit;

namespace Gaffer.Tests;

public class JobMachineTests
{
    private static readonly DateTimeOffset Later = Given.Noon.AddSeconds(10);
    private static readonly DateTimeOffset MuchLater = Given.Noon.AddHours(1);

    private static readonly Dictionary<string, Func<JobId, QueueChange>> Changes = new()
    {
        ["claim"] = id => new QueueChange.Claimed(Later, id, Given.NodeB),
        ["complete"] = id => new QueueChange.Completed(Later, id, null),
        ["fail and retry"] = id => new QueueChange.Failed(Later, id, Given.Error, MuchLater),
        ["fail"] = id => new QueueChange.Failed(Later, id, Given.Error, null),
        ["cancel"] = id => new QueueChange.Cancelled(Later, id, "why", EventActor.User, Guid.Empty),
        ["snooze"] = id => new QueueChange.Snoozed(Later, id, MuchLater),
        ["release"] = id => new QueueChange.Released(Later, id),
        ["retry by hand"] = id => new QueueChange.Retried(Later, id, Guid.Empty),
    };

    // What each change makes of a job in each state. What is not here does not exist.
    private static readonly Dictionary<(JobState From, string Change), JobState> Legal = new()
    {
        [(JobState.Available, "claim")] = JobState.Executing,
        [(JobState.Available, "cancel")] = JobState.Cancelled,
        [(JobState.Available, "retry by hand")] = JobState.Available,
        [(JobState.Executing, "complete")] = JobState.Completed,
        [(JobState.Executing, "fail and retry")] = JobState.Available,
        [(JobState.Executing, "fail")] = JobState.Failed,
        [(JobState.Executing, "cancel")] = JobState.Cancelled,
        [(JobState.Executing, "snooze")] = JobState.Available,
        [(JobState.Executing, "release")] = JobState.Available,
        [(JobState.Completed, "retry by hand")] = JobState.Available,
        [(JobState.Cancelled, "retry by hand")] = JobState.Available,
        [(JobState.Failed, "retry by hand")] = JobState.Available,
    };

    public static TheoryData<JobState, string> EveryPair
    {
        get
        {
            var pairs = new TheoryData<JobState, string>();
            foreach (var state in JobStates.All)
            {
                foreach (var change in Changes.Keys) pairs.Add(state, change);
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    [Trait("spec", "S-71")]
    [Trait("spec", "S-72")]
    public void A_change_is_legal_or_refused(JobState from, string change)
    {
        var job = Given.In(from);
        var apply = () => JobMachine.Apply(job, Changes[change](job.Id));

        if (Legal.TryGetValue((from, change), out var to)) Assert.Equal(to, apply().State);
        else Assert.Contains(from.ToString(), Assert.Throws<InvalidTransitionException>(apply).Message, StringComparison.Ordinal);
        Assert.Equal(from, job.State);
    }

    [Fact]
    [Trait("spec", "S-70")]
    [Trait("spec", "S-71")]
    public void The_transitions_are_those_of_gaffer()
    {
        var legal = from f in JobStates.All from t in JobStates.All where JobMachine.CanMove(f, t) select (f, t);

        Assert.Equal(
            [
                (JobState.Available, JobState.Executing), (JobState.Available, JobState.Cancelled), (JobState.Executing, JobState.Available),
                (JobState.Executing, JobState.Completed), (JobState.Executing, JobState.Cancelled), (JobState.Executing, JobState.Failed),
            ],
            legal);
    }

    [Fact]
    public void A_change_of_the_queue_is_none_of_a_job() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => JobMachine.Apply(Given.Job(), new QueueChange.Paused(Later, Guid.Empty)));

    [Fact]
    [Trait("spec", "S-73")]
    public void A_claim_counts_an_execution_and_no_attempt()
    {
        var job = Given.Job().Claimed().Ending(JobResult.Fail("no", TimeSpan.Zero)).Claimed(Later);

        Assert.Equal((2, 1, Later, Given.NodeA), (job.Execution, job.Attempt, job.AttemptedAt!.Value, job.Node));
    }

    public static TheoryData<string, int> Ends => new()
    {
        { "complete", 1 }, { "fail", 1 }, { "fail and retry", 1 }, { "cancel", 0 }, { "snooze", 0 }, { "release", 0 },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    [Trait("spec", "S-100")]
    public void Attempts_that_ended_count_and_others_do_not(string change, int attempts)
    {
        var job = Given.In(JobState.Executing);
        var after = JobMachine.Apply(job, Changes[change](job.Id));

        Assert.Equal(attempts, after.Attempt);
        var execution = Assert.Single(after.History);
        Assert.Equal((1, 1, Given.Noon, Later, Given.NodeA), (execution.Execution, execution.Attempt, execution.StartedAt, execution.EndedAt, execution.Node));
    }

    [Theory]
    [InlineData(JobState.Completed)]
    [InlineData(JobState.Cancelled)]
    [InlineData(JobState.Failed)]
    [Trait("spec", "S-46")]
    public void An_end_is_dated_and_only_the_time_of_its_state_is_set(JobState state)
    {
        var job = Given.In(state);

        Assert.Equal(Given.Noon, job.FinishedAt);
        Assert.Equal(Given.Noon, job.StateAt);
        Assert.Equal([state == JobState.Completed, state == JobState.Cancelled, state == JobState.Failed], [job.CompletedAt is not null, job.CancelledAt is not null, job.FailedAt is not null]);
    }

    [Fact]
    [Trait("spec", "S-80")]
    [Trait("spec", "S-81")]
    public void A_result_is_kept()
    {
        var job = Given.In(JobState.Executing).Ending(JobResult.Complete(new { sum = 3 }));

        Assert.Equal("""{"sum":3}""", Encoding.UTF8.GetString(job.ResultJson!.Value.Span));
        Assert.Null(Given.In(JobState.Completed).ResultJson);
    }

    [Fact]
    [Trait("spec", "S-82")]
    public void A_failure_is_retried_after_its_backoff_while_attempts_are_left()
    {
        var job = Given.In(JobState.Executing, maxAttempts: 2) with { Settings = JobSettings.Default with { MaxAttempts = 2, Backoff = Backoff.Schedule(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(7)) } };

        var retrying = job.Ending(JobResult.Fail("once"), Later);
        var failed = retrying.Claimed(MuchLater).Ending(JobResult.Fail("twice"), MuchLater);

        Assert.Equal((JobState.Available, 1, Later.AddSeconds(3)), (retrying.State, retrying.Attempt, retrying.ScheduledAt!.Value));
        Assert.Equal((JobState.Failed, 2, MuchLater), (failed.State, failed.Attempt, failed.FailedAt!.Value));
        Assert.Equal(["twice", "once"], failed.Errors.Select(e => e.Error.Message));
        Assert.Equal([2, 1], failed.Errors.Select(e => e.Attempt));
    }

    [Fact]
    public void What_failed_for_good_is_not_retried()
    {
        var failed = Given.In(JobState.Executing, maxAttempts: 9).Ending(JobResult.FailForGood("refused"), Later);
        Assert.Equal((JobState.Failed, 1, Later, "refused"), (failed.State, failed.Attempt, failed.FailedAt!.Value, failed.Errors[0].Error.Message));
    }

    [Fact]
    [Trait("spec", "S-101")]
    public void The_nth_failure_waits_the_nth_delay()
    {
        var job = Given.Job() with { Settings = JobSettings.Default with { MaxAttempts = 9, Backoff = Backoff.Schedule(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)) } };
        List<TimeSpan> delays = [];
        for (var i = 0; i < 3; i++)
        {
            job = job.Claimed().Ending(JobResult.Snooze(TimeSpan.Zero)).Claimed().Ending(JobResult.Fail("no"), Later); // a snooze is no failure
            delays.Add(job.ScheduledAt!.Value - Later);
        }

        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)], delays);
    }

    [Fact]
    public void A_worker_may_say_when_to_retry()
    {
        Assert.Equal(Later.AddDays(1), Given.In(JobState.Executing, 2).Ending(JobResult.Fail("no", TimeSpan.FromDays(1)), Later).ScheduledAt);
        Assert.Equal(9999, Given.In(JobState.Executing, 2).Ending(JobResult.Fail("no", TimeSpan.MaxValue), Later).ScheduledAt!.Value.Year);
    }

    [Fact]
    [Trait("spec", "S-83")]
    public void A_worker_may_cancel_its_job_and_the_reason_is_kept()
    {
        var job = Given.In(JobState.Executing, 2).Ending(JobResult.Cancel("sent already"), Later);

        Assert.Equal((JobState.Cancelled, 0, "sent already"), (job.State, job.Attempt, job.CancelReason));
    }

    [Fact]
    [Trait("spec", "S-84")]
    [Trait("spec", "S-47")]
    public void A_snoozed_job_waits_uncounted()
    {
        var at = Given.In(JobState.Executing).Ending(JobResult.Reschedule(MuchLater.ToOffset(TimeSpan.FromHours(2)).AddTicks(3)), Later);
        var after = Given.In(JobState.Executing).Ending(JobResult.Snooze(TimeSpan.FromSeconds(4)), Later);

        Assert.Equal((JobState.Available, 0, 1, MuchLater), (at.State, at.Attempt, at.Snoozes, at.ScheduledAt!.Value));
        Assert.Equal(TimeSpan.Zero, at.ScheduledAt!.Value.Offset);
        Assert.Equal(Later.AddSeconds(4), after.ScheduledAt);
        Assert.Equal(after.ScheduledAt, after.Claimed(MuchLater).ScheduledAt);
    }

    [Fact]
    public void A_job_that_snoozes_too_often_has_failed()
    {
        var job = Given.Job(maxAttempts: 9);
        for (var i = 0; i < 2; i++) job = job.Claimed().Ending(JobResult.Snooze(TimeSpan.Zero), maxSnoozes: 2);
        Assert.Equal((JobState.Available, 2), (job.State, job.Snoozes));

        job = job.Claimed().Ending(JobResult.Snooze(TimeSpan.Zero), maxSnoozes: 2);

        Assert.Equal((JobState.Failed, 1), (job.State, job.Attempt));
        Assert.Contains("MaxSnoozes", job.Errors[0].Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("spec", "S-113")]
    public void A_rescued_job_has_lost_an_attempt_and_is_available_at_once()
    {
        var job = Given.In(JobState.Executing, maxAttempts: 2);
        var rescued = JobMachine.Apply(job, JobMachine.Rescue(job, Later));

        Assert.Equal((JobState.Available, 1, Later), (rescued.State, rescued.Attempt, rescued.ScheduledAt!.Value));
        Assert.Equal((JobErrorKind.NodeLost, JobErrorActor.Runner), (rescued.Errors[0].Error.Kind, rescued.Errors[0].Error.Actor));
        Assert.Contains(Given.NodeA.Address, rescued.Errors[0].Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_loses_its_node_each_time_has_failed_in_the_end()
    {
        var job = Given.Job(maxAttempts: 3);
        for (var i = 0; i < 3; i++)
        {
            job = job.Claimed();
            job = JobMachine.Apply(job, JobMachine.Rescue(job, Later));
        }

        Assert.Equal((JobState.Failed, 3), (job.State, job.Attempt));
    }

    [Theory]
    [InlineData(JobState.Completed)]
    [InlineData(JobState.Cancelled)]
    [InlineData(JobState.Failed)]
    public void A_job_that_is_retried_by_hand_starts_over_with_what_is_left(JobState state)
    {
        var ended = Given.In(state, maxAttempts: 5);
        var job = JobMachine.Apply(ended, new QueueChange.Retried(Later, ended.Id, Guid.Empty));

        Assert.Equal((JobState.Available, Later, ended.Attempt), (job.State, job.ScheduledAt!.Value, job.Attempt));
        Assert.Null(job.FinishedAt);
        Assert.Null(job.CancelReason);
        Assert.Null(job.ResultJson);
        Assert.Equal(ended.History, job.History.AsEnumerable());
        Assert.Equal(state == JobState.Failed ? 2 : 5, job.MaxAttempts); // used up: one more
        Assert.Equal(ended.Execution + 1, job.Claimed().Execution);
    }

    [Fact]
    public void A_job_that_expired_and_is_retried_by_hand_does_not_expire_again()
    {
        var job = Given.Job(expiresAt: Given.Noon, key: "k");
        job = JobMachine.Apply(job, new QueueChange.Cancelled(Later, job.Id, "expired", EventActor.Runner, Guid.Empty));
        job = JobMachine.Apply(job, new QueueChange.Retried(Later, job.Id, Guid.Empty));

        Assert.Null(job.ExpiresAt);
        Assert.Equal("k", job.UniqueKey);
        Assert.Equal(MuchLater, JobMachine.Apply(Given.Job(expiresAt: MuchLater), new QueueChange.Retried(Later, job.Id, Guid.Empty)).ExpiresAt);
    }

    [Fact]
    public void The_history_is_bounded_and_forgets_what_did_not_fail_first()
    {
        var job = Given.Job(maxAttempts: 1000);
        for (var i = 0; i < 15; i++) job = job.Claimed().Ending(JobResult.Fail($"{i}"));
        for (var i = 0; i < 15; i++) job = job.Claimed().Ending(JobResult.Snooze(TimeSpan.Zero));
        Assert.Equal(JobMachine.MaxHistory, job.History.Length);
        Assert.Equal(15, job.Errors.Count);

        for (var i = 15; i < 40; i++) job = job.Claimed().Ending(JobResult.Fail($"{i}"));

        Assert.Equal(Enumerable.Range(20, 20).Select(i => $"{i}"), job.History.Select(e => e.Error!.Message));
        Assert.Equal(job.Execution, job.History[^1].Execution);
        Assert.Equal("39", job.Errors[0].Error.Message);
        Assert.Equal(40, job.Attempt);
    }

    [Fact]
    public void A_completion_is_in_the_history_as_every_end_is_and_stays_there_when_the_job_runs_again()
    {
        var first = new JobExecution(1, 1, Given.Noon, Later, Given.NodeA, ExecutionOutcome.Failed, Given.Error);
        var second = new JobExecution(2, 2, Later, MuchLater, Given.NodeA, ExecutionOutcome.Completed);
        var job = Given.In(JobState.Executing, maxAttempts: 3);
        job = JobMachine.Apply(job, new QueueChange.Failed(Later, job.Id, Given.Error, MuchLater)).Claimed(Later).Ending(JobResult.Complete(), MuchLater);
        Assert.Equal([first, second], job.History.AsEnumerable());
        Assert.Equal([second], (job with { History = [second] }).History.AsEnumerable());

        job = JobMachine.Apply(job, new QueueChange.Retried(MuchLater, job.Id, Guid.Empty));
        Assert.Equal([first, second], job.History.AsEnumerable());
        job = job.Claimed(MuchLater).Ending(JobResult.Complete(), MuchLater);
        Assert.Equal([first, second, new JobExecution(3, 3, MuchLater, MuchLater, Given.NodeA, ExecutionOutcome.Completed)], job.History.AsEnumerable());
    }

    [Fact]
    public void A_completion_finds_its_place_in_a_history_that_is_full()
    {
        var job = Given.Job(maxAttempts: 1000);
        for (var i = 0; i < JobMachine.MaxHistory; i++) job = job.Claimed().Ending(JobResult.Fail($"{i}"));
        job = job.Claimed().Ending(JobResult.Complete());

        Assert.Equal(JobMachine.MaxHistory, job.History.Length);
        Assert.Equal((21, ExecutionOutcome.Completed), (job.History[^1].Execution, job.History[^1].Outcome));
        Assert.Equal("1", job.History[0].Error!.Message);
    }

    [Fact]
    public void Jitter_stays_within_its_bounds_and_differs_between_jobs()
    {
        var settings = JobSettings.Default with { Backoff = Backoff.Exponential(TimeSpan.FromSeconds(100), jitter: 0.1) };
        var delays = Enumerable.Range(1, 50).Select(n => ((Given.Job(n) with { Settings = settings }).Claimed().Ending(JobResult.Fail("no")).ScheduledAt!.Value - Given.Noon).TotalSeconds).ToList();

        Assert.All(delays, d => Assert.InRange(d, 90, 110));
        Assert.True(delays.Distinct().Count() > 25);
    }
}
