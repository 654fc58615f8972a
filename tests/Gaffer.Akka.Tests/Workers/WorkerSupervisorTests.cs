using Akka.Actor;
using Akka.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

public sealed class WorkerSupervisorTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_supervisor_registers_until_it_is_answered()
    {
        Start(Doing((_, _) => Task.FromResult(JobResult.Complete()), "letter"), JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.Complete()), "parcel", "packet"));
        var registration = Region.ExpectMsg<RegisterWorkers>();
        Assert.Equal((Emails, Runtime.Node, 0), (registration.Partition.Queue, registration.Node, registration.Zombies));
        Assert.Equal(["letter", "packet", "parcel"], registration.Kinds.ToArray());
        Assert.Empty(registration.Running);
        for (var i = 0; i < 3; i++)
        {
            Advance(Retry);
            Region.ExpectMsg<RegisterWorkers>();
        }

        Answer();
        Advance(Retry * 10);
        Region.ExpectNoMsg(TimeSpan.Zero);
        Advance(WorkerSettings.RegisterInterval);
        Region.ExpectMsg<RegisterWorkers>();
    }

    [Fact]
    public async Task A_repeated_order_is_executed_once()
    {
        var held = Hold();
        var count = 0;
        Serve(Doing((job, stop) =>
        {
            Interlocked.Increment(ref count);
            return held.PerformAsync(job, stop);
        }));
        var job = NewJob();
        Give(job);
        await held.Started;
        Give(job, job);
        held.End();
        ExpectEnd();
        Give(job);   // its end is not acknowledged yet
        Settle();
        Assert.Equal(1, count);
        Acknowledge(Key(job));
        Give(job with { Execution = 2 });
        Assert.Equal(2, ExpectEnd().Key.Execution);
    }

    [Fact]
    public void An_end_is_told_again_until_it_is_acknowledged()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        var job = NewJob();
        Give(job);
        ExpectEnd();
        for (var i = 0; i < 3; i++)
        {
            Advance(Retry);
            Assert.Equal(Key(job), ExpectEnd().Key);
        }

        Acknowledge(Key(job));
        Advance(Retry * 3);
        Queue.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Ends_that_come_together_are_told_together()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        // Jobs of an unknown kind end while the order is heard: all of them before the mailbox is drained.
        Give([.. Enumerable.Range(0, 100).Select(_ => NewJob("unknown"))]);
        Assert.Equal(100, Queue.ExpectMsg<WorkFinished>().Finished.Length);
    }

    [Fact]
    public void Large_results_are_told_in_messages_that_fit()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.CompleteWithJson(new byte[AttemptResults.MaxResultBytes]))));
        Give([.. Enumerable.Range(0, 10).Select(_ => NewJob())]);
        for (var seen = 0; seen < 10;)
        {
            var finished = Queue.ExpectMsg<WorkFinished>();
            Assert.Single(finished.Finished);
            seen++;
        }
    }

    [Fact, Trait("spec", "S-113")]
    public async Task When_the_queue_moves_the_supervisor_registers_again_and_what_runs_goes_on()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync), Doing((_, _) => Task.FromResult(JobResult.Complete()), "quick"));
        var (running, ended) = (NewJob(), NewJob("quick"));
        Give(running, ended);
        await held.Started;
        Assert.Equal(Key(ended), ExpectEnd().Key);

        Sys.Stop(Queue.Ref);
        var registration = Region.ExpectMsg<RegisterWorkers>();
        Assert.Equal([Key(running), Key(ended)], registration.Running.ToArray());
        Advance(TimeSpan.FromMilliseconds(50));
        Region.ExpectMsg<RegisterWorkers>();   // at once, for a start; then slower
        Advance(TimeSpan.FromMilliseconds(50));
        Region.ExpectNoMsg(TimeSpan.Zero);

        var moved = CreateTestProbe("moved");
        Answer(moved);
        Assert.Equal(Key(ended), Assert.Single(moved.ExpectMsg<WorkFinished>().Finished).Key);
        held.End();
        Assert.Equal(Key(running), Assert.Single(moved.ExpectMsg<WorkFinished>().Finished).Key);
        Assert.False(held.WasCancelled);
    }

    [Fact]
    public void An_end_that_comes_while_the_queue_is_away_is_told_when_it_is_back()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        var job = NewJob("unknown");
        Sys.Stop(Queue.Ref);
        Region.ExpectMsg<RegisterWorkers>();
        Supervisor.Tell(new WorkOrders(Emails, [], [], []), Queue);
        var moved = CreateTestProbe("moved");
        Answer(moved);
        Supervisor.Tell(new WorkOrders(Emails, [job], [], []), moved);
        Assert.Equal(Key(job), Assert.Single(moved.ExpectMsg<WorkFinished>().Finished).Key);
        moved.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Orders_of_a_queue_that_it_is_not_registered_with_are_not_carried_out_but_make_it_register()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        var stranger = CreateTestProbe("stranger");
        Supervisor.Tell(new WorkOrders(Emails, [NewJob(), NewJob()], [], []), stranger);
        Region.ExpectMsg<RegisterWorkers>();
        Settle();
        Region.ExpectNoMsg(TimeSpan.Zero);
        stranger.ExpectNoMsg(TimeSpan.Zero);
        Queue.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task New_workers_take_over_and_what_runs_goes_on()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync));
        var old = NewJob();
        Give(old);
        await held.Started;
        Supervisor.Tell(new ServeQueue(Emails, [Doing((_, _) => Task.FromResult(JobResult.Cancel("new")))], 7));
        var registration = Region.ExpectMsg<RegisterWorkers>();
        Assert.Equal(7, registration.Max!.Value.Value);
        Assert.Equal([Key(old)], registration.Running.ToArray());
        Assert.IsType<JobResult.CancelledByWorker>(ResultOf(NewJob()));
        held.End();
        Assert.IsType<JobResult.Completed>(ExpectEnd().Result);
    }

    [Fact]
    public void Worker_actors_are_used_again()
    {
        var children = new HashSet<string>();
        Serve(JobWorker.FromActor(Props.Create(() => new Echo(children))));
        for (var i = 0; i < 20; i++) ResultOf(NewJob());
        Assert.Single(children);
    }

    [Fact]
    public void Two_workers_of_one_kind_are_refused()
    {
        var worker = Doing((_, _) => Task.FromResult(JobResult.Complete()));
        var e = Assert.Throws<ArgumentException>(() => new ServeQueue(Emails, [worker, worker], null));
        Assert.Contains("'default'", e.Message, StringComparison.Ordinal);
    }

    private sealed class Echo(HashSet<string> seen) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            seen.Add(Self.Path.ToString());
            Sender.Tell(JobResult.Complete());
        }
    }
}
