using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

public class QueueWaitersTests : TestKit
{
    private static readonly Guid Life = Guid.NewGuid();

    [Fact]
    public void A_flushed_partition_says_what_moved_in_this_life()
    {
        var state = Given.State(Given.Options with { Partitions = 2 }, Given.Job(1));
        state.Apply(new QueueChange.Claimed(Given.Noon, Given.Id(1), Given.NodeA));
        state.Apply(new QueueChange.Completed(Given.Noon, Given.Id(1), null));
        Assert.Equal(new FlushMark(Life, 2), Flush(state).Mark);

        state.Apply(new QueueChange.Paused(Given.Noon, Guid.Empty));
        Assert.Equal(new FlushMark(Life, 2), Flush(state).Mark);
        state.Apply(new QueueChange.Retried(Given.Noon, Given.Id(1), Guid.Empty));
        state.Apply(new QueueChange.Cancelled(Given.Noon, Given.Id(1), null, EventActor.User, Guid.Empty));
        Assert.Equal(new FlushMark(Life, 3), Flush(state).Mark);
    }

    [Fact]
    public void A_queue_of_one_partition_says_nothing_of_it() => Assert.Equal(new FlushResult(true, 0, 0, 0), Flush(Given.State()));

    private FlushResult Flush(QueueState state)
    {
        var waiters = new QueueWaiters(state, new GafferClock(new FakeTimeProvider(Given.Noon), Sys.Scheduler), TimeSpan.FromSeconds(1), TestActor, Life);
        var batch = new CommitBatch();
        waiters.Add(new Caller(TestActor, 1), new FlushQueue(Given.Queue, Timeout.InfiniteTimeSpan));
        waiters.Check(batch);
        batch.Release(Given.Queue, TestActor, 4_000_000);
        return Assert.IsType<FlushResult>(Assert.Single(ExpectMsg<QueueAnswers>().Answers).Reply);
    }
}
