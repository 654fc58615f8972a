using CsCheck;
using Xunit;

namespace Gaffer.Tests;

public class QueueStateTests
{
    private static readonly GafferSerializer Serializer = new(null!);

    [Fact]
    public void It_knows_what_the_model_knows() => QueueChangeScript.Steps(250).Sample(
        steps =>
        {
            var (model, state) = (new QueueModel(), new QueueState(Given.Queue));
            var script = new QueueChangeScript(model);
            foreach (var step in steps)
            {
                foreach (var change in script.Next(step)) Both(model, state, change);
                AssertSame(model, state);
            }
        },
        iter: 400);

    [Fact]
    public void A_replay_knows_the_same() => QueueChangeScript.Steps(250).Sample(
        steps =>
        {
            var (model, replayed) = (new QueueModel(), new QueueState(Given.Queue));
            var changes = Play(model, steps);
            foreach (var batch in changes.Chunk(7))
            {
                foreach (var change in Wired(new QueueCommit(batch)).Changes) replayed.Apply(change);
            }

            AssertSame(model, replayed);
            Assert.Equal(Text(model), Text(replayed));
        },
        iter: 200);

    // The state as of each snapshot is carried on from the snapshot alone, so that what a snapshot forgets shows in all that comes after it.
    [Fact]
    public void A_snapshot_forgets_nothing() => Gen.Select(QueueChangeScript.Steps(250), Gen.Int[1, 40]).Sample(
        (steps, every) =>
        {
            var (model, restored) = (new QueueModel(), new QueueState(Given.Queue));
            var script = new QueueChangeScript(model);
            for (var i = 0; i < steps.Length; i++)
            {
                foreach (var change in script.Next(steps[i])) Both(model, restored, Wired(new QueueCommit([change])).Changes[0]);
                if (i % every == 0) restored = Restored(restored);
                AssertSame(model, restored);
            }

            Assert.Equal(Text(model), Text(restored));
        },
        iter: 400);

    [Fact]
    public void A_job_that_ends_again_after_a_retry_by_hand_is_another_forward_whether_it_was_executed_or_not()
    {
        var state = Given.State(Given.Options with { OnFailed = "dead", OnCancelled = "gone" }, Given.Job(1, maxAttempts: 1));
        Fail(state);
        state.Apply(new QueueChange.Retried(Given.Noon, Given.Id(1), Guid.Empty, 1));
        state.Apply(new QueueChange.Cancelled(Given.Noon, Given.Id(1), null, EventActor.User, Guid.Empty));
        Assert.Equal([(new ForwardKey(Given.Id(1), 1), "dead"), (new ForwardKey(Given.Id(1), 1, 1), "gone")], state.Forwards.Select(f => (f.Key, f.Value.Target.Value)));

        state.Apply(new QueueChange.ForwardDelivered(Given.Noon, new ForwardKey(Given.Id(1), 1)));

        Assert.Equal("gone", Assert.Single(state.Forwards).Value.Target.Value);
    }

    [Fact]
    public void What_was_retried_before_that_was_counted_is_forwarded_with_the_ids_of_then()
    {
        var state = Given.State(Given.Options with { OnFailed = "dead" }, Given.Job(1, maxAttempts: 1));
        Fail(state);
        state.Apply(new QueueChange.Retried(Given.Noon, Given.Id(1), Guid.Empty));
        Fail(state);
        Assert.Equal(
            ["d001d1af-2821-80a3-8c19-8a64ee6783db", "0f7e88d1-5f89-8ea1-a2af-a984d7651231"],
            state.Forwards.Values.Select(f => ForwardOutbox.IdOf(f.Job).ToString()));

        state.Apply(new QueueChange.ForwardDelivered(Given.Noon, new ForwardKey(Given.Id(1), 2)));

        Assert.Equal(1, Assert.Single(state.Forwards).Key.Execution);
    }

    [Theory]
    [InlineData(ChainPolicy.BlockOnRetry)]
    [InlineData(ChainPolicy.SkipOnRetry)]
    public void A_job_that_was_given_back_holds_its_chain_in_a_snapshot(ChainPolicy policy)
    {
        var state = Given.State(Given.Options with { ChainPolicy = policy }, Given.Job(1, chain: "c"), Given.Job(2, chain: "c", priority: 9, scheduledAt: Given.Noon.AddSeconds(1)));
        state.Apply(new QueueChange.Claimed(Given.Noon, Given.Id(1), Given.NodeA));
        state.Apply(new QueueChange.Released(Given.Noon.AddSeconds(2), Given.Id(1)));

        var restored = Restored(state);
        restored.Advance(Given.Noon.AddSeconds(2));

        Assert.True(restored.Ready.TryPeek(JobWorker.DefaultKind, out var next));
        Assert.Equal(Given.Id(1), next.Id);
        Assert.Equal(1, restored.Ready.Blocked);
    }

