using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

public sealed class LeavingTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AllTheTime = TimeSpan.FromSeconds(60);

    internal override WorkerSettings WorkerSettings => base.WorkerSettings with { Lease = TimeSpan.FromSeconds(5) };

    [Fact, Trait("spec", "S-30")]
    public async Task Jobs_that_end_because_the_node_leaves_are_handed_back()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync));
        var job = NewJob();
        Give(job);
        await held.Started;
        Leave();
        Queue.ExpectMsg<WorkersLeaving>();
        await held.Cancelled;
        var end = ExpectEnd();
        Assert.Equal((Key(job), JobResult.Released.Instance), (end.Key, end.Result));
        LetGo();
        Acknowledge(end.Key);
        await ExpectEndedAsync();
    }

    [Theory, Trait("spec", "S-30")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Jobs_that_end_by_themselves_in_the_grace_are_what_they_are(bool completes)
    {
        var held = Hold(obedient: false);
        Serve(Doing(held.PerformAsync));
        Give(NewJob());
        await held.Started;
        Leave();
        Queue.ExpectMsg<WorkersLeaving>();
        await held.Cancelled;
        if (completes) held.End();
        else held.Throw(new InvalidOperationException("boom"));
        Assert.Equal(completes ? typeof(JobResult.Completed) : typeof(JobResult.Failed), ExpectEnd().Result.GetType());
    }

    [Fact, Trait("spec", "S-30")]
    public async Task Jobs_that_do_not_end_in_the_grace_are_handed_back()
    {
        var held = Hold(obedient: false);
        Serve(Doing(held.PerformAsync));
        var job = NewJob();
        Give(job);
        await held.Started;
        Leave();
        Queue.ExpectMsg<WorkersLeaving>();
        LetGo();
        Advance(Grace - TimeSpan.FromTicks(1));
        Queue.ExpectNoMsg(TimeSpan.Zero);
        Advance(TimeSpan.FromTicks(1));
        Assert.Equal(JobResult.Released.Instance, ExpectEnd().Result);
        Acknowledge(Key(job));
        await ExpectEndedAsync();
        held.End();
    }

    [Fact, Trait("spec", "S-30")]
    public async Task The_grace_ends_early_enough_to_hand_back_before_the_node_is_gone()
    {
        var held = Hold(obedient: false);
        Serve(Doing(held.PerformAsync));
        Give(NewJob(grace: TimeSpan.FromMinutes(10)));
        await held.Started;
        Watch(Supervisor);
        Supervisor.Tell(new LeaveQueue(TimeSpan.FromSeconds(5)));
        Queue.ExpectMsg<WorkersLeaving>();
        LetGo();
        Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(JobResult.Released.Instance, ExpectEnd().Result);
        held.End();
    }

    [Fact]
    public async Task A_leaving_node_hands_back_what_it_is_still_given()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        Leave();
        Queue.ExpectMsg<WorkersLeaving>();
        var job = NewJob();
        Assert.Equal(JobResult.Released.Instance, ResultOf(job));
        LetGo();
        await ExpectEndedAsync();
    }

    [Fact]
    public async Task A_leaving_node_says_so_until_the_queue_has_heard()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        Leave();
        for (var i = 0; i < 3; i++)
        {
            Queue.ExpectMsg<WorkersLeaving>();
            Advance(TimeSpan.FromSeconds(1));
        }

        LetGo();
        await ExpectEndedAsync();
        Region.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_leaving_node_whose_queue_moves_goes_on_through_the_region()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        var job = NewJob();
        Give(job);
        ExpectEnd();
        Leave();
        Queue.ExpectMsg<WorkersLeaving>();
        LetGo();
        Sys.Stop(Queue.Ref);
        Region.ExpectMsg<WorkersLeaving>();
        Assert.Equal(Key(job), Assert.Single(Region.ExpectMsg<WorkFinished>().Finished).Key);
        Supervisor.Tell(new WorkersGone(Emails), Region);
        Supervisor.Tell(new WorkOrders(Emails, [], [Key(job)], []), Region);
        await ExpectEndedAsync();
    }

    [Fact]
    public async Task A_leaving_node_that_hears_nothing_goes_when_its_time_is_over()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        Give(NewJob());
        ExpectEnd();
        Leave();
        Settle();
        for (var i = 0; i < 60; i++) Advance(TimeSpan.FromSeconds(1), settle: i < 59);
        await ExpectEndedAsync();
    }

    [Fact]
    public async Task A_node_that_no_queue_has_answered_leaves_at_once()
    {
        Start(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        Region.ExpectMsg<RegisterWorkers>();
        Leave();
        await ExpectEndedAsync();
    }

    private void Leave()
    {
        Watch(Supervisor);
        Supervisor.Tell(new LeaveQueue(AllTheTime));
    }

    private void LetGo() => Supervisor.Tell(new WorkersGone(Emails), Queue);

    private async Task ExpectEndedAsync() => await ExpectTerminatedAsync(Supervisor, Patience);

    private void Advance(TimeSpan span, bool settle)
    {
        Time.Advance(span);
        if (settle) Settle();
    }
}
