using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

public sealed class ActorWorkerTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    private static JobWorker Acting(Action<PerformJob, IUntypedActorContext, IActorRef> act, string kind = JobWorker.DefaultKind) =>
        JobWorker.FromActor(Props.Create(() => new Performer(act)), kind);

    [Fact, Trait("spec", "S-80")]
    public void An_actor_performs_jobs_one_after_the_other()
    {
        var count = 0;
        Serve(Acting((_, _, sender) => sender.Tell(JobResult.Complete(++count))));
        Assert.Equal("1"u8.ToArray(), Assert.IsType<JobResult.Completed>(ResultOf(NewJob())).Value);
        Assert.Equal("2"u8.ToArray(), Assert.IsType<JobResult.Completed>(ResultOf(NewJob())).Value);
    }

    [Fact, Trait("spec", "S-85")]
    public void An_actor_answers_with_a_failure()
    {
        Serve(Acting((_, _, sender) => sender.Tell(new Status.Failure(new InvalidOperationException("boom")))));
        var error = ErrorOf(NewJob());
        Assert.Equal((JobErrorKind.Exception, "boom"), (error.Kind, error.Message));
    }

    [Fact, Trait("spec", "S-86")]
    public void An_actor_that_answers_with_something_else_has_failed()
    {
        Serve(Acting((_, _, sender) => sender.Tell("done")));
        Assert.Contains("System.String", ErrorOf(NewJob()).Message, StringComparison.Ordinal);
    }

    [Fact, Trait("spec", "S-87")]
    public void An_actor_that_crashes_has_failed_its_attempt_and_another_performs_the_next()
    {
        Serve(Acting((job, context, sender) =>
        {
            if (job.Context.Job.PayloadAs<int>() == 1) throw new InvalidOperationException("crashed");
            if (job.Context.Job.PayloadAs<int>() == 2) context.Stop(context.Self);
            else sender.Tell(JobResult.Complete());
        }));
        var error = ErrorOf(NewJob(payload: "1"));
        Assert.Equal(JobErrorKind.WorkerTerminated, error.Kind);
        Assert.Contains("crashed", error.Message, StringComparison.Ordinal);
        Assert.Equal(JobErrorKind.WorkerTerminated, ErrorOf(NewJob(payload: "2")).Kind);
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob(payload: "3")));
    }

    [Fact]
    public void An_actor_that_cannot_be_made_fails_the_attempt_and_says_why()
    {
        Serve(JobWorker.FromActor(Props.Create(() => new Unmade())), JobWorker.FromActor(Props.Create(() => new Unmade()).WithDispatcher("no-such-dispatcher"), "lost"));
        var error = ErrorOf(NewJob());
        Assert.Equal((JobErrorKind.WorkerTerminated, typeof(InvalidOperationException).FullName), (error.Kind, error.Type));
        Assert.Contains("no actor today", error.Message, StringComparison.Ordinal);
        Assert.Contains("no-such-dispatcher", ErrorOf(NewJob("lost")).Message, StringComparison.Ordinal);
    }

    [Fact, Trait("spec", "S-88")]
    public void An_actor_has_services_for_each_attempt()
    {
        Services.AddScoped<AttemptTests.Scoped>();
        AttemptTests.Scoped? scoped = null;
        Serve(Acting((job, _, sender) =>
        {
            scoped = job.Context.Services.GetRequiredService<AttemptTests.Scoped>();
            sender.Tell(scoped.IsDisposed ? JobResult.Fail("disposed") : JobResult.Complete());
        }));
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob()));
        Assert.True(scoped!.IsDisposed);
    }

    [Fact, Trait("spec", "S-110")]
    public async Task An_actor_that_does_not_answer_is_abandoned_and_its_end_ends_the_zombie()
    {
        using var gate = new ManualResetEventSlim();
        var started = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        Serve(Acting((job, _, _) =>
        {
            started.TrySetResult(job.Stop);
            gate.Wait(Patience, CancellationToken.None);
        }));
        Give(NewJob());
        var stop = await started.Task.WaitAsync(Patience);
        Advance(TimeSpan.FromSeconds(30));
        Assert.True(stop.IsCancellationRequested);
        Advance(TimeSpan.FromSeconds(5));
        var finished = Queue.ExpectMsg<WorkFinished>();
        Assert.Equal(JobErrorKind.Timeout, Assert.IsType<JobResult.Failed>(Assert.Single(finished.Finished).Result).Error.Kind);
        Assert.Equal(1, finished.Zombies);
        gate.Set();
        await AwaitAssertAsync(() => Assert.Equal(0, Registration().Zombies), Patience);
    }

    [Fact]
    public void A_second_answer_is_not_the_answer_to_the_next_job()
    {
        Serve(Acting((job, _, sender) =>
        {
            sender.Tell(JobResult.Complete());
            sender.Tell(JobResult.Complete());
        }), Acting((_, _, sender) => sender.Tell(JobResult.Cancel()), "other"));
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob()));
        Assert.IsType<JobResult.CancelledByWorker>(ResultOf(NewJob("other")));
    }

    private sealed class Performer(Action<PerformJob, IUntypedActorContext, IActorRef> act) : UntypedActor
    {
        protected override void OnReceive(object message) => act((PerformJob)message, Context, Sender);
    }

    private sealed class Unmade : UntypedActor
    {
        public Unmade() => throw new InvalidOperationException("no actor today");

        protected override void OnReceive(object message)
        {
        }
    }
}
