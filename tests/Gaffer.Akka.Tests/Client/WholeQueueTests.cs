using System.Collections.Immutable;
using CsCheck;
using Xunit;

namespace Gaffer.Tests;

public class WholeQueueTests
{
    private const int Roomy = 4_000_000;
    private static readonly Gen<int> Partitions = Gen.Int[2, 9];

    [Fact]
    public void Requests_of_the_whole_queue_are_for_all_partitions_and_no_others()
    {
        string[] scattered = [.. Samples.Requests.Where(WholeQueue.IsScattered).Select(r => r.GetType().Name).Order()];
        Assert.Equal(["DrainQueue", "FlushQueue", "GetQueueInfo", "InsertJobs", "ListJobs", "PollQueue", "PruneQueue"], scattered);
        Assert.All(Samples.Requests.Where(r => WholeQueue.IsScattered(r) && r is not (ListJobs or InsertJobs)), r => Assert.Equal<GafferRequest?>((GafferRequest?[])[r, r, r], WholeQueue.PartsOf(r, 3).AsEnumerable()));
    }

    [Fact]
    public void Pages_of_all_partitions_are_the_pages_of_one_list() => Gen.Select(Partitions, Gen.Int[0, 120], Gen.Int[1, 40], Gen.Int, Gen.Int[200, 3000]).Sample(
        (partitions, count, limit, seed, mostBytes) =>
        {
            var random = new Random(seed);
            var all = Enumerable.Range(0, count).Select(n => Given.Job(n) with { Id = Id(random), Payload = new byte[random.Next(400)] }).OrderBy(j => j.Id).ToList();
            List<Job> listed = [];
            JobId? after = null;
            do
            {
                var whole = new ListJobs(Given.Queue, JobFilter.All, limit, after);
                var parts = WholeQueue.PartsOf(whole, partitions)
                    .Select((part, index) => (GafferReply)PageOf((ListJobs)part!, [.. all.Where(j => JobPlace.PartitionOf(j.Id, partitions) == index)], random)).ToList();
                var page = Assert.IsType<JobPage>(WholeQueue.Merge(whole, parts, mostBytes));
                Assert.True(page.Jobs.Length <= limit);
                Assert.True(page.Jobs.Length <= 1 || page.Jobs.Sum(MessageSize.Of) <= mostBytes);
                Assert.True(page.Next is not { } next || after is not { } before || next > before);
                listed.AddRange(page.Jobs);
                after = page.Next;
            }
            while (after is not null);

            Assert.Equal(all.Select(j => j.Id), listed.Select(j => j.Id));
        },
        iter: 2000);

    [Fact]
    public void Each_partition_is_asked_for_about_its_share_of_a_page_but_a_wrong_limit_is_left_to_be_refused()
    {
        Assert.Equal([266, 266], Limits(1000, 8).Take(2));
        Assert.Equal([1000, 1000], Limits(1000, 2));
        Assert.Equal([1, 1, 1], Limits(1, 3));
        Assert.All(WholeQueue.PartsOf(new ListJobs(Given.Queue, new JobFilter { WithoutPayload = true }), 3), part => Assert.True(((ListJobs)part!).Filter.WithoutPayload));
        Assert.All((int[])[0, -1, 1001, int.MaxValue], wrong => Assert.Equal([wrong, wrong], Limits(wrong, 2)));

        static IEnumerable<int> Limits(int limit, int partitions) => WholeQueue.PartsOf(new ListJobs(Given.Queue, JobFilter.All, limit), partitions).Select(p => ((ListJobs)p!).Limit);
    }

