using Akka.Actor;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What a worker is given, what it may answer, and what becomes of its job then.</summary>
public abstract class WorkerScenarios(SpecHost host) : WorkSpecTests(host)
{
    [SpecFact("S-80")]
    public async Task A_job_completes_without_a_result()
    {
        var job = await PerformedAsync(Answering(JobResult.Complete()), JobState.Completed);
        Assert.Equal((1, Now, null), (job.Attempt, job.CompletedAt!.Value, job.ResultJson));
    }

    [SpecFact("S-81")]
    public async Task A_job_completes_with_a_result()
    {
        var job = await PerformedAsync(Answering(JobResult.Complete(new Greeting("result"))), JobState.Completed);
        Assert.Equal((1, new Greeting("result")), (job.Attempt, job.ResultAs<Greeting>()));
    }

    [SpecFact("S-82", "S-100")]
    public async Task A_failure_is_kept_and_the_job_waits_for_its_backoff_until_its_attempts_are_used_up()
    {
        var queue = await NewQueueAsync(Answering(JobResult.Fail("first"), JobResult.FailWith("second", new Greeting("data"))), q => q with { MaxAttempts = 2, Backoff = Backoff.Fixed(Second) });
        var job = await RetryingAsync(queue, (await InsertAsync(queue)).Id);
        Assert.Equal((Now + Second, null), (job.ScheduledAt!.Value, job.FinishedAt));
        Time.Advance(Second);
        job = await WhenAsync(queue, job.Id, JobState.Failed);
        Assert.Equal((2, Now), (job.Attempt, job.FailedAt!.Value));
        Assert.Equal(["second", "first"], job.Errors.Select(e => e.Error.Message));
        Assert.Equal((JobErrorKind.Failed, JobErrorActor.Worker, """{"name":"data"}"""), (job.Errors[0].Error.Kind, job.Errors[0].Error.Actor, job.Errors[0].Error.Data));
    }

    [SpecFact("S-83")]
    public async Task A_worker_cancels_its_job_and_the_reason_is_kept()
    {
        var job = await PerformedAsync(Answering(JobResult.Cancel("not needed")), JobState.Cancelled);
        Assert.Equal((0, "not needed", Now), (job.Attempt, job.CancelReason, job.CancelledAt!.Value));
        Assert.Empty(job.Errors);
    }

    [SpecFact("S-84")]
    public async Task A_snoozed_job_runs_again_at_its_time_and_the_execution_does_not_count()
    {
        var queue = await NewQueueAsync(Answering(JobResult.Reschedule(Now + Second), JobResult.Snooze(2 * Second), JobResult.Complete()));
        var job = await InsertAsync(queue);
        job = await UntilAsync(queue, job.Id, j => j.Snoozes == 1);
        Assert.Equal((JobState.Available, 0, Now + Second, JobDisplayState.Scheduled), (job.State, job.Attempt, job.ScheduledAt!.Value, job.DisplayState(Now)));
        Time.Advance(Second);
        job = await UntilAsync(queue, job.Id, j => j.Snoozes == 2);
        Assert.Equal(Now + (2 * Second), job.ScheduledAt);
        Time.Advance(2 * Second);
        Assert.Equal(1, (await WhenAsync(queue, job.Id, JobState.Completed)).Attempt);
    }

    [SpecFact("S-84")]
    public async Task A_job_that_snoozes_more_often_than_its_queue_allows_has_failed()
    {
        var job = await PerformedAsync(Answering(JobResult.Snooze(TimeSpan.Zero)), JobState.Failed, q => q with { MaxSnoozes = 2 });
        Assert.Equal((2, 3), (job.Snoozes, job.Execution));
        Assert.Contains("MaxSnoozes", Assert.Single(job.Errors).Error.Message, StringComparison.Ordinal);
    }

    [SpecFact("S-85")]
    public async Task An_exception_is_a_failed_attempt()
    {
        var job = await PerformedAsync((_, _) => throw new InvalidOperationException("boom"), JobState.Failed, q => q with { MaxAttempts = 1 });
        var error = Assert.Single(job.Errors).Error;
        Assert.Equal((JobErrorKind.Exception, "boom", typeof(InvalidOperationException).FullName, JobErrorActor.Worker), (error.Kind, error.Message, error.Type, error.Actor));
        Assert.NotNull(error.StackTrace);
    }

    [SpecFact("S-85")]
    public async Task A_worker_that_is_cancelled_by_something_else_than_its_token_has_failed()
    {
        var job = await PerformedAsync((_, _) => throw new OperationCanceledException("of a database"), JobState.Failed, q => q with { MaxAttempts = 1 });
        Assert.Equal(JobErrorKind.Exception, Assert.Single(job.Errors).Error.Kind);
    }

