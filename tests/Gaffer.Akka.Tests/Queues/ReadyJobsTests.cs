using Xunit;

namespace Gaffer.Tests;

/// <summary>The order in which jobs of a queue are claimed. Through the state of the queue, which moves jobs in and out.</summary>
public class ReadyJobsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly QueueState _state = Given.State();
    private DateTimeOffset _now = Given.Noon;

    [Fact]
    [Trait("spec", "S-90")]
    [Trait("spec", "S-09")]
    public void Higher_priority_goes_first_then_the_order_of_the_inserts()
    {
        Insert(Given.Job(1), Given.Job(2, priority: 5), Given.Job(3, priority: -1), Given.Job(4), Given.Job(5, priority: 5), Given.Job(6, priority: int.MinValue), Given.Job(7, priority: int.MaxValue));

        Assert.Equal([7, 2, 5, 1, 4, 3, 6], ClaimAll());
    }

    [Fact]
    [Trait("spec", "S-90")]
    public void A_scheduled_job_is_claimable_from_its_instant_on()
    {
        Insert(Given.Job(1, scheduledAt: _now + Second), Given.Job(2, scheduledAt: _now), Given.Job(3, scheduledAt: _now - Second), Given.Job(4, scheduledAt: _now + (Second * 2)));
        Assert.Equal([2, 3], ClaimAll());
        Assert.Equal(_now + Second, _state.NextDue);

        Pass(Second - TimeSpan.FromMicroseconds(1));
        Assert.Empty(ClaimAll());
        Pass(TimeSpan.FromMicroseconds(1));
        Assert.Equal([1], ClaimAll());
    }

    [Fact]
    [Trait("spec", "S-91")]
    public void A_job_that_is_due_again_keeps_its_place()
    {
        Insert(Given.Job(1), Given.Job(2), Given.Job(3));
        Claim(1);
        Fail(1, Second);
        Pass(Second);

        Assert.Equal([1, 2, 3], ClaimAll());
    }

    [Fact]
    public void Each_kind_has_an_order_of_its_own()
    {
        Insert(Given.Job(1, kind: "a"), Given.Job(2, kind: "b"), Given.Job(3, kind: "b", priority: 1), Given.Job(4, kind: "a"));

        Assert.Equal([1, 4], ClaimAll("a"));
        Assert.Equal([3, 2], ClaimAll("b"));
        Assert.Empty(ClaimAll("c"));
    }

    [Fact]
    [Trait("spec", "S-181")]
    public void Jobs_of_a_chain_go_one_after_the_other()
    {
        Insert(Given.Job(1, chain: "c"), Given.Job(2, chain: "c"), Given.Job(3, chain: "d"), Given.Job(4), Given.Job(5, chain: "c", priority: 1));
        Assert.Equal(2, _state.Ready.Blocked);
        Assert.Equal([5, 3, 4], ClaimAll());

        Complete(5);
        Assert.Equal([1], ClaimAll());
        Assert.Equal(1, _state.Ready.Blocked);
        Complete(1);
        Assert.Equal([2], ClaimAll());
        Complete(2);
        Insert(Given.Job(6, chain: "c"));
        Assert.Equal([6], ClaimAll());
    }

    [Fact]
    [Trait("spec", "S-181")]
    public void A_chain_goes_over_several_kinds()
    {
        Insert(Given.Job(1, kind: "a", chain: "c"), Given.Job(2, kind: "b", chain: "c"));
        Assert.Empty(ClaimAll("b"));
        Assert.Equal([1], ClaimAll("a"));
        Assert.Empty(ClaimAll("b"));

        Complete(1);
        Assert.Equal([2], ClaimAll("b"));
    }

    [Fact]
    public void What_has_not_started_is_overtaken_by_higher_priority()
    {
        Insert(Given.Job(1, chain: "c"), Given.Job(2, chain: "c", priority: 1), Given.Job(3, chain: "c", priority: 2));

        Assert.Equal((1, 2), (_state.Ready.Count, _state.Ready.Blocked));
        Assert.Equal([3], ClaimAll());
        Insert(Given.Job(4, chain: "c", priority: 9));
        Assert.Empty(ClaimAll());
        Complete(3);
        Assert.Equal([4], ClaimAll());
    }

    [Fact]
    public void A_scheduled_job_holds_no_chain_until_it_is_due()
    {
        Insert(Given.Job(1, chain: "c", scheduledAt: _now + Second), Given.Job(2, chain: "c"), Given.Job(3, chain: "c"));
        Assert.Equal([2], ClaimAll());
        Pass(Second);
        Assert.Empty(ClaimAll());
        Complete(2);

        Assert.Equal([1], ClaimAll());
    }

    [Fact]
    [Trait("spec", "S-181")]
    public void A_job_that_waits_for_its_retry_holds_its_chain()
    {
        Insert(Given.Job(1, chain: "c"), Given.Job(2, chain: "c", priority: 9, scheduledAt: _now + Second));
        Claim(1);
        Fail(1, Second * 2);
        Pass(Second);
        Assert.Empty(ClaimAll());
        Pass(Second);

        Assert.Equal([1], ClaimAll()); // started before the other came
        Complete(1);
        Assert.Equal([2], ClaimAll());
    }

    [Fact]
    [Trait("spec", "S-181")]
    public void Or_lets_the_next_go_first_where_the_queue_says_so()
    {
        Configure(Given.Options with { ChainPolicy = ChainPolicy.SkipOnRetry });
        Insert(Given.Job(1, chain: "c"), Given.Job(2, chain: "c"), Given.Job(3, chain: "c"));
        Claim(1);
        Fail(1, Second);
        Assert.Equal([2], ClaimAll());
        Pass(Second);
        Assert.Empty(ClaimAll());
        Complete(2);

        Assert.Equal([1], ClaimAll()); // its place in the queue is before the third
        Complete(1);
        Assert.Equal([3], ClaimAll());
    }

    [Theory]
    [InlineData(ChainPolicy.BlockOnRetry)]
    [InlineData(ChainPolicy.SkipOnRetry)]
    public void A_job_that_was_given_back_stays_the_first_of_its_chain(ChainPolicy policy)
    {
        Configure(Given.Options with { ChainPolicy = policy });
        Insert(Given.Job(1, chain: "c"), Given.Job(2, chain: "c"));
        Claim(1);
        Insert(Given.Job(3, chain: "c", priority: 9));
        _state.Apply(new QueueChange.Released(_now, Given.Id(1)));

        Assert.Equal([1], ClaimAll());
    }

    [Fact]
    public void The_end_of_the_holder_lets_the_next_go_whatever_end_it_was()
    {
        Insert(Given.Job(1, chain: "c"), Given.Job(2, chain: "c"), Given.Job(3, chain: "c"), Given.Job(4, chain: "c"), Given.Job(5, chain: "c"), Given.Job(6, chain: "c"));
        Cancel(1); // available
        Assert.Equal([2], ClaimAll());
        Cancel(2); // executing
        Assert.Equal([3], ClaimAll());
        Fail(3, Second);
        Cancel(3); // waiting for its retry
        Assert.Equal([4], ClaimAll());
        Fail(4, TimeSpan.Zero);
        Remove(4); // due again
        Assert.Equal([5], ClaimAll());
        _state.Apply(new QueueChange.Failed(_now, Given.Id(5), Given.Error, null));
        Assert.Equal([6], ClaimAll());
        Assert.Equal((0, 0), (_state.Ready.Count, _state.Ready.Blocked));
    }

    [Fact]
    public void A_waiting_job_of_a_chain_may_go_without_a_trace()
    {
        Insert(Given.Job(1, chain: "c"), Given.Job(2, chain: "c"), Given.Job(3, chain: "c"));
        Cancel(2);
        Assert.Equal(1, _state.Ready.Blocked);
        Claim(1);
        Complete(1);

        Assert.Equal([3], ClaimAll());
    }

    [Fact]
    public void A_retry_by_hand_keeps_the_hold_of_its_chain()
    {
        Insert(Given.Job(1, chain: "c"), Given.Job(2, chain: "c", priority: 9, scheduledAt: _now + Second));
        Claim(1);
        Fail(1, TimeSpan.Zero);
        Pass(Second);
        _state.Apply(new QueueChange.Retried(_now, Given.Id(1), Guid.Empty));

        Assert.Equal([1], ClaimAll());
    }

    private void Insert(params Job[] jobs)
    {
        foreach (var job in jobs) _state.Apply(new QueueChange.Inserted(_now, job));
    }

    private void Configure(QueueOptions options) => _state.Apply(new QueueChange.Configured(_now, options, _state.Version + 1, false, Guid.Empty));

    private void Pass(TimeSpan span) => _state.Advance(_now += span);

    private void Claim(long job) => _state.Apply(new QueueChange.Claimed(_now, Given.Id(job), Given.NodeA));

    private void Complete(long job) => _state.Apply(new QueueChange.Completed(_now, Given.Id(job), null));

    private void Fail(long job, TimeSpan retryAfter) => _state.Apply(new QueueChange.Failed(_now, Given.Id(job), Given.Error, _now + retryAfter));

    private void Cancel(long job) => _state.Apply(new QueueChange.Cancelled(_now, Given.Id(job), null, EventActor.User, Guid.Empty));

    private void Remove(long job) => _state.Apply(new QueueChange.Removed(_now, Given.Id(job), Guid.Empty));

    private List<long> ClaimAll(string kind = JobWorker.DefaultKind)
    {
        List<long> claimed = [];
        while (_state.Ready.TryPeek(kind, out var job))
        {
            Claim(job.Sequence);
            claimed.Add(job.Sequence);
        }

        return claimed;
    }
}
