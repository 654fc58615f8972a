using Akka.Actor;
using Xunit;

namespace Gaffer.Tests;

/// <summary>When a call is told again, and when no more.</summary>
public class ClientRepetitionTests : ClientTestKit
{
    [Fact]
    public void A_call_is_told_again_after_a_second_and_then_after_two_and_three()
    {
        Client.Tell(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), TestActor);
        Expect(0, believed: 1);
        foreach (var intervals in (int[])[1, 2, 3, 3, 3]) ExpectAgainAfter(intervals);
    }

    [Fact]
    public void A_call_whose_queue_ended_is_told_again_at_once_and_after_a_second()
    {
        var queue = CreateTestProbe("queue");
        Client.Tell(new GetQueueInfo(Emails), TestActor);
        Client.Tell(new QueueAnswers(Emails, [new QueueAnswer(Expect(0, believed: 1).Calls.Single().Id, Info(1))]), queue);
        ExpectMsg<QueueInfo>();
        Client.Tell(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), TestActor);
        queue.ExpectMsg<QueueCalls>();
        ExpectAgainAfter(1);
        ExpectAgainAfter(2);

        Sys.Stop(queue);

        Expect(0, believed: 1);
        ExpectAgainAfter(1);
        ExpectAgainAfter(2);
    }

    [Fact]
    public async Task A_call_that_was_cancelled_is_not_told_again()
    {
        using var stop = new CancellationTokenSource();
        var flush = Gaffer.FlushAsync(Emails, cancellationToken: stop.Token);
        Expect(0, believed: 1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        ExpectNoneIn(5);
    }

    [Fact]
    public async Task Nor_are_its_parts()
    {
        Learn(2, Gaffer.Queues);
        using var stop = new CancellationTokenSource();
        var flush = Gaffer.FlushAsync(Emails, cancellationToken: stop.Token);
        ExpectAll(2);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        ExpectNoneIn(5);
    }

    [Fact]
    public void Who_waits_for_ever_and_ends_is_not_waited_for()
    {
        var asker = CreateTestProbe("asker");
        Client.Tell(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), asker);
        Expect(0, believed: 1);
        ExpectAgainAfter(1);

        Sys.Stop(asker);

        AwaitAssert(() => ExpectNoneIn(5)); // when the client has heard of it
    }

    [Fact]
    public async Task Nor_is_a_question_whose_time_is_over()
    {
        var asked = Client.Ask<FlushResult>(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), TimeSpan.FromMilliseconds(50));
        Expect(0, believed: 1);
        await Assert.ThrowsAsync<AskTimeoutException>(() => asked);
        ExpectNoneIn(5);
    }

    private void ExpectAgainAfter(int intervals)
    {
        for (; intervals > 1; intervals--) ExpectNoneIn(1);
        Settle();
        Time.Advance(RetryInterval);
        Expect(0, believed: 1);
        Settle();
        Region.ExpectNoMsg(TimeSpan.Zero);
    }

    private void ExpectNoneIn(int intervals)
    {
        for (; intervals > 0; intervals--)
        {
            Settle();
            Time.Advance(RetryInterval);
            Settle();
            Region.ExpectNoMsg(TimeSpan.Zero);
        }
    }
}
