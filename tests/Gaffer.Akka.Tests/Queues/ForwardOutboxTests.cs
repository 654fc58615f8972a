using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue that hands jobs to others, which are a probe behind its region.</summary>
public class ForwardOutboxTests : QueueTestKit
{
    private const int Window = 1000;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly QueueOptions Options = new() { Name = Emails, OnCancelled = "dead", MaxAttempts = 1 };
    private readonly TestProbe _region;

    public ForwardOutboxTests() => _region = CreateTestProbe("region");

    [Fact]
    public void A_target_that_takes_nothing_does_not_hinder_another()
    {
        Start(Options);
        Cancel(Window + 1);
        for (var told = 0; told < Window; told++) Expect("dead");
        Ask<QueueDescription>(new UpdateQueue(Options with { OnCancelled = "next" }, 1));

        var job = CancelOne();

        Assert.Equal(job.Id, Source(Expect("next")));
    }

    [Fact]
    public void Nor_does_it_after_a_restart()
    {
        Start(Options);
        Cancel(Window + 1);
        Ask<QueueDescription>(new UpdateQueue(Options with { OnCancelled = "next" }, 1));
        var job = CancelOne();
        var before = Source(Expect("next"));

        Restart();

        Assert.Equal(job.Id, before);
        Assert.Equal(job.Id, Source(Expect("next")));
    }

    [Fact]
    public void What_a_target_takes_makes_room_for_what_waits_for_it()
    {
        Start(Options);
        Cancel(Window + 1);
        var told = Enumerable.Range(0, Window).Select(_ => Expect("dead")).ToList();
        ExpectNone();

        Acknowledge(told[7]);

        Assert.DoesNotContain(Source(Expect("dead")), told.Select(Source));
    }

    [Fact]
    public void A_silent_target_is_asked_with_one_job_and_less_and_less_often_until_it_takes_that()
    {
        Start(Options);
        Cancel(3);
        var told = Enumerable.Range(0, 3).Select(_ => Expect("dead")).ToList();
        foreach (var seconds in (int[])[1, 2, 4, 8, 10, 10])
        {
            for (var passed = 1; passed < seconds; passed++) Pass(0);
            told.Add(Pass(1).Single());
        }

        Acknowledge(told[^1]);

        Assert.Equal(3, told.Skip(3).Select(Source).Distinct().Count()); // each in its turn
        var rest = Enumerable.Range(0, 2).Select(_ => Expect("dead")).ToList();
        Assert.DoesNotContain(Source(told[^1]), rest.Select(Source));
        foreach (var last in rest) Acknowledge(last);
        Assert.Equal(0, Info().PendingForwards);
    }

    [Fact]
    public void What_one_of_many_was_lost_is_told_again_after_a_second()
    {
        Start(Options);
        Cancel(3);
        var told = Enumerable.Range(0, 3).Select(_ => Expect("dead")).ToList();
        Acknowledge(told[0]);
        Acknowledge(told[2]);

        Assert.Equal(Source(told[1]), Source(Pass(1).Single()));
    }

    [Fact]
    public void A_forward_to_a_queue_that_is_gone_is_kept_and_told_of_ever_less_often()
    {
        Start(Options);
        Cancel(1);
        var told = Expect("dead");
        foreach (var seconds in (int[])[1, 2, 4])
        {
            Refuse(told);
            for (var passed = 1; passed < seconds; passed++) Pass(0);
            told = Pass(1).Single();
        }

        Refuse(told);
        for (var passed = 1; passed < 8; passed++) Pass(0);
        EventFilter.Warning(contains: "1 jobs for queue dead, which does not take them: There is no queue 'dead'").ExpectOne(() => told = Pass(1).Single());
        EventFilter.Warning(contains: "which does not take them").Expect(0, TimeSpan.Zero, () =>
        {
            Refuse(told);
            for (var passed = 1; passed < 10; passed++) Pass(0);
            told = Pass(1).Single();
        });

        Acknowledge(told); // it was made anew
        Assert.Equal(0, Info().PendingForwards);
    }

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

    private void Cancel(int count)
    {
        ImmutableArray<InsertJob> jobs = [.. Enumerable.Range(0, count).Select(n => InsertJob.Of(Emails, n, new() { Id = JobId.New() }))];
        Ask<InsertManyResult>(new InsertJobs(Emails, jobs));
        foreach (var job in jobs) Tell(new CancelJob(Emails, job.Id, null));
        Settle();
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

    private void Refuse(QueueCalls told) => Answer(told, QueueEntity.Unknown(told.Partition.Queue));

    private void Answer(QueueCalls told, GafferReply reply)
    {
        Queue.Tell(new QueueAnswers(told.Partition, [new QueueAnswer(told.Calls.Single().Id, reply)]), _region);
        Settle();
    }

    private static ForwardJob Forward(QueueCalls told) => Assert.IsType<ForwardJob>(told.Calls.Single().Request);

    private static JobId Source(QueueCalls told) => System.Text.Json.JsonSerializer.Deserialize<ForwardedJob>(Forward(told).Payload.Span, System.Text.Json.JsonSerializerOptions.Web)!.SourceId;
}
