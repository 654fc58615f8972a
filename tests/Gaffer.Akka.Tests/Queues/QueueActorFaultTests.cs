using Xunit;

namespace Gaffer.Tests;

/// <summary>What a queue does when its journal does not.</summary>
public class QueueActorFaultTests() : QueueTestKit("gaffer.queue.restart-max = 500ms")
{
    private static readonly TimeSpan RestartMin = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(false, "the disk is on fire")]
    [InlineData(true, "the disk does not like it")]
    public void A_write_that_fails_is_told_to_all_who_wait_and_leaves_no_trace(bool rejected, string reason)
    {
        Start();
        var (durable, events) = (Insert(), Events.All.Count);
        var workers = Serve(Node("a:1"), kinds: ["other"]);
        Break(rejected);
        Journal.Writes.Hold();
        var lost = InsertJob.Of(Emails, 1, new() { Kind = "other" });
        long[] calls = [Tell(lost), .. AfterHeld()];

        ExpectBackOff("00:00:00.2", Journal.Writes.Release);
        Assert.All(calls, call => ExpectUnavailable(call, reason));
        Assert.True(workers.IsIdle);
        Assert.Equal(events, Events.All.Count);

        Time.Advance(RestartMin - TimeSpan.FromMilliseconds(1));
        ExpectUnavailable(Tell(new GetJob(Emails, durable.Id)), reason); // at once, and it is not asked to write
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(durable.Id, Get(durable).Id);
        Assert.Equal(GafferError.UnknownJob, Ask<GafferFailure>(new GetJob(Emails, lost.Id)).Error);
        Assert.Equal(1, Info().Available.Count);

        workers.Register();
        Assert.False(Ask<InsertResult>(lost).IsDuplicate);
        Assert.Equal((lost.Id, 1), workers.Job() is var job ? (job.Id, job.Execution) : default);

        IEnumerable<long> AfterHeld()
        {
            Await(() => Journal.Writes.Held == 1);
            long[] waiting = [Tell(InsertJob.Of(Emails, 2)), Tell(new GetQueueInfo(Emails)), Tell(new PauseQueue(Emails)), Tell(new GetJob(Emails, durable.Id))];
            Settle();
            return waiting;
        }
    }

    [Fact]
    public void The_delay_grows_with_each_failure_and_starts_over_after_a_write()
    {
        Start();
        foreach (var (delay, next) in new[] { ("0.2", 200), ("0.4", 400), ("0.5", 500), ("0.5", 500) })
        {
            FailOnce($"00:00:0{delay}");
            Time.Advance(TimeSpan.FromMilliseconds(next));
        }

        Insert();
        FailOnce("00:00:00.2");
    }

    [Fact]
    public void What_was_acknowledged_stays_whatever_fails()
    {
        Start();
        for (var n = 0; n < 20; n++)
        {
            var insert = InsertJob.Of(Emails, n);
            for (var failures = n % 3; failures > 0; failures--)
            {
                ExpectBackOff("", () =>
                {
                    Break(n % 2 == 0);
                    ExpectUnavailable(Tell(insert), "the disk");
                });
                Time.Advance(TimeSpan.FromMilliseconds(500));
            }

            Assert.False(Ask<InsertResult>(insert).IsDuplicate);
            Assert.True(Ask<InsertResult>(insert).IsDuplicate);
        }

        Assert.Equal(Enumerable.Range(0, 20), All());
        Restart();
        Assert.Equal(Enumerable.Range(0, 20), All());

        IEnumerable<int> All() => Ask<JobPage>(new ListJobs(Emails, JobFilter.All)).Jobs.OrderBy(j => j.Sequence).Select(j => j.PayloadAs<int>());
    }

    [Fact]
    public void A_result_whose_write_fails_is_not_acknowledged_and_counts_when_it_is_told_again()
    {
        Start();
        var workers = Serve(Node("a:1"));
        Insert();
        var job = workers.Job();
        ExpectBackOff("00:00:00.2", () =>
        {
            Break(false);
            workers.Tell(Key(job));
        });
        Assert.True(workers.IsIdle);
        Time.Advance(RestartMin);

        workers.Register(Key(job));
        workers.End(job);

        Assert.Equal((JobState.Completed, 1), Get(job) is var done ? (done.State, done.Attempt) : default);
    }

    [Fact]
    public void A_recovery_that_fails_is_told_and_tried_again()
    {
        Start();
        var job = Insert();
        Journal.Recoveries.Fail(2, "the disk is asleep");

        ExpectBackOff("00:00:00.2", Restart);
        ExpectUnavailable(Tell(new GetJob(Emails, job.Id)), "the disk is asleep");
        ExpectBackOff("00:00:00.4", () => Time.Advance(RestartMin));
        ExpectUnavailable(Tell(InsertJob.Of(Emails, 2)), "the disk is asleep");
        Time.Advance(RestartMin * 2);

        Assert.Equal(job.Id, Get(job).Id);
        Insert();
    }

    [Fact]
    public void A_node_that_registers_meanwhile_hears_that_the_queue_rests()
    {
        Start();
        FailOnce("00:00:00.2");
        var probe = CreateTestProbe();
        Entity.Tell(new RegisterWorkers(Emails, Node("a:1"), null, ["default"], [], 0), probe);

        probe.ExpectMsg<QueueRests>(Patience);
    }

    [Fact]
    public void A_node_that_registers_while_the_journal_is_read_hears_that_the_queue_rests()
    {
        Start();
        FailOnce("00:00:00.2");
        Journal.Recoveries.Hold();
        Time.Advance(RestartMin);
        Await(() => Journal.Recoveries.Held == 1);
        var probe = CreateTestProbe();
        Entity.Tell(new RegisterWorkers(Emails, Node("a:1"), null, ["default"], [], 0), probe);

        probe.ExpectMsg<QueueRests>(Patience);
        Journal.Recoveries.Release();
        probe.ExpectMsg<WorkersRegistered>(Patience);
        Entity.Tell(new RegisterWorkers(Emails, Node("a:1"), null, ["default"], [], 0), probe);
        probe.ExpectMsg<WorkersRegistered>(Patience);
    }

    private void FailOnce(string delay) => ExpectBackOff(delay, () =>
    {
        Break(false);
        ExpectUnavailable(Tell(InsertJob.Of(Emails, 1)), "the disk is on fire");
    });

    private void Break(bool rejected)
    {
        if (rejected) Journal.Writes.Reject();
        else Journal.Writes.Fail();
    }
}
