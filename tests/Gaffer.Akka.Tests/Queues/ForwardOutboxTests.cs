using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue that hands jobs to others, which are a probe behind its region.</summary>
public class ForwardOutboxTests : QueueTestKit
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly QueueOptions Options = new() { Name = Emails, OnCancelled = "dead", MaxAttempts = 1 };
    private readonly TestProbe _region;

    public ForwardOutboxTests() => _region = CreateTestProbe("region");

    [Fact]
    public void Each_end_of_a_job_is_a_forward_of_its_own_even_with_no_execution_between()
    {
        Start(Options);
        Ask<PauseResult>(new PauseQueue(Emails));
        var job = CancelOne();
        var first = Expect("dead");
        Ask<RetryResult.Retried>(new RetryJob(Emails, job.Id));
        Ask<CancelResult.Cancelled>(new CancelJob(Emails, job.Id, "again"));
        var second = Expect("dead");

        Assert.NotEqual(Forward(first).Job, Forward(second).Job);
        Assert.Equal(2, Info().PendingForwards);
        Acknowledge(first);
        Assert.Equal(1, Info().PendingForwards);
        Assert.Equal(Forward(second).Job, Forward(Pass(1).Single()).Job);

        Restart();
        var again = Expect("dead");
        Assert.Equal(Forward(second).Job, Forward(again).Job);
        Acknowledge(again);
        Assert.Equal(0, Info().PendingForwards);
    }

    private protected override IActorRef StartEntity(GafferRuntime runtime)
    {
        runtime.QueueRegion = _region;
        return base.StartEntity(runtime);
    }

    private Job CancelOne() => Ask<CancelResult.Cancelled>(new CancelJob(Emails, Insert().Id, null)).Job;

    private QueueCalls Expect(QueueName target) => _region.FishForMessage<QueueCalls>(c => c.Partition.Queue == target, Patience);

    private void ExpectNone()
    {
        Settle();
        Assert.False(_region.HasMessages);
    }

    /// <summary>A second passes, and so many are told.</summary>
    private List<QueueCalls> Pass(int count)
    {
        Settle();
        Time.Advance(Retry);
        Settle();
        List<QueueCalls> told = [.. Enumerable.Range(0, count).Select(_ => _region.ExpectMsg<QueueCalls>(Patience))];
        ExpectNone();
        return told;
    }

    private void Acknowledge(QueueCalls told) => Answer(told, new InsertResult(Given.Job() with { Id = Forward(told).Job }, false));

    private void Answer(QueueCalls told, GafferReply reply)
    {
        Queue.Tell(new QueueAnswers(told.Partition, [new QueueAnswer(told.Calls.Single().Id, reply)]), _region);
        Settle();
    }

    private static ForwardJob Forward(QueueCalls told) => Assert.IsType<ForwardJob>(told.Calls.Single().Request);
}