    [Fact]
    public void Information_is_the_sum_and_what_a_node_may_do_is_counted_once()
    {
        var (a, b) = (Given.NodeA, Given.NodeB);
        var first = Info(1, Given.Noon.AddSeconds(2)) with { Nodes = [new NodeWorkers(a, 1, 10, 1, ["x"]), new NodeWorkers(b, 2, 5, 0, ["y"])] };
        var second = Info(3, Given.Noon) with { Status = QueueStatus.Paused, Available = new StateInfo(0, null, null), MaxWorkers = 99, Nodes = [new NodeWorkers(b, 3, 5, 2, ["y"])] };
        var whole = Assert.IsType<QueueInfo>(WholeQueue.Merge(new GetQueueInfo(Given.Queue), [first, second], Roomy));

        Assert.Equal((Given.Queue, QueueStatus.Active, 7, WorkerLimit.Unlimited, Given.Noon, 2), (whole.Name, whole.Status, whole.MaxWorkers.Value, whole.GlobalMaxWorkers, whole.AsOf, whole.Partitions));
        Assert.Equal(first.Available, whole.Available);
        Assert.Equal(new StateInfo(8, Given.Noon.AddMinutes(1), Given.Noon.AddMinutes(13)), whole.Failed);
        Assert.Equal([4, 8, 12, 16], new long[] { whole.Executing.Count / 2, whole.Scheduled, whole.Blocked, whole.PendingForwards });
        Assert.Equal((20, 3), (whole.ActiveWorkers, whole.Zombies));
        Assert.Equal([(a, 1, 10, 1), (b, 5, 5, 2)], whole.Nodes.Select(n => (n.Node, n.Active, n.Max.Value, n.Zombies)));
    }

    [Fact]
    public void Drains_prunes_and_polls_are_joined()
    {
        var drain = new DrainQueue(Given.Queue, TimeSpan.Zero);
        var running = Enumerable.Range(0, 700).Select(n => Given.Id(n)).ToImmutableArray();
        Assert.Equal(new PauseQueue(Given.Queue) { CommandId = drain.CommandId }, WholeQueue.HeadFirst(drain));
        var drained = Assert.IsType<DrainResult>(WholeQueue.Merge(drain, [new DrainResult(true, []), new DrainResult(false, running), new DrainResult(false, running)], Roomy));
        Assert.Equal((false, 1000), (drained.Drained, drained.StillRunning.Length));
        Assert.True(Assert.IsType<DrainResult>(WholeQueue.Merge(drain, [new DrainResult(true, []), new DrainResult(true, [])], Roomy)).Drained);

        var pruned = Assert.IsType<PruneResult>(WholeQueue.Merge(new PruneQueue(Given.Queue), [new PruneResult([Given.Id(1)], false), new PruneResult([], true), new PruneResult([Given.Id(2)], false)], Roomy));
        Assert.Equal([Given.Id(1), Given.Id(2)], pruned.Jobs.ToArray());
        Assert.True(pruned.HasMore);

        Assert.Equal(new PollResult(5), WholeQueue.Merge(new PollQueue(Given.Queue), [new PollResult(2), new PollResult(3)], Roomy));
        Assert.Equal(new FlushResult(false, 2, 4, 6), WholeQueue.Merge(new FlushQueue(Given.Queue, TimeSpan.Zero), [new FlushResult(true, 1, 2, 3), new FlushResult(false, 1, 2, 3)], Roomy));
    }