    [SpecFact("S-86")]
    public async Task A_worker_that_returns_null_has_failed()
    {
        foreach (var nothing in (Func<JobContext, CancellationToken, Task<JobResult>>[])[(_, _) => null!, (_, _) => Task.FromResult<JobResult>(null!)])
        {
            var job = await PerformedAsync(nothing, JobState.Failed, q => q with { MaxAttempts = 1 });
            Assert.Contains("null", Assert.Single(job.Errors).Error.Message, StringComparison.Ordinal);
        }
    }

    [SpecFact("S-86")]
    public async Task A_payload_that_does_not_fit_its_worker_fails_the_attempt_and_says_so()
    {
        var queue = await NewQueueAsync(q => q with { MaxAttempts = 1 }, [JobWorker.FromDelegate<Greeting>((_, _) => Task.FromResult(JobResult.Complete()))]);
        var job = await WhenAsync(queue, (await InsertAsync(queue, "no greeting")).Id, JobState.Failed);
        Assert.Equal(JobErrorKind.Serialization, Assert.Single(job.Errors).Error.Kind);
    }

    [SpecFact("S-87")]
    public async Task A_worker_actor_that_is_stopped_or_crashes_has_failed_its_attempt_and_another_takes_its_place()
    {
        var queue = await NewQueueAsync(q => q with { Backoff = Backoff.Fixed(TimeSpan.Zero) }, [ActingWorker.Of((perform, context) =>
        {
            if (perform.Context.AttemptNumber == 1) context.Stop(context.Self);
            else if (perform.Context.AttemptNumber == 2) throw new InvalidOperationException("boom");
            else context.Sender.Tell(JobResult.Complete());
        })]);
        var job = await WhenAsync(queue, (await InsertAsync(queue)).Id, JobState.Completed);
        Assert.Equal(3, job.Attempt);
        Assert.All(job.Errors, e => Assert.Equal(JobErrorKind.WorkerTerminated, e.Error.Kind));
        Assert.Contains("boom", job.Errors[0].Error.Message, StringComparison.Ordinal);
    }

    [SpecFact("S-80", "S-88")]
    public async Task A_worker_that_is_an_actor_performs_jobs()
    {
        var queue = await NewQueueAsync(workers: [ActingWorker.Of((perform, context) => context.Sender.Tell(JobResult.Complete(perform.Context.Job.PayloadAs<string>())))]);
        var job = await WhenAsync(queue, (await InsertAsync(queue, "hello")).Id, JobState.Completed);
        Assert.Equal("hello", job.ResultAs<string>());
    }

    [SpecFact("S-80", "S-88", "S-21")]
    public async Task A_worker_that_is_a_class_gets_its_services_and_a_typed_payload()
    {
        var queue = await NewQueueAsync(workers: [JobWorker.FromClass<Greeting, GreetingWorker>()]);
        var job = (await Gaffer.InsertAsync(queue, new Greeting("Ada")).Soon()).Job;
        job = await WhenAsync(queue, job.Id, JobState.Completed);
        Assert.Equal($"Ada, attempt 1, {nameof(SpecService)}", job.ResultAs<string>());
    }

    [SpecFact("S-88")]
    public async Task Each_attempt_has_a_scope_of_its_own_that_ends_with_it()
    {
        List<IServiceProvider> scopes = [];
        await PerformedAsync(
            (job, _) =>
            {
                Assert.NotNull(job.Services.GetService(typeof(ISpecService)));
                scopes.Add(job.Services);
                return Task.FromResult(job.AttemptNumber == 1 ? JobResult.Fail("again", TimeSpan.Zero) : JobResult.Complete());
            },
            JobState.Completed);
        Assert.Equal(2, scopes.Distinct().Count());
        Assert.All(scopes, scope => Assert.Throws<ObjectDisposedException>(() => scope.GetService(typeof(ISpecService))));
    }

    [SpecFact("S-88")]
    public async Task A_worker_sees_the_job_as_it_was_claimed()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var inserted = await InsertAsync(queue, "hello", new JobOptions { Tags = ["a"], MaxAttempts = 1 });
        var seen = await worker.Of(inserted.Id).StartedAsync();
        Assert.Equal((JobState.Executing, "hello", 1, 1, true), (seen.Job.State, seen.Job.PayloadAs<string>(), seen.AttemptNumber, seen.FencingToken, seen.IsLastAttempt));
        Assert.Equal<string>(["a"], seen.Job.Tags);
        worker.Of(inserted.Id).Ends(JobResult.Complete());
    }
}

public sealed record Greeting(string Name);

public sealed class GreetingWorker(ISpecService service) : IJobWorker<Greeting>
{
    public Task<JobResult> PerformAsync(JobContext<Greeting> job, CancellationToken stop) =>
        Task.FromResult(JobResult.Complete($"{job.Payload.Name}, attempt {job.AttemptNumber}, {service.GetType().Name}"));
}

[Collection(nameof(WorkInMemory))]
public sealed class WorkerInMemory(MemoryHost host) : WorkerScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class WorkerInPartitions(PartitionedHost host) : WorkerScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class WorkerOnSqlite(SqliteHost host) : WorkerScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class WorkerOnPostgres(PostgresHost host) : WorkerScenarios(host);
