using Xunit;

namespace Gaffer.Tests;

/// <summary>Group commit: what leaves a queue, and when.</summary>
public class QueueActorTests : QueueTestKit
{
    [Fact]
    public void Nothing_leaves_before_it_is_durable_and_what_arrives_meanwhile_is_one_commit()
    {
        Start();
        var workers = Serve(Node("a:1"));
        var (commits, events) = (Commits.Count, Events.All.Count);
        Journal.Writes.Hold();

        var first = Tell(InsertJob.Of(Emails, 1));
        Await(() => Journal.Writes.Held == 1);
        var known = Tell(new GetQueueInfo(Emails));
        var inserts = Enumerable.Range(0, 20).Select(n => Tell(InsertJob.Of(Emails, n))).ToList();
        var cancelled = InsertJob.Of(Emails, 2);
        var (insert, cancel, read) = (Tell(cancelled), Tell(new CancelJob(Emails, cancelled.Id)), Tell(new GetJob(Emails, cancelled.Id)));
        Settle();
        Assert.False(Client.HasMessages);
        Assert.True(workers.IsIdle);
        Assert.Equal((commits, events), (Commits.Count, Events.All.Count));

        Journal.Writes.ReleaseOne();
        Assert.Equal(Answer<InsertResult>(first).Job.Id, workers.Job().Id);
        Await(() => Journal.Writes.Held == 1);
        Settle();
        Assert.False(Client.HasMessages);
        Assert.Equal(events + 2, Events.All.Count); // inserted, claimed

        Journal.Writes.Release();
        Assert.All(inserts.Append(insert), i => Assert.False(Answer<InsertResult>(i).IsDuplicate));
        Assert.Equal((0, 1), (Answer<QueueInfo>(known) is var info ? info.Available.Count : -1, info.Executing.Count)); // as it was when it was asked
        Answer<CancelResult.Cancelled>(cancel);
        Assert.Equal(JobState.Cancelled, Answer<JobFound>(read).Job.State);
        Assert.Equal([2, 22], Commits.Skip(commits).Select(c => c.Changes.Count));
    }

    [Fact]
    public void A_read_alone_writes_nothing()
    {
        Start();
        var job = Insert();
        var (commits, writes) = (Commits.Count, Journal.Writes.Attempts);

        Assert.Equal(job.Id, Get(job).Id);
        Assert.Equal(1, Info().Available.Count);
        Assert.Equal((commits, writes), (Commits.Count, Journal.Writes.Attempts));
    }

    [Fact]
    public void An_insert_and_its_claim_by_an_idle_worker_are_one_commit()
    {
        Start();
        var workers = Serve(Node("a:1"));
        var commits = Commits.Count;

        var job = Insert();

        Assert.Equal((job.Id, JobState.Executing, 1), workers.Job() is var given ? (given.Id, given.State, given.Execution) : default);
        Assert.Equal([typeof(QueueChange.Inserted), typeof(QueueChange.Claimed)], Assert.Single(Commits.Skip(commits)).Changes.Select(c => c.GetType()));
        Assert.Equal(JobState.Available, job.State); // it is answered as it was inserted
    }

    [Fact]
    public void A_result_and_the_next_claim_are_one_commit()
    {
        Start();
        var (first, second) = (Insert(), Insert());
        var workers = Serve(Node("a:1"));
        var running = workers.Job();
        Assert.Equal(first.Id, running.Id);
        var commits = Commits.Count;

        workers.End(running);

        Assert.Equal(second.Id, workers.Job().Id);
        Assert.Equal([typeof(QueueChange.Completed), typeof(QueueChange.Claimed)], Assert.Single(Commits.Skip(commits)).Changes.Select(c => c.GetType()));
    }

    [Fact]
    public void A_request_that_is_told_again_while_its_write_is_held_is_one_job()
    {
        Start();
        HoldWrite();
        var insert = InsertJob.Of(Emails, 1);
        var (first, again) = (Tell(insert), Tell(insert));
        Settle();
        Journal.Writes.Release();

        Assert.False(Answer<InsertResult>(first).IsDuplicate);
        Assert.True(Answer<InsertResult>(again).IsDuplicate);
        Assert.Equal(2, Info().Available.Count);
    }

