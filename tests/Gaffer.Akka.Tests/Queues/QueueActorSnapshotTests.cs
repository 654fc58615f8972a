using Xunit;

namespace Gaffer.Tests;

/// <summary>How the journal of a queue is kept short, and goes with the queue.</summary>
public class QueueActorSnapshotTests : QueueTestKit
{
    public QueueActorSnapshotTests()
        : this("")
    {
    }

    protected QueueActorSnapshotTests(string settings)
        : base($"gaffer.queue.snapshot-floor = 1000b\n{settings}")
    {
    }

    [Fact]
    public void The_journal_holds_only_what_came_after_the_last_snapshot()
    {
        Start();
        var workers = Serve(Node("a:1"));
        List<int> lengths = [];
        for (var n = 0; n < 60; n++)
        {
            Insert(n, new() { Chain = n % 5 == 1 ? "c" : null });
            var job = workers.Job();
            workers.End(job, n % 5 == 0 ? JobResult.Fail("no", TimeSpan.FromHours(1)) : JobResult.Complete(n));
            lengths.Add(Commits.Count);
        }

        Await(() => Commits.Count < 121);
        Assert.True(lengths.Zip(lengths.Skip(1)).Count(p => p.Item2 < p.Item1) >= 2); // more than one snapshot
        var before = (All(), Info() with { Nodes = [], Totals = QueueTotals.Zero });

        Restart();

        Assert.Equal(before.Item1, All());
        Assert.Equal(before.Item2, Info() with { Nodes = [], Totals = QueueTotals.Zero });
    }

    [Fact]
    public void A_growing_backlog_is_not_written_over_and_over()
    {
        Start();
        for (var n = 0; n < 20; n++) Ask<InsertManyResult>(new InsertJobs(Emails, [.. Enumerable.Range(0, 10).Select(i => InsertJob.Of(Emails, i))]));
        Await(() => Commits.Count == 19); // one snapshot at the floor; after it the log is always smaller than the jobs

        var jobs = All();
        foreach (var job in jobs.Take(50)) Ask<JobDeletedResult>(new DeleteJob(Emails, job.Id));
        Await(() => Commits.Count < 50);
        Restart();
        Assert.Equal(jobs.Skip(50), All());
    }

    [Fact]
    public void A_queue_that_keeps_its_log_keeps_it()
    {
        Start(new QueueOptions { Name = Emails, KeepLog = true });
        for (var n = 0; n < 40; n++) Insert(n);

        Settle();
        Assert.Equal(41, Commits.Count);
        Restart();
        Assert.Equal(40, Info().Available.Count);
        Assert.Equal(42, Commits.Count);
        Assert.IsType<QueueChange.Opened>(Assert.Single(Commits[^1].Changes));
    }

    [Fact]
    public void A_snapshot_and_a_failed_write_lose_nothing()
    {
        Start();
        for (var n = 0; n < 30; n++) Insert(n);
        ExpectBackOff("00:00:00.2", () =>
        {
            Journal.Writes.Fail();
            ExpectUnavailable(Tell(InsertJob.Of(Emails, 1)), "the disk");
        });
        Time.Advance(TimeSpan.FromMilliseconds(200));

        Assert.Equal(Enumerable.Range(1, 30), All().Select(j => (int)j.Sequence));
    }

    [Fact]
    [Trait("spec", "S-54")]
    [Trait("spec", "S-55")]
    public void A_deleted_queue_leaves_nothing_and_another_of_its_name_starts_empty()
    {
        Start();
        var job = Insert();
        for (var n = 0; n < 30; n++) Insert(n);
        Assert.Equal(GafferError.QueueInUse, Ask<GafferFailure>(new DeleteQueue(Emails)).Error);

        var queue = Watch(Queue);
        Assert.Equal(31, Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.Purge)).Jobs);
        ExpectTerminated(queue);
        Settle(Entity);
        Assert.Empty(Commits);
        Assert.Equal(GafferError.UnknownQueue, Ask<GafferFailure>(new GetQueueInfo(Emails)).Error);

        Assert.False(Ask<CreateQueueResult>(new CreateQueue(new QueueOptions { Name = Emails })).AlreadyExists);
        Assert.Equal(GafferError.UnknownJob, Ask<GafferFailure>(new GetJob(Emails, job.Id)).Error);
        Assert.Equal(0, Info().Available.Count);
        Assert.Equal(1, Insert().Sequence);
        Restart();
        Assert.Equal(1, Info().Available.Count);
        Assert.Equal(1, Ask<QueueDescription>(new GetQueue(Emails)).Version);
    }

    private protected List<(JobId Id, JobState State, int Attempt, long Sequence)> All() =>
        [.. Ask<JobPage>(new ListJobs(Emails, JobFilter.All, 1000)).Jobs.OrderBy(j => j.Sequence).Select(j => (j.Id, j.State, j.Attempt, j.Sequence))];
}
