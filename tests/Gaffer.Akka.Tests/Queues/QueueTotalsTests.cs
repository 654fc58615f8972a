using Xunit;

namespace Gaffer.Tests;

public class QueueTotalsTests : QueueTestKit
{
    [Fact]
    public void Each_thing_that_happens_to_jobs_is_counted_once()
    {
        Start(new QueueOptions { Name = Emails, MaxAttempts = 2, Backoff = Backoff.Fixed(TimeSpan.Zero) });
        var workers = Serve(Node("a:1"), 1);
        Insert();
        workers.End(workers.Job(), JobResult.Fail("once"));
        workers.End(workers.Job());
        Insert();
        workers.End(workers.Job(), JobResult.Fail("once"));
        workers.End(workers.Job(), JobResult.Fail("for good"));
        Insert();
        workers.End(workers.Job(), JobResult.Cancel("not needed"));
        Ask<CancelResult>(new CancelJob(Emails, Insert(options: new() { Delay = TimeSpan.FromDays(1) }).Id, null));

        var totals = Info().Totals;

        Assert.Equal(
            (Inserted: 4L, Started: 5L, Completed: 1L, Failed: 1L, Retried: 2L, Cancelled: 2L, Rescued: 0L, Pruned: 0L),
            (totals.Inserted, totals.Started, totals.Completed, totals.Failed, totals.Retried, totals.Cancelled, totals.Rescued, totals.Pruned));
        Assert.Equal(Given.Noon, totals.Since);
    }

    [Fact]
    public void Waiting_begins_when_a_job_is_due_and_running_when_it_is_claimed()
    {
        Start(new QueueOptions { Name = Emails, MaxAttempts = 2, Backoff = Backoff.Fixed(TimeSpan.FromSeconds(60)) });
        Insert(options: new() { Delay = TimeSpan.FromSeconds(10) });
        Time.Advance(TimeSpan.FromSeconds(13));
        var workers = Serve(Node("a:1"), 1);
        var first = workers.Job();
        Time.Advance(TimeSpan.FromSeconds(5));
        workers.End(first, JobResult.Fail("once"));

        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)), Info().Totals is var totals ? (totals.WaitTime, totals.RunTime) : default);

        Time.Advance(TimeSpan.FromSeconds(60));
        var second = workers.Job();
        Time.Advance(TimeSpan.FromSeconds(2));
        workers.End(second);

        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(7)), Info().Totals is var sum ? (sum.WaitTime, sum.RunTime) : default);
    }

    [Fact]
    public void A_job_of_a_lost_node_is_rescued_and_retried()
    {
        Start();
        var lost = Serve(Node("a:1"), 1);
        Insert();
        lost.Job();
        lost.Die();
        var job = Serve(Node("b:1"), 1).Job();

        Assert.Equal(2, job.Execution);
        Assert.Equal((1L, 1L, 0L), Info().Totals is var totals ? (totals.Rescued, totals.Retried, totals.Failed) : default);
    }

    [Fact]
    public void Pruned_jobs_are_counted_and_counting_begins_anew_with_the_actor()
    {
        Start(new QueueOptions { Name = Emails, Prune = PruneOptions.Never with { DefaultAge = Age.Immediately } });
        var workers = Serve(Node("a:1"), 1);
        Insert();
        workers.End(workers.Job());
        Ask<PruneResult>(new PruneQueue(Emails));
        Assert.Equal(1, Info().Totals.Pruned);
        Time.Advance(TimeSpan.FromMinutes(1));

        Restart();

        Assert.Equal(QueueTotals.Zero with { Since = Given.Noon.AddMinutes(1) }, Info().Totals);
    }

    [Fact]
    public void What_is_not_durable_is_not_counted()
    {
        Start();
        Insert();
        HoldWrite();
        var info = Tell(new GetQueueInfo(Emails));
        Settle();
        Journal.Writes.Release();

        Assert.Equal(1, Answer<QueueInfo>(info).Totals.Inserted);
        Assert.Equal(2, Info().Totals.Inserted);
    }

    [Fact]
    public void The_oldest_that_waits_for_a_worker_is_the_first_in_turn_and_no_scheduled_one()
    {
        Start();
        Insert(options: new() { Delay = TimeSpan.FromDays(1) });
        Assert.Null(Info().OldestReady);
        Time.Advance(TimeSpan.FromSeconds(1));
        Insert();
        Time.Advance(TimeSpan.FromSeconds(1));
        Insert(options: new() { Kind = "other" });

        Assert.Equal(Given.Noon.AddSeconds(1), Info().OldestReady);
    }

    [Fact]
    public void The_totals_of_partitions_are_added_up()
    {
        var sum = Samples.TotalledInfo.Totals + new QueueTotals { Since = Given.Noon.AddYears(1), Inserted = 1, WaitTime = TimeSpan.FromSeconds(1) };

        Assert.Equal(Samples.TotalledInfo.Totals with { Since = Given.Noon.AddYears(1), Inserted = 1_000_001, WaitTime = TimeSpan.FromMicroseconds(1_000_004) }, sum);
        Assert.Equal(sum, sum + QueueTotals.Zero);
    }
}