    [Fact]
    public void A_clock_that_is_set_back_dates_no_change_before_those_it_rests_on()
    {
        Start();
        var job = Insert(options: new() { Delay = TimeSpan.FromSeconds(10), Chain = "c" });
        var next = Insert(options: new() { Delay = TimeSpan.FromSeconds(10), Chain = "c" });
        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, Info().Scheduled);
        Time.AdjustTime(Given.Noon.AddSeconds(5));
        var workers = Serve(Node("a:1"), 2);
        var given = workers.Job();
        Assert.Equal((job.Id, Given.Noon.AddSeconds(10)), (given.Id, given.AttemptedAt!.Value));

        Restart();

        var info = Info();
        Assert.Equal((1, 1, 1), (info.Executing.Count, info.Available.Count, info.Blocked + info.Scheduled));
        workers.Register(Key(given));
        Assert.True(workers.IsIdle);
        workers.End(given);
        Assert.Equal(next.Id, workers.Job().Id);
    }
}

public class CappedQueueActorTests() : QueueTestKit("gaffer.queue { max-commit-changes = 4, max-pending-changes = 10 }")
{
    [Fact]
    public void A_commit_has_no_more_changes_than_its_cap()
    {
        Start();
        var commits = Commits.Count;
        var held = HoldWrite();
        var inserts = Enumerable.Range(0, 10).Select(n => Tell(InsertJob.Of(Emails, n))).ToList();
        Settle();
        Journal.Writes.Release();

        Answer<InsertResult>(held);
        Assert.Equal(Enumerable.Range(2, 10), inserts.Select(i => (int)Answer<InsertResult>(i).Job.Sequence));
        Assert.Equal([1, 4, 4, 2], Commits.Skip(commits).Select(c => c.Changes.Count));
    }

    [Fact]
    public void A_queue_with_too_much_that_is_uncommitted_says_so_at_once()
    {
        Start();
        var held = HoldWrite();
        var inserts = Enumerable.Range(0, 10).Select(n => Tell(InsertJob.Of(Emails, n))).ToList();

        var failure = Ask<GafferFailure>(InsertJob.Of(Emails, 11));
        Assert.Equal(GafferError.Overloaded, failure.Error);
        Assert.Contains("10 uncommitted", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, Journal.Writes.Held);

        Journal.Writes.Release();
        Assert.All(inserts.Append(held), i => Answer<InsertResult>(i));
        Insert();
        Assert.Equal(12, Info().Available.Count);
    }

    [Fact]
    public void Many_jobs_are_claimed_over_several_commits()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 10 });
        Ask<InsertManyResult>(new InsertJobs(Emails, [.. Enumerable.Range(0, 9).Select(n => InsertJob.Of(Emails, n))]));
        var workers = Serve(Node("a:1"));

        Assert.Equal(Enumerable.Range(1, 9), Enumerable.Range(1, 9).Select(_ => (int)workers.Job().Sequence));
        Assert.All(Commits, c => Assert.True(c.Changes.Count <= 4 || c.Changes.All(change => change is QueueChange.Inserted))); // one request is one event
    }

    [Fact]
    public void A_drain_that_is_told_again_while_it_waits_does_not_undo_a_resume()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 1 });
        var workers = Serve(Node("a:1"));
        Insert();
        var running = workers.Job();
        Ask<PauseResult>(new PauseQueue(Emails)); // so the drain has nothing to write
        var request = new DrainQueue(Emails, Timeout.InfiniteTimeSpan);
        var drain = Tell(request);
        Ask<ResumeResult>(new ResumeQueue(Emails));

        Tell(Emails, request, drain);

        Assert.Equal(QueueStatus.Active, Info().Status);
        workers.End(running);
        Assert.True(Answer<DrainResult>(drain).Drained);
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_stop_the_polls()
    {
        Start(new QueueOptions { Name = Emails, PollInterval = TimeSpan.FromSeconds(1) });
        var workers = Serve(Node("a:1"));
        var job = Insert();
        Settle();

        Time.AdjustTime(Time.GetUtcNow() - TimeSpan.FromHours(1));
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(job.Id, workers.Job().Id);
    }
}
