using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

public sealed class LeaseTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    internal override WorkerSettings WorkerSettings => new(RegisterInterval: TimeSpan.FromSeconds(5), RetryInterval: TimeSpan.FromSeconds(1), Lease: Lease);

    [Fact, Trait("spec", "S-113")]
    public async Task A_node_registers_three_times_in_a_lease_while_it_runs_jobs()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync));
        Advance(TimeSpan.FromSeconds(4));
        Region.ExpectNoMsg(TimeSpan.Zero);
        Advance(TimeSpan.FromSeconds(1));
        Region.ExpectMsg<RegisterWorkers>();
        Answer();
        Give(NewJob());
        await held.Started;
        for (var i = 0; i < 5; i++)
        {
            Advance(TimeSpan.FromSeconds(1));
            Region.ExpectNoMsg(TimeSpan.Zero);
            Advance(TimeSpan.FromSeconds(1));
            Region.ExpectMsg<RegisterWorkers>();
            Answer();
        }

        Assert.False(held.WasCancelled);
    }

    [Fact, Trait("spec", "S-113")]
    public async Task A_node_that_does_not_hear_of_its_queue_for_the_lease_cancels_its_tokens_and_takes_no_more()
    {
        var (obedient, stubborn) = (Hold(), Hold(obedient: false));
        Serve(Doing(obedient.PerformAsync), Doing(stubborn.PerformAsync, "stubborn"), Doing((_, _) => Task.FromResult(JobResult.Complete()), "quick"));
        var (first, second) = (NewJob(), NewJob("stubborn"));
        Give(first, second);
        await obedient.Started;
        await stubborn.Started;
        for (var i = 0; i < 59; i++) Advance(Lease / 60);
        Assert.False(obedient.WasCancelled);
        Advance(Lease / 60);
        await obedient.Cancelled;
        await stubborn.Cancelled;

        // What ended because of that has cost no attempt; the queue decides whether it still counts.
        Assert.Equal((Key(first), JobResult.Released.Instance), (ExpectEnd() is var end ? end.Key : default, end.Result));
        Acknowledge(Key(first));
        Give(NewJob("quick"));
        Settle();
        Queue.ExpectNoMsg(TimeSpan.Zero);

        Answer();
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob("quick")));
        stubborn.End();
        Assert.Equal(Key(second), ExpectEnd() is var late ? late.Key : default);
        Assert.IsType<JobResult.Completed>(late.Result);
    }

    [Fact]
    public void A_node_that_has_lent_the_slots_of_a_silent_partition_to_others_says_so_until_it_is_answered()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        Advance(TimeSpan.FromSeconds(5));
        Assert.False(Region.ExpectMsg<RegisterWorkers>().IsAnew);
        for (var i = 0; i < 2; i++)
        {
            Advance(Lease);
            Assert.True(Region.ExpectMsg<RegisterWorkers>().IsAnew);
        }

        Answer();
        Advance(TimeSpan.FromSeconds(5));
        Assert.False(Region.ExpectMsg<RegisterWorkers>().IsAnew);
    }

    [Fact]
    public async Task Orders_are_a_word_of_the_queue()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync));
        Give(NewJob());
        await held.Started;
        for (var i = 0; i < 4; i++)
        {
            Advance(Lease / 2);
            Acknowledge();
        }

        Settle();
        Assert.False(held.WasCancelled);
    }

    [Fact, Trait("spec", "S-110")]
    public async Task An_attempt_whose_token_was_cancelled_by_the_lease_still_times_out()
    {
        var held = Hold(obedient: false);
        Serve(Doing(held.PerformAsync));
        Give(NewJob(timeout: TimeSpan.FromSeconds(10)));
        await held.Started;
        for (var i = 0; i < 10; i++) Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 5; i++) Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(JobErrorKind.Timeout, Assert.IsType<JobResult.Failed>(ExpectEnd().Result).Error.Kind);
    }

    [Fact]
    public async Task A_node_that_is_cut_off_cancels_its_tokens_at_once_and_takes_no_more_though_its_queue_answers()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync), Doing((_, _) => Task.FromResult(JobResult.Complete()), "quick"));
        var job = NewJob();
        Give(job);
        await held.Started;
        SetContact(isCutOff: true);
        await held.Cancelled;
        Assert.Equal(JobResult.Released.Instance, ExpectEnd().Result);
        Acknowledge(Key(job));

        Answer();
        Give(NewJob("quick"));
        Settle();
        Queue.ExpectNoMsg(TimeSpan.Zero);
        Region.ExpectNoMsg(TimeSpan.Zero);   // or queue and node would go on telling each other the same

        SetContact(isCutOff: false);
        Region.ExpectMsg<RegisterWorkers>();
        Answer();
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob("quick")));
    }

    [Fact]
    public void What_came_to_an_idle_node_while_it_stood_still_starts_only_after_a_new_registration()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        Advance(TimeSpan.FromSeconds(10));
        Region.ExpectMsg<RegisterWorkers>();
        Give(NewJob());
        Settle();
        Queue.ExpectNoMsg(TimeSpan.Zero);
        Answer();
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob()));
    }

    private void SetContact(bool isCutOff)
    {
        Runtime.Contact.Set(isCutOff, [], []);
        Sys.EventStream.Publish(new ContactChanged(isCutOff));
        Settle();
    }
}