    [Fact]
    public void A_partition_keeps_and_takes_its_share_alone()
    {
        var options = Given.Options with { Partitions = 3, MaxJobs = 8, Prune = PruneOptions.Never with { MaxCount = 4 } };
        var shares = Enumerable.Range(0, 3).Select(index =>
        {
            var state = new QueueState(Given.Queue, partition: index);
            var decider = new QueueDecider(state, new Applied(state), 4_000_000);
            state.Apply(new QueueChange.Followed(Given.Noon, 1, new HeadState(options, 1, false)));
            var taken = 0;
            while (decider.Decide(InsertJob.Of(Given.Queue, 1, new() { Id = JobPlace.At(JobId.New(), (ushort)index) }), Given.Noon) is InsertResult)
            {
                taken++;
                Assert.InRange(taken, 1, 8);
            }

            foreach (var id in state.IdsAfter(null).ToList())
            {
                state.Apply(new QueueChange.Claimed(Given.Noon, id, Given.NodeA));
                state.Apply(new QueueChange.Completed(Given.Noon, id, null));
            }

            return (taken, taken - PruneRule.Select(state, Given.Noon, 100).Count);
        });

        Assert.Equal([(3, 2), (3, 1), (2, 1)], shares);
    }

    private sealed class Applied(QueueState state) : ICommit
    {
        public Job? Do(QueueChange change) => state.Apply(change);
    }

    [Fact]
    public void A_snapshot_shares_nothing_that_changes()
    {
        var state = Given.State(null, [Given.Job(1), Given.Job(2)]);
        var snapshot = state.ToSnapshot();
        state.Apply(new QueueChange.Claimed(Given.Noon, Given.Id(1), Given.NodeA));
        state.Apply(new QueueChange.Removed(Given.Noon, Given.Id(2), Guid.NewGuid()));

        var restored = new QueueState(Given.Queue);
        restored.Restore(snapshot);

        Assert.Equal(2, restored.CountOf(JobState.Available));
        Assert.False(restored.IsGone(Given.Id(2)));
    }

    [Fact]
    public void Ids_are_remembered_so_many_and_so_long()
    {
        var state = new QueueState(Given.Queue, rememberedIds: 3, TimeSpan.FromSeconds(10));
        void Remove(long n, int second)
        {
            state.Apply(new QueueChange.Inserted(Given.Noon, Given.Job(n)));
            state.Apply(new QueueChange.Removed(Given.Noon.AddSeconds(second), Given.Id(n), Guid.Empty));
        }

        for (var n = 1; n <= 4; n++) Remove(n, 0);
        Assert.Equal([false, true, true, true], Enumerable.Range(1, 4).Select(n => state.IsGone(Given.Id(n))));
        Remove(5, 10);
        Assert.True(state.IsGone(Given.Id(4)));
        Remove(6, 11);
        Assert.Equal([false, true, true], Enumerable.Range(4, 3).Select(n => state.IsGone(Given.Id(n))));
    }

    [Fact]
    public void A_journal_that_contradicts_itself_is_refused()
    {
        var state = Given.State(null, Given.Job());

        Assert.Throws<InvalidOperationException>(() => state.Apply(new QueueChange.Inserted(Given.Noon, Given.Job())));
        Assert.Throws<InvalidOperationException>(() => state.Apply(new QueueChange.Completed(Given.Noon, Given.Id(9), null)));
        Assert.Throws<InvalidTransitionException>(() => state.Apply(new QueueChange.Completed(Given.Noon, Given.Id(1), null)));
    }

    [Fact]
    public void Time_that_goes_back_is_not_believed()
    {
        var state = Given.State(null, Given.Job(scheduledAt: Given.Noon.AddSeconds(5)));
        state.Advance(Given.Noon.AddSeconds(5));

        Assert.Equal(Given.Noon.AddSeconds(5), state.NotBefore(Given.Noon));
        Assert.Equal(Given.Noon.AddSeconds(6), state.NotBefore(Given.Noon.AddSeconds(6)));
        state.Advance(Given.Noon);
        Assert.Equal(1, state.Ready.Count);
    }

