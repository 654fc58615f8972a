using Xunit;

namespace Gaffer.Tests;

/// <summary>Those who wait for a queue, in virtual time: each tells again what it waits for, as long as it does.</summary>
public class QueueActorWaitersTests : QueueTestKit
{
    [Fact]
    public void Who_still_asks_is_answered_however_long_it_waits()
    {
        var (job, call, flush) = Wait();
        for (var seconds = 0; seconds < 60; seconds += 3)
        {
            Pass(3);
            Tell(Emails, flush, call);
        }

        Ask<CancelResult.Cancelled>(new CancelJob(Emails, job.Id, null));
        Assert.True(Answer<FlushResult>(call).Flushed);
    }

    [Fact]
    public void Who_does_not_ask_any_more_is_forgotten()
    {
        var (job, call, _) = Wait();
        Pass(21); // that is seen every 10 s
        Ask<CancelResult.Cancelled>(new CancelJob(Emails, job.Id, null));
        Settle();
        Assert.False(IsAnswered(call));
    }

    [Fact]
    public void Who_was_forgotten_and_asks_again_is_answered()
    {
        var (job, call, flush) = Wait();
        Pass(21);
        Tell(Emails, flush, call);
        Ask<CancelResult.Cancelled>(new CancelJob(Emails, job.Id, null));
        Assert.True(Answer<FlushResult>(call).Flushed);
    }

    private (Job Job, long Call, FlushQueue Flush) Wait()
    {
        Start();
        var job = Insert();
        var flush = new FlushQueue(Emails, Timeout.InfiniteTimeSpan);
        return (job, Tell(flush), flush);
    }

    private void Pass(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            Settle();
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Settle();
    }
}
