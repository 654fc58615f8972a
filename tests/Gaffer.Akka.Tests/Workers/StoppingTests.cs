using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>Time-outs, cancellations, and code that does not care.</summary>
public sealed class StoppingTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    [Fact, Trait("spec", "S-110"), Trait("spec", "S-111"), Trait("spec", "S-112")]
    public async Task An_attempt_that_takes_too_long_has_its_token_cancelled_and_failed_with_a_time_out()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync));
        var job = NewJob();
        Give(job);
        await held.Started;
        Advance(TimeOut - TimeSpan.FromTicks(1));
        Assert.False(held.WasCancelled);
        await EventFilter.Warning(contains: "takes longer than its time-out of").ExpectOneAsync(Patience, () =>
        {
            Advance(TimeSpan.FromTicks(1));
            return Task.CompletedTask;
        });
        await held.Cancelled;
        var end = ExpectEnd();
        Assert.Equal(Key(job), end.Key);
        var failed = Assert.IsType<JobResult.Failed>(end.Result);
        Assert.Equal((JobErrorKind.Timeout, JobErrorActor.Runner), (failed.Error.Kind, failed.Error.Actor));
        Assert.Null(failed.RetryAfter);   // as any other failure
    }

    [Fact, Trait("spec", "S-110")]
    public async Task An_attempt_that_completes_in_its_grace_has_timed_out_all_the_same()
    {
        var held = Hold(obedient: false);
        Serve(Doing(held.PerformAsync));
        Give(NewJob());
        await held.Started;
        Advance(TimeOut);
        await held.Cancelled;
        held.End();
        Assert.Equal(JobErrorKind.Timeout, Assert.IsType<JobResult.Failed>(ExpectEnd().Result).Error.Kind);
    }

    [Fact, Trait("spec", "S-110")]
    public async Task An_attempt_that_ignores_its_token_is_abandoned_after_its_grace_and_counted_until_it_returns()
    {
        var held = Hold(obedient: false);
        Serve(Doing(held.PerformAsync), Doing((_, _) => Task.FromResult(JobResult.Complete()), "quick"));
        var job = NewJob();
        Give(job);
        await held.Started;
        Advance(TimeOut);
        await held.Cancelled;
        Advance(Grace - TimeSpan.FromTicks(1));
        Queue.ExpectNoMsg(TimeSpan.Zero);
        Assert.Equal([Key(job)], Registration().Running.ToArray());
        await EventFilter.Warning(contains: job.Id.ToString()).ExpectOneAsync(Patience, () =>
        {
            Advance(TimeSpan.FromTicks(1));
            return Task.CompletedTask;
        });
        var finished = Queue.ExpectMsg<WorkFinished>();
        Assert.Equal(JobErrorKind.Timeout, Assert.IsType<JobResult.Failed>(Assert.Single(finished.Finished).Result).Error.Kind);
        Assert.Equal(1, finished.Zombies);
        Acknowledge(Key(job));
        var registration = Registration();
        Assert.Equal(1, registration.Zombies);
        Assert.Empty(registration.Running);

        await EventFilter.Info(contains: "has returned").ExpectOneAsync(Patience, () =>
        {
            held.End();
            return Task.CompletedTask;
        });
        Settle();
        Queue.ExpectNoMsg(TimeSpan.Zero);
        Assert.Equal(0, Registration().Zombies);
    }

    [Fact, Trait("spec", "S-110")]
    public async Task An_attempt_without_a_time_out_runs_as_long_as_it_likes()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync));
        Give(NewJob(timeout: Timeout.InfiniteTimeSpan), NewJob(timeout: TimeSpan.MaxValue));
        await held.Started;
        Advance(TimeSpan.FromHours(9));
        Assert.False(held.WasCancelled);
        held.End();
        Assert.IsType<JobResult.Completed>(Queue.ExpectMsg<WorkFinished>().Finished[0].Result);
    }

    [Fact]
    public async Task A_stopped_execution_has_its_token_cancelled_and_its_end_is_told_without_its_result()
    {
        var held = Hold();
        var next = Hold();
        var count = 0;
        Serve(Doing((job, stop) => (Interlocked.Increment(ref count) == 1 ? held : next).PerformAsync(job, stop)));
        var job = NewJob();
        Give(job);
        await held.Started;
        OrderStop(Key(job));
        await held.Cancelled;
        Assert.Equal((Key(job), JobResult.Released.Instance), (ExpectEnd() is var end ? end.Key : default, end.Result));
        Acknowledge(Key(job));
        Give(job with { Execution = 2 });
        await next.Started;
        next.End();
        Assert.Equal(2, ExpectEnd().Key.Execution);
    }

    [Fact]
    public async Task A_stopped_execution_keeps_its_place_until_it_is_abandoned_after_its_grace()
    {
        var held = Hold(obedient: false);
        Serve(Doing(held.PerformAsync));
        var job = NewJob();
        Give(job);
        await held.Started;
        OrderStop(Key(job));
        await held.Cancelled;
        var registration = Registration();
        Assert.Equal([Key(job)], registration.Running.ToArray());
        Assert.Equal(0, registration.Zombies);
        Advance(Grace);
        Assert.Equal(Key(job), ExpectEnd().Key);
        Acknowledge(Key(job));
        Assert.Equal(1, Registration().Zombies);
        held.End();
        await AwaitAssertAsync(() => Assert.Equal(0, Registration().Zombies), Patience);
        Queue.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_stop_of_an_execution_that_is_over_is_answered_with_its_end()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        var job = NewJob();
        Give(job);
        ExpectEnd();
        Acknowledge(Key(job));
        OrderStop(Key(job));
        Assert.Equal(Key(job), ExpectEnd().Key);
    }

    [Fact]
    public async Task Code_that_a_worker_registers_with_its_token_may_throw()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<JobResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Serve(Doing((_, stop) =>
        {
            stop.Register(() => throw new InvalidOperationException("bad callback"));
            started.TrySetResult();
            return end.Task;
        }));
        Give(NewJob());
        await started.Task.WaitAsync(Patience);
        await EventFilter.Warning(contains: "registered with its token").ExpectOneAsync(Patience, () =>
        {
            Advance(TimeOut);
            return Task.CompletedTask;
        });
        end.SetResult(JobResult.Complete());
        Assert.Equal(JobErrorKind.Timeout, Assert.IsType<JobResult.Failed>(ExpectEnd().Result).Error.Kind);
    }

    [Fact, Trait("spec", "S-110")]
    public async Task Of_many_attempts_each_ends_at_its_own_time()
    {
        var helds = Enumerable.Range(0, 20).Select(_ => Hold()).ToArray();
        Serve(Doing((job, stop) => helds[job.Job.PayloadAs<int>()].PerformAsync(job, stop)));
        var jobs = Enumerable.Range(0, 20).Select(i => NewJob(payload: $"{i}", timeout: TimeSpan.FromSeconds(1 + ((i * 7) % 20)))).ToArray();
        Give(jobs);
        foreach (var held in helds) await held.Started;
        foreach (var job in jobs.OrderBy(j => j.Timeout))
        {
            Advance(TimeSpan.FromSeconds(1));
            var end = ExpectEnd();
            Assert.Equal(Key(job), end.Key);
            Acknowledge(end.Key);
        }
    }

    [Fact, Trait("spec", "S-87")]
    public async Task A_worker_actor_that_is_killed_has_failed_its_attempt_and_another_takes_its_place()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync), Doing((_, _) => Task.FromResult(JobResult.Complete()), "quick"));
        Give(NewJob());
        await held.Started;
        Sys.ActorSelection(Supervisor.Path / "*").Tell(Kill.Instance);
        Assert.Equal(JobErrorKind.WorkerTerminated, Assert.IsType<JobResult.Failed>(ExpectEnd().Result).Error.Kind);
        await held.Cancelled;
        Give(NewJob("quick"));
        Assert.IsType<JobResult.Completed>(ExpectEnd().Result);
    }
}