    [Fact]
    public void Many_inserts_go_to_their_partitions_and_their_results_come_back_in_order() => Gen.Select(Partitions, Gen.Int[1, 60], Gen.Int).Sample((partitions, count, seed) =>
    {
        var random = new Random(seed);
        List<InsertJob> jobs = [.. Enumerable.Range(0, count).Select(n => Insert(n, new() { PartitionKey = random.Next(3) == 0 ? $"k{random.Next(3)}" : null }))];
        for (var n = random.Next(4); n > 0; n--) jobs.Insert(random.Next(jobs.Count), jobs[random.Next(jobs.Count)]); // named twice
        var whole = new InsertJobs(Given.Queue, [.. jobs]);
        Assert.Null(WholeQueue.Refusal(whole, partitions, Given.Noon));

        var parts = WholeQueue.PartsOf(whole, partitions).Cast<InsertJobs?>().ToList();
        Assert.Equal(partitions, parts.Count);
        Assert.All(parts, (part, index) => Assert.All(part?.Jobs ?? [], job => Assert.Equal(index, JobPlace.PartitionOf(job.Id, partitions))));
        Assert.All(parts, part => Assert.NotEqual(0, part?.Jobs.Length));
        Assert.Equal(jobs.Count, parts.Sum(p => p?.Jobs.Length ?? 0));

        List<QueueDeciderHost> queues = [.. parts.Select(_ => new QueueDeciderHost())];
        var merged = WholeQueue.Merge(whole, [.. parts.Select((part, index) => part is null ? null : queues[index].Decide(part))], Roomy);
        var results = Assert.IsType<InsertManyResult>(merged).Jobs;
        Assert.Equal(jobs.Select(j => j.Id), results.Select(r => r.Job.Id));
        Assert.Equal(jobs.Count - jobs.DistinctBy(j => j.Id).Count(), results.Count(r => r.IsDuplicate));
    });

    [Fact]
    public void Inserts_with_one_key_are_for_one_partition_and_none_at_all_are_for_the_head()
    {
        var whole = new InsertJobs(Given.Queue, [.. Enumerable.Range(0, 20).Select(n => Insert(n, new() { PartitionKey = "customer-7" }))]);
        var part = Assert.IsType<InsertJobs>(Assert.Single(WholeQueue.PartsOf(whole, 8), p => p is not null));
        Assert.Equal<InsertJob>(whole.Jobs.ToArray(), part.Jobs.AsEnumerable());

        var none = new InsertJobs(Given.Queue, []);
        Assert.Equal<GafferRequest?>((GafferRequest?[])[none, null, null], WholeQueue.PartsOf(none, 3).AsEnumerable());
        Assert.Empty(Assert.IsType<InsertManyResult>(WholeQueue.Merge(none, [new InsertManyResult([]), null, null], Roomy)).Jobs);
    }

    [Theory]
    [InlineData("invalid", GafferError.InvalidJob, "MaxAttempts is 0")]
    [InlineData("misplaced", GafferError.InvalidJob, "do not belong together")]
    [InlineData("another queue", GafferError.InvalidRequest, "'other' is among those")]
    [InlineData("conflict within", GafferError.JobIdConflict, "another kind or payload")]
    public void One_job_that_cannot_be_stored_refuses_all_before_any_is_sent(string what, GafferError error, string says)
    {
        var good = Insert(1);
        var bad = what switch
        {
            "invalid" => Insert(2, new() { MaxAttempts = 0 }),
            "misplaced" => Insert(2, new() { Chain = "c", UniqueKey = "u" }),
            "another queue" => InsertJob.Of("other", 2),
            _ => Insert(2, new() { Id = good.Id }),
        };

        var failure = WholeQueue.Refusal(new InsertJobs(Given.Queue, [good, Insert(3), bad]), 8, Given.Noon)!;
        Assert.Equal(error, failure.Error);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Null(WholeQueue.Refusal(new InsertJobs(Given.Queue, [good, good]), 8, Given.Noon));
        Assert.Null(WholeQueue.Refusal(new GetQueueInfo(Given.Queue), 8, Given.Noon));
    }