    private static List<QueueChange> Play(QueueModel model, QueueChangeScript.Step[] steps)
    {
        var script = new QueueChangeScript(model);
        List<QueueChange> all = [];
        foreach (var change in steps.SelectMany(script.Next))
        {
            model.Apply(change);
            all.Add(change);
        }

        return all;
    }

    private static void Both(QueueModel model, QueueState state, QueueChange change)
    {
        model.Apply(change);
        state.Apply(change);
    }

    private static T Wired<T>(T message)
        where T : notnull => (T)Serializer.FromBinary(Serializer.ToBinary(message), Serializer.Manifest(message));

    private static QueueState Restored(QueueState state)
    {
        var restored = new QueueState(Given.Queue);
        restored.Restore(Wired(state.ToSnapshot()));
        return restored;
    }

    private static void AssertSame(QueueModel model, QueueState state)
    {
        state.Advance(model.Now);
        Assert.Equal((model.Options, model.Version, model.IsPaused, model.NextSequence, model.Revision, model.Deletion), (state.Options, state.Version, state.IsPaused, state.NextSequence, state.Revision, state.Deletion));
        Assert.Equal(model.Jobs.Count, state.Count);
        foreach (var of in JobStates.All)
        {
            var jobs = model.In(of).ToList();
            Assert.Equal(new StateInfo(jobs.Count, jobs.FirstOrDefault()?.StateAt, jobs.LastOrDefault()?.StateAt), state.InfoOf(of));
            Assert.Equal(jobs.Select(j => j.Id), state.InState(of).Select(j => j.Id));
        }

        foreach (var kind in QueueChangeScript.Kinds)
        {
            state.Ready.TryPeek(kind, out var next);
            Assert.Equal(model.NextOf(kind)?.Id, next?.Id);
            if (next is not null) Assert.True(state.TryGet(next.Id, out var job) && ReferenceEquals(job, next)); // not as it was once
        }

        Assert.Equal((model.Scheduled.Count(), model.Blocked, model.Due.Count() - model.Blocked), (state.Scheduled, state.Ready.Blocked, state.Ready.Count));
        Assert.Equal(model.NextDue, state.NextDue);
        Assert.Equal(model.Expiring.Where(j => j.ExpiresAt <= model.Now).OrderBy(j => j.ExpiresAt).ThenBy(j => j.Sequence).Select(j => j.Id), state.Expired(model.Now).Select(j => j.Id));
        var executing = model.In(JobState.Executing).ToLookup(j => j.Node!);
        Assert.Equal(executing.Select(n => n.Key).ToHashSet(), state.BusyNodes.Except(state.Stopping.Nodes.Except(executing.Select(n => n.Key))).ToHashSet());
        Assert.All(executing, node => Assert.Equal(node.Select(j => j.Id).ToHashSet(), state.ExecutingOn(node.Key).ToHashSet()));
        Assert.Equal(model.Stopping, state.Stopping.All.ToHashSet());
        Assert.Equal(model.Permits, state.Permits.ToDictionary(p => p.Key, p => p.Value));
        Assert.Equal(model.Forwards, state.Forwards.ToDictionary(f => f.Key, f => f.Value.Target));
        foreach (var key in (string[])["k1", "k2", "k3"]) Assert.Equal(model.HolderOf(key)?.Id, state.TryGetUnique(key, out var holder) ? holder.Id : null);
        Assert.Equal(model.Jobs.Select(j => j.Id).Order(), state.IdsAfter(null));
        Assert.Equal(model.Jobs.Sum(j => (long)j.ApproximateSize), state.LiveBytes);
        Assert.All(model.Gone, id => Assert.True(state.IsGone(id)));
        Assert.All(model.Commands, id => Assert.True(state.WasCarriedOut(id)));
    }

    private static void Fail(QueueState state)
    {
        state.Apply(new QueueChange.Claimed(Given.Noon, Given.Id(1), Given.NodeA));
        state.Apply(new QueueChange.Failed(Given.Noon, Given.Id(1), Given.Error, null));
    }

    private static string Text(QueueModel model) => Dump.Of(model.Jobs.OrderBy(j => j.Id).ToArray());

    private static string Text(QueueState state) => Dump.Of(state.IdsAfter(null).Select(id => state.TryGet(id, out var job) ? job : null).ToArray());
}
