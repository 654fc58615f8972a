using Akka.Actor;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue and its workers: who executes what, and what is believed of whom.</summary>
public class QueueActorWorkersTests : QueueTestKit
{
    [Fact]
    public void A_job_that_its_node_does_not_know_is_sent_again()
    {
        Start();
        var workers = Serve(Node("a:1"), 2);
        var first = Begin(workers);
        var second = Begin(workers);

        workers.Register(Key(first));

        Assert.Equal(Key(second), Key(workers.Job()));
        workers.Register(Key(first), Key(second));
        Info();
        Assert.True(workers.IsIdle);
        Assert.Equal(0, Get(second).Attempt);
    }

    [Fact]
    public void An_execution_that_the_queue_does_not_believe_is_stopped()
    {
        Start();
        var workers = Serve(Node("a:1"));
        var job = Begin(workers);
        ExecutionKey unknown = new(JobId.New(), 3), older = new(job.Id, 0);

        workers.Register(Key(job), unknown, older);

        Assert.Equal([unknown, older], [workers.Stop(), workers.Stop()]);
    }

    [Fact]
    public void A_result_with_an_old_token_changes_nothing_and_is_acknowledged()
    {
        Start();
        var workers = Serve(Node("a:1"));
        var first = Begin(workers);
        workers.End(first, JobResult.Fail("no", TimeSpan.Zero));
        var second = workers.Job();
        Assert.Equal((first.Id, 2), (second.Id, second.Execution));
        var commits = Commits.Count;

        workers.End(first);

        Assert.Equal((JobState.Executing, 1, commits), (Get(first).State, Get(first).Attempt, Commits.Count));
        workers.End(second);
        Assert.Equal((JobState.Completed, 2), Get(first) is var job ? (job.State, job.Attempt) : default);
    }

    [Fact]
    public void A_result_that_is_told_twice_is_one_result()
    {
        Start();
        var workers = Serve(Node("a:1"));
        var job = Begin(workers);
        var commits = Commits.Count;

        workers.Tell(new FinishedExecution(Key(job), JobResult.Fail("no", TimeSpan.FromHours(1))), new FinishedExecution(Key(job), JobResult.Fail("no", TimeSpan.FromHours(1))));
        Assert.Equal([Key(job), Key(job)], [workers.Acknowledged(), workers.Acknowledged()]);
        workers.End(job);

        Assert.Equal((1, commits + 1), (Get(job).Attempt, Commits.Count));
    }

    [Fact]
    public void A_result_from_a_node_that_does_not_execute_the_job_changes_nothing()
    {
        Start();
        var (a, b) = (Serve(Node("a:1")), Serve(Node("b:1"), kinds: ["other"]));
        var job = Begin(a);

        b.End(job);

        Assert.Equal(JobState.Executing, Get(job).State);
    }

    [Fact]
    public void A_result_after_the_end_of_its_job_changes_nothing()
    {
        Start();
        var workers = Serve(Node("a:1"), 2);
        var (cancelled, deleted) = (Begin(workers), Begin(workers));
        Ask<CancelResult.Cancelled>(new CancelJob(Emails, cancelled.Id, "enough"));
        Ask<JobDeletedResult>(new DeleteJob(Emails, deleted.Id));
        Assert.Equal([Key(cancelled), Key(deleted)], [workers.Stop(), workers.Stop()]);

        workers.End(cancelled);
        workers.End(deleted);

        Assert.Equal((JobState.Cancelled, "enough"), Get(cancelled) is var job ? (job.State, job.CancelReason) : default);
        Assert.Equal(GafferError.UnknownJob, Ask<GafferFailure>(new GetJob(Emails, deleted.Id)).Error);
    }

    [Fact]
    public void The_jobs_of_a_supervisor_that_ended_are_rescued()
    {
        Start(new QueueOptions { Name = Emails, MaxAttempts = 2 });
        var (a, b) = (Serve(Node("a:1")), Serve(Node("b:1"), kinds: ["other"]));
        var job = Begin(a);

        a.Die();
        Await(() => Info().Available.Count == 1);
        var c = Serve(Node("c:1"));

        var again = c.Job();
        Assert.Equal((job.Id, 2, 1), (again.Id, again.Execution, again.Attempt));
        Assert.Equal(JobErrorKind.NodeLost, Assert.Single(again.Errors).Error.Kind);
        c.Die();
        Await(() => Get(job).State == JobState.Failed);
        Assert.True(b.IsIdle);
    }

    [Fact]
    public void A_new_supervisor_of_a_node_takes_the_place_of_the_one_before()
    {
        Start();
        var node = Node("a:1");
        var old = Serve(node);
        var job = Begin(old);

        var fresh = Serve(node);
        var again = fresh.Job();
        Assert.Equal(new ExecutionKey(job.Id, job.Execution + 1), Key(again));
        old.Die();
        Settle();

        Assert.Equal((JobState.Executing, 1), Get(job) is var now ? (now.State, now.Attempt) : default);
        fresh.End(again);
    }

