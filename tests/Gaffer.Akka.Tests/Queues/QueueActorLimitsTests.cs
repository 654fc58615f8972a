using System.Collections.Immutable;
using Xunit;

namespace Gaffer.Tests;

/// <summary>How many jobs run at once, and where.</summary>
[Trait("spec", "S-23")]
[Trait("spec", "S-24")]
[Trait("spec", "S-92")]
public class QueueActorLimitsTests : QueueTestKit
{
    [Fact]
    public void A_node_executes_as_many_jobs_as_the_queue_says()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 2 });
        var a = Serve(Node("a:1"));
        InsertMany(5);
        var jobs = Take(a, 2);
        Assert.True(a.IsIdle);

        a.End(jobs[0]);
        Assert.Equal(3, a.Job().Sequence);
        Assert.True(a.IsIdle);
        Ask<QueueDescription>(new UpdateQueue(new QueueOptions { Name = Emails, MaxWorkers = 3 }));
        Assert.Equal(4, a.Job().Sequence);
    }

    [Fact]
    public void Or_as_many_as_the_node_says_for_itself()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 2 });
        var (a, b, c) = (Serve(Node("a:1"), 4), Serve(Node("b:1"), 1), Serve(Node("c:1")));
        InsertMany(20);

        Take(a, 4);
        Take(b, 1);
        Take(c, 2);
        Assert.True(a.IsIdle && b.IsIdle && c.IsIdle);
        Assert.Equal([4, 1, 2], Info().Nodes.Select(n => n.Max.Value));
    }

    [Fact]
    public void A_node_without_a_limit_gets_all()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 2 });
        InsertMany(50);

        Take(Serve(Node("a:1"), WorkerLimit.Unlimited), 50);
    }

    [Fact]
    public void The_nodes_together_execute_no_more_than_the_global_limit()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 2, GlobalMaxWorkers = 3 });
        var (a, b) = (Serve(Node("a:1")), Serve(Node("b:1")));
        InsertMany(10);
        List<Job> ofA = [a.Job()], ofB = [b.Job()];
        (a.IsIdle ? ofB : ofA).Add((a.IsIdle ? b : a).Job());
        Assert.Equal(3, Info().ActiveWorkers);
        Assert.True(a.IsIdle && b.IsIdle);

        for (var n = 0; n < 4; n++)
        {
            var (workers, jobs) = ofA.Count > ofB.Count ? (a, ofA) : (b, ofB);
            workers.End(jobs[0]);
            jobs.RemoveAt(0);
            (a.IsIdle ? ofB : ofA).Add((a.IsIdle ? b : a).Job());
            Assert.Equal(3, Info().ActiveWorkers);
            Assert.True(a.IsIdle && b.IsIdle);
        }
    }

    [Fact]
    public void The_global_limit_outlives_the_queue_actor()
    {
        Start(new QueueOptions { Name = Emails, GlobalMaxWorkers = 1 });
        var a = Serve(Node("a:1"));
        InsertMany(2);
        var job = a.Job();
        Restart();

        var b = Serve(Node("b:1"));
        Info();
        Assert.True(b.IsIdle);
        a.Register(Key(job));
        a.End(job);
        Assert.Equal(2, (a.IsIdle ? b : a).Job().Sequence);
    }

    [Fact]
    public void A_stopped_execution_keeps_its_place_until_its_end_is_told()
    {
        Start();
        var workers = Serve(Node("a:1"));
        InsertMany(3);
        var job = workers.Job();
        Ask<CancelResult.Cancelled>(new CancelJob(Emails, job.Id));
        Assert.Equal(Key(job), workers.Stop());

        workers.Register(Key(job));
        Assert.Equal(Key(job), workers.Stop());
        Info();
        Assert.True(workers.IsIdle);
        workers.End(job, JobResult.Fail("cancelled"));

        Assert.Equal(2, workers.Job().Sequence);
    }

    [Fact]
    public void A_registration_that_crosses_an_order_frees_no_place()
    {
        Start();
        var workers = Serve(Node("a:1"));
        InsertMany(2);
        var job = workers.Job();
        Ask<CancelResult.Cancelled>(new CancelJob(Emails, job.Id));
        Assert.Equal(Key(job), workers.Stop());

        workers.Register(); // sent before the order to execute had arrived
        Assert.Equal(Key(job), workers.Stop());
        Info();
        Info();
        Assert.True(workers.IsIdle);
        workers.End(job);

        Assert.Equal(2, workers.Job().Sequence);
    }

    [Fact]
    public void A_stopped_execution_keeps_its_place_when_the_queue_moves()
    {
        Start(new QueueOptions { Name = Emails, GlobalMaxWorkers = 1 });
        var a = Serve(Node("a:1"));
        InsertMany(2);
        var job = a.Job();
        Ask<CancelResult.Cancelled>(new CancelJob(Emails, job.Id));
        Assert.Equal(Key(job), a.Stop());
        Restart();

        var b = Serve(Node("b:1"));
        Info();
        Assert.True(b.IsIdle);
        a.Register(Key(job));
        Assert.Equal(Key(job), a.Stop());
        Assert.True(b.IsIdle);
        a.End(job);

        Assert.Equal(2, (a.IsIdle ? b : a).Job().Sequence);
    }

    [Fact]
    public void It_loses_its_place_when_its_node_does_not_come_back()
    {
        Start(new QueueOptions { Name = Emails, GlobalMaxWorkers = 1 });
        var a = Serve(Node("a:1"));
        InsertMany(2);
        var job = a.Job();
        Ask<CancelResult.Cancelled>(new CancelJob(Emails, job.Id));
        Restart();
        var b = Serve(Node("b:1"));
        Info();
        Assert.True(b.IsIdle);

        Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(2, b.Job().Sequence);
    }

    [Fact]
    public void A_queue_that_was_deleted_is_erased_when_its_code_has_ended()
    {
        Start();
        var workers = Serve(Node("a:1"));
        Insert();
        var job = workers.Job();
        Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.Purge));
        Assert.Equal(Key(job), workers.Stop());
        Settle();
        Assert.NotEmpty(Commits); // and with it what it holds of limits that others share

        workers.End(job);

        Await(() => Commits.Count == 0);
    }

    [Fact]
    public void It_keeps_its_place_under_the_global_limit_too()
    {
        Start(new QueueOptions { Name = Emails, GlobalMaxWorkers = 1 });
        var (a, b) = (Serve(Node("a:1")), Serve(Node("b:1"), kinds: ["other"]));
        var job = Insert();
        Insert(options: new() { Kind = "other" });
        var running = a.Job();
        Assert.Equal(job.Id, running.Id);
        Ask<JobDeletedResult>(new DeleteJob(Emails, job.Id));
        Assert.Equal(Key(running), a.Stop());
        Info();
        Info();
        Assert.True(b.IsIdle);

        a.End(running);

        Assert.Equal("other", b.Job().Kind);
    }

    [Fact]
    public void The_place_of_a_stopped_execution_goes_with_its_node()
    {
        Start(new QueueOptions { Name = Emails, GlobalMaxWorkers = 1 });
        var (a, b) = (Serve(Node("a:1")), Serve(Node("b:1"), kinds: ["other"]));
        var job = Insert();
        Insert(options: new() { Kind = "other" });
        Assert.Equal(job.Id, a.Job().Id);
        Ask<CancelResult.Cancelled>(new CancelJob(Emails, job.Id));

        a.Die();

        Assert.Equal("other", b.Job().Kind);
    }

    [Fact]
    [Trait("spec", "S-97")]
    public void The_least_loaded_node_goes_first()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 4 });
        var a = Serve(Node("a:1"));
        InsertMany(2);
        Take(a, 2);
        var (b, c) = (Serve(Node("b:1")), Serve(Node("c:1")));

        InsertMany(4);
        Take(b, 2);
        Take(c, 2);
        InsertMany(3);

        Assert.Equal(3, Take(a, 1).Concat(Take(b, 1)).Concat(Take(c, 1)).Count());
    }

    [Fact]
    public void A_job_goes_only_to_a_node_that_knows_its_kind()
    {
        Start(new QueueOptions { Name = Emails, MaxWorkers = 10 });
        var (a, b) = (Serve(Node("a:1"), kinds: ["x"]), Serve(Node("b:1"), kinds: ["x", "y"]));
        string[] kinds = ["y", "z", "y", "y", "x", "z"];
        Ask<InsertManyResult>(new InsertJobs(Emails, [.. kinds.Select(k => InsertJob.Of(Emails, 1, new() { Kind = k }))]));

        Assert.Equal("x", a.Job().Kind); // the other one has three
        Assert.Equal(["y", "y", "y"], Take(b, 3).Select(j => j.Kind));
        Assert.True(a.IsIdle && b.IsIdle);
        Assert.Equal(2, Info().Available.Count);

        Assert.Equal([2, 6], Take(Serve(Node("c:1"), kinds: ["z"]), 2).Select(j => j.Sequence));
    }

    [Fact]
    public void A_node_that_learns_a_kind_gets_its_jobs()
    {
        Start();
        var node = Node("a:1");
        var old = Serve(node, kinds: ["x"]);
        Insert(options: new() { Kind = "y" });
        Assert.True(old.IsIdle);

        Assert.Equal("y", Serve(node, kinds: ["x", "y"]).Job().Kind);
    }

    [Fact]
    public void Priority_goes_over_kinds()
    {
        Start();
        Insert(options: new() { Kind = "x" });
        Insert(options: new() { Kind = "y", Priority = 1 });
        Insert(options: new() { Kind = "x", Priority = 2 });
        var workers = Serve(Node("a:1"), 1, ["x", "y"]);
        List<int> order = [];
        for (var n = 0; n < 3; n++)
        {
            var job = workers.Job();
            order.Add(job.Priority);
            workers.End(job);
        }

        Assert.Equal([2, 1, 0], order);
    }

    private void InsertMany(int count) => Ask<InsertManyResult>(new InsertJobs(Emails, [.. Enumerable.Range(0, count).Select(n => InsertJob.Of(Emails, n))]));

    private static ImmutableArray<Job> Take(Workers workers, int count) => [.. Enumerable.Range(0, count).Select(_ => workers.Job())];

    [Fact]
    public void A_queue_that_is_made_anew_holds_the_permits_under_which_code_of_the_old_one_still_runs()
    {
        var state = Given.State(Given.Options with { Limits = ["supplier"] }, Given.Job(1));
        var held = new PermitsHeld("supplier", 3, state.Permits["supplier"].Version + 1);
        var later = Given.Noon + TimeSpan.FromHours(1);
        state.Apply(new QueueChange.PermitsMoved(Given.Noon, held));
        state.Apply(new QueueChange.Claimed(Given.Noon, Given.Id(1), Given.NodeA));
        state.Apply(new QueueChange.Deleted(Given.Noon, Guid.Empty));

        state.Apply(new QueueChange.Configured(Given.Noon, Given.Options with { Limits = ["supplier", "other"] }, 1, false, Guid.Empty));
        Assert.Equal([held, new PermitsHeld("other", 0, Given.Noon.UtcTicks)], state.Permits.Values.OrderByDescending(p => p.Count));

        state.Apply(new QueueChange.Deleted(Given.Noon, Guid.Empty));
        state.Apply(new QueueChange.Stopped(Given.Noon, new ExecutionKey(Given.Id(1), 1), Given.NodeA));
        state.Apply(new QueueChange.Configured(later, Given.Options with { Limits = ["supplier"] }, 1, false, Guid.Empty));
        Assert.Equal([new PermitsHeld("supplier", 0, later.UtcTicks)], state.Permits.Values); // nothing runs under them
    }
}