    [Fact]
    public void A_part_that_fails_fails_the_whole_and_is_named()
    {
        var late = new GafferFailure(GafferError.Timeout, "No answer.", Given.Queue);
        var full = new GafferFailure(GafferError.QueueFull, "It is full.", Given.Queue);
        var info = Info(1, Given.Noon);
        Assert.Equal("No answer. This is partition 1 of 2.", Failure(new GetQueueInfo(Given.Queue), info, late).Message);
        Assert.Equal(GafferError.QueueFull, Failure(new PollQueue(Given.Queue), late, full).Error); // says more

        var inserts = new InsertJobs(Given.Queue, [Insert(1)]);
        Assert.Contains("to repeat the call with the same ids is safe", Failure(inserts, new InsertManyResult([]), full).Message, StringComparison.Ordinal);
        Assert.Equal("It is full. This is partition 1 of 2.", Failure(inserts, null, full).Message);

        var unknown = QueueEntity.Unknown(Given.Queue);
        Assert.Equal(unknown.Message, Failure(inserts, unknown, unknown).Message);
    }

    [Fact]
    public void What_is_no_answer_is_handed_on()
    {
        var odd = new PollResult(1);
        Assert.All(
            (GafferRequest[])[new GetQueueInfo(Given.Queue), new ListJobs(Given.Queue, JobFilter.All), new InsertJobs(Given.Queue, [Insert(1)])],
            whole => Assert.Same(odd, WholeQueue.Merge(whole, [odd, odd], Roomy)));
    }

    // As a partition answers: perhaps with fewer than it was asked for, and with a place that it has come to without a job.
    private static JobPage PageOf(ListJobs list, List<Job> own, Random random)
    {
        var rest = own.Where(j => list.After is not { } after || j.Id > after).ToList();
        var taken = Math.Min(rest.Count, random.Next(3) == 0 ? random.Next(list.Limit + 1) : list.Limit);
        if (taken == rest.Count) return new JobPage([.. rest], null);
        if (taken > 0) return new JobPage([.. rest[..taken]], rest[taken - 1].Id);
        var before = Enumerable.Range(0, 20).Select(_ => Id(random)).Where(id => id < rest[0].Id && (list.After is not { } after || id > after)).ToList();
        return before.Count > 0 ? new JobPage([], before[0]) : new JobPage([rest[0]], rest[0].Id);
    }

    private static GafferFailure Failure(GafferRequest whole, params GafferReply?[] parts) => Assert.IsType<GafferFailure>(WholeQueue.Merge(whole, parts, Roomy));

    private static InsertJob Insert(int payload, JobOptions? options = null) => InsertJob.Of(Given.Queue, payload, options);

    private static JobId Id(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new JobId(new Guid(bytes));
    }

    [Theory]
    [InlineData(QueueStatus.Paused, QueueStatus.Active, QueueStatus.Active)]
    [InlineData(QueueStatus.Active, QueueStatus.Paused, QueueStatus.Active)]
    [InlineData(QueueStatus.Paused, QueueStatus.Paused, QueueStatus.Paused)]
    public void A_queue_is_paused_when_no_partition_claims(QueueStatus head, QueueStatus follower, QueueStatus whole) =>
        Assert.Equal(whole, Assert.IsType<QueueInfo>(WholeQueue.Merge(
            new GetQueueInfo(Given.Queue), [Info(1, Given.Noon) with { Status = head }, Info(2, Given.Noon) with { Status = follower }], Roomy)).Status);

    private static QueueInfo Info(int n, DateTimeOffset asOf)
    {
        var state = new StateInfo(2 * n, Given.Noon.AddMinutes(n), Given.Noon.AddMinutes(10 + n));
        return new QueueInfo(Given.Queue, QueueStatus.Active, state, state, state, state, state, 2 * n, 3 * n, 4 * n, 5 * n, 7, WorkerLimit.Unlimited, [], asOf);
    }

    /// <summary>A partition without an actor.</summary>
    private sealed class QueueDeciderHost : ICommit
    {
        private readonly QueueState _state = Given.State(Given.Options with { Partitions = 8 });
        private readonly QueueDecider _decider;

        public QueueDeciderHost() => _decider = new QueueDecider(_state, this, Roomy);

        public GafferReply Decide(GafferRequest request) => _decider.Decide(request, Given.Noon);

        public Job? Do(QueueChange change) => _state.Apply(change);
    }
}