    [Fact]
    public void After_a_restart_the_nodes_have_a_grace_to_come_back()
    {
        Start();
        var (nodeA, nodeB) = (Node("a:1"), Node("b:1"));
        var (a, b) = (Serve(nodeA), Serve(nodeB));
        var (lost, kept) = (Begin(a), Begin(b));
        Restart();
        Assert.Equal(2, Info().Executing.Count);

        Time.Advance(TimeSpan.FromSeconds(7) - TimeSpan.FromMilliseconds(1));
        b.Register(Key(kept));
        Assert.Equal(2, Info().Executing.Count);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var info = Info();

        Assert.Equal((1, 1), (info.Executing.Count, info.Available.Count));
        Assert.Equal((JobState.Executing, 0), Get(kept) is var job ? (job.State, job.Attempt) : default);
        Assert.Equal(1, Get(lost).Attempt);
        b.End(kept);
        Assert.Equal(lost.Id, b.Job().Id);
    }

    [Fact]
    public void What_an_earlier_life_of_a_process_executed_is_rescued_when_the_next_one_registers()
    {
        Start();
        var before = Serve(new WorkerNode("a:1", Guid.NewGuid()));
        var job = Begin(before);
        Restart();

        var after = Serve(new WorkerNode("a:1", Guid.NewGuid()));

        Assert.Equal((job.Id, 2, 1), after.Job() is var again ? (again.Id, again.Execution, again.Attempt) : default);
        Assert.Single(Info().Nodes);
    }

    [Fact]
    public void A_node_that_leaves_gets_nothing_more_and_what_it_gives_back_costs_no_attempt()
    {
        Start();
        var node = Node("a:1");
        var a = Serve(node, 2);
        var job = Begin(a);
        var probe = CreateTestProbe();
        a.Queue.Tell(new WorkersLeaving(Emails, node), probe);
        probe.ExpectMsg<WorkersGone>(Patience);
        Insert();

        a.End(job, JobResult.Released.Instance);

        Info();
        Assert.True(a.IsIdle);
        Assert.Equal((JobState.Available, 0), Get(job) is var back ? (back.State, back.Attempt) : default);
        Assert.Equal(job.Id, Serve(Node("b:1")).Job().Id);
    }

    private Job Begin(Workers workers)
    {
        var job = Insert();
        var given = workers.Job();
        Assert.Equal(job.Id, given.Id);
        return given;
    }

    [Fact]
    public void Jobs_of_a_node_that_is_removed_before_it_was_heard_of_are_rescued_at_once()
    {
        Start();
        var lost = Serve(Node("lost:1"));
        Insert();
        var job = lost.Job();
        Restart();
        var b = Serve(Node("b:1"));
        Contact.Set(false, ["lost:1", "b:1"], []);
        Sys.EventStream.Publish(new NodeRemoved(new Address("akka.tcp", "test", "other", 1)));
        Settle();
        Assert.True(b.IsIdle);

        Contact.Set(false, ["b:1"], []);
        Sys.EventStream.Publish(new NodeRemoved(new Address("akka.tcp", "test", "lost", 1)));

        Assert.Equal((job.Id, 1), b.Job() is var again ? (again.Id, again.Attempt) : default);
    }

    [Fact]
    public void No_job_is_given_to_a_node_that_cannot_be_reached()
    {
        Start();
        var (a, b) = (Serve(Node("a:1")), Serve(Node("b:1")));
        Contact.Set(false, ["a:1", "b:1"], ["a:1"]);
        Insert(1);
        Insert(2);
        b.End(b.Job());
        b.Job();
        Assert.True(a.IsIdle);

        Insert(3);
        Contact.Set(false, ["a:1", "b:1"], []);
        a.Register();

        Assert.Equal(3, a.Job().Sequence);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_retry_before_now_is_one_now(long ticks)
    {
        Start();
        var a = Serve(Node("a:1"));
        var job = Insert();

        a.End(a.Job(), JobResult.Fail("no", TimeSpan.FromTicks(ticks)));

        Assert.Equal((job.Id, 2), a.Job() is var again ? (again.Id, again.Execution) : default);
    }
}

public class ExclusiveQueueActorTests() : QueueTestKit(exclusive: true)
{
    [Fact]
    public void Where_no_other_process_can_have_the_storage_its_jobs_are_rescued_at_once()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 2 });
        var here = Serve(Here);
        var mine = Insert();
        Assert.Equal(mine.Id, here.Job().Id);
        var gone = Serve(Node("gone:1"), 1, running: []);
        var lost = Insert();
        Assert.Equal(lost.Id, gone.Job().Id);

        Restart();

        var info = Info();
        Assert.Equal((1, 1), (info.Executing.Count, info.Available.Count));
        Assert.Equal((JobState.Executing, 0), Get(mine) is var job ? (job.State, job.Attempt) : default); // the actor started again, not the process
        Assert.Equal(1, Get(lost).Attempt);
    }

    [Fact]
    public void A_member_may_perform_its_jobs_all_the_same()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 2 });
        Contact.Set(false, [Here.Address, "a:1"], []);
        var (member, stranger) = (Serve(Node("a:1"), 1), Serve(Node("b:1"), 1));
        InsertMany(2);
        var (runs, lost) = (member.Job(), stranger.Job());

        FailOnce();

        Assert.Equal((JobState.Executing, 0), Get(runs) is var job ? (job.State, job.Attempt) : default);
        Assert.Equal(1, Get(lost).Attempt);
    }

    private void FailOnce()
    {
        Journal.Writes.Fail();
        ExpectUnavailable(Tell(InsertJob.Of(Emails, 1)), "the disk");
        Time.Advance(TimeSpan.FromSeconds(1));
    }

    private void InsertMany(int count)
    {
        for (var n = 0; n < count; n++) Insert();
    }
}
