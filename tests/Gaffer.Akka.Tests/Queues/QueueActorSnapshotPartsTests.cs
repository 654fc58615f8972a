using Akka.Persistence;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The same, and more, where a snapshot has many parts.</summary>
public class QueueActorSnapshotPartsTests() : QueueActorSnapshotTests("gaffer.queue.snapshot-part = 300b")
{
    private static readonly string Id = QueueActor.PersistenceIdOf(Emails);

    [Fact]
    public void Jobs_of_a_large_snapshot_are_in_parts_which_go_with_it()
    {
        Start();
        Ask<InsertManyResult>(new InsertJobs(Emails, [.. Enumerable.Range(0, 30).Select(i => InsertJob.Of(Emails, i))]));
        Await(() => Commits.Count == 0);
        var whole = Assert.IsType<QueueSnapshot>(Newest(Id)!.Snapshot);
        Assert.Empty(whole.Jobs);
        var parts = Enumerable.Range(0, whole.Parts!.Value.Count).Select(n => Assert.IsType<QueueSnapshotPart>(Newest(SnapshotParts.PersistenceIdOf(Id, n))!.Snapshot)).ToList();
        Assert.Equal(30, SnapshotParts.Join(whole, parts).Jobs.Count);
        Assert.True(parts.Count > 5);
        Assert.All(parts, p => Assert.Equal(whole.Parts.Value.Id, p.Id));

        foreach (var job in All().Skip(1)) Ask<JobDeletedResult>(new DeleteJob(Emails, job.Id));
        for (var n = 0; n < 30; n++) Ask<JobDeletedResult>(new DeleteJob(Emails, Insert(n).Id));
        Await(() => Newest(Id)!.Snapshot is QueueSnapshot { Parts: null } && Enumerable.Range(0, parts.Count).All(n => Newest(SnapshotParts.PersistenceIdOf(Id, n)) is null));
        Restart();
        Assert.Equal(1, Assert.Single(All()).Sequence);
    }

    [Fact]
    public void Nothing_is_left_of_a_deleted_queue()
    {
        Start();
        Ask<InsertManyResult>(new InsertJobs(Emails, [.. Enumerable.Range(0, 30).Select(i => InsertJob.Of(Emails, i))]));
        Await(() => Commits.Count == 0);
        var parts = Assert.IsType<QueueSnapshot>(Newest(Id)!.Snapshot).Parts!.Value.Count;
        var queue = Watch(Queue);
        Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.Purge));
        ExpectTerminated(queue);
        ExpectNothingLeft();
    }

    [Fact]
    public void A_part_that_cannot_be_written_leaves_the_snapshot_before_in_force_and_the_next_one_makes_up_for_it()
    {
        Start();
        InsertThirty();
        Await(() => Commits.Count == 0);
        var (before, parts, jobs) = (Newest(Id)!, PartRows(), All());
        Snapshots.OnSave = static id => id.EndsWith("/part-1", StringComparison.Ordinal) ? Task.FromException(new IOException("the disk is on fire")) : Task.CompletedTask;

        EventFilter.Warning(contains: "could not write a snapshot").ExpectOne(() =>
        {
            foreach (var job in jobs.Skip(1)) Ask<JobDeletedResult>(new DeleteJob(Emails, job.Id));
        });

        Assert.Same(before, Newest(Id));
        Assert.Equal(jobs.Count - 1, Commits.Count);
        Assert.Subset(PartRows().ToHashSet(), parts.ToHashSet());
        Restart();
        Assert.Equal(jobs[0], Assert.Single(All()));
        Snapshots.OnSave = static _ => Task.CompletedTask;
        GrowUntilSnapshot();
        Await(() => Rows().SequenceEqual([(Id, Newest(Id)!.Metadata.SequenceNr)]));
        Restart();
        Assert.Equal(jobs[0], Assert.Single(All()));
    }

    [Fact]
    public void What_a_crash_left_of_a_snapshot_goes_with_the_next_one_though_that_has_fewer_parts()
    {
        Start();
        CrashAfter(parts: 5);
        Restart();

        foreach (var job in All().Skip(1)) Ask<JobDeletedResult>(new DeleteJob(Emails, job.Id));
        GrowUntilSnapshot();

        Await(() => Rows().SequenceEqual([(Id, Snapshots.Newest(Id)!.Metadata.SequenceNr)]));
    }

    [Fact]
    public void What_a_crash_left_of_a_snapshot_goes_with_its_queue()
    {
        Start();
        CrashAfter(parts: 5);
        Restart();

        Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.Purge));

        Await(() => Commits.Count == 0);
        ExpectNothingLeft();
    }

    [Fact]
    public void What_a_crash_left_of_a_sweep_goes_with_the_next_snapshot()
    {
        Start();
        InsertThirty();
        Await(() => Commits.Count == 0);
        var earlier = Newest(Id)!.Metadata.SequenceNr;
        var crash = new TaskCompletionSource();
        Snapshots.OnDelete = id => id.EndsWith("/part-2", StringComparison.Ordinal) ? crash.Task : Task.CompletedTask;
        foreach (var job in All().Skip(1)) Ask<JobDeletedResult>(new DeleteJob(Emails, job.Id));
        Await(() => PartRows().Count(row => row.SequenceNr == earlier) == 3);
        Restart();
        Snapshots.OnDelete = static _ => Task.CompletedTask;

        GrowUntilSnapshot();

        Await(() => Rows().SequenceEqual([(Id, Snapshots.Newest(Id)!.Metadata.SequenceNr)]));
    }

    [Fact]
    public void A_snapshot_that_lands_after_its_queue_was_erased_brings_nothing_back()
    {
        Start();
        var (begun, late) = (new TaskCompletionSource(), new TaskCompletionSource());
        Snapshots.OnSave = id => id == Id && begun.TrySetResult() ? late.Task : Task.CompletedTask;
        InsertThirty();
        Await(() => begun.Task.IsCompleted);
        Restart(); // elsewhere, while the write is on its way
        Snapshots.OnSave = static _ => Task.CompletedTask;
        Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.Purge));
        Await(() => Commits.Count == 0);
        Settle(Entity);

        late.SetResult();
        Await(() => Rows().Count(static row => row.Id == Id) == 2);

        Assert.Equal(GafferError.UnknownQueue, Ask<GafferFailure>(new GetQueueInfo(Emails)).Error);
        Ask<CreateQueueResult>(new CreateQueue(new QueueOptions { Name = Emails }));
        Restart();
        Assert.Equal(0, Info().Available.Count);
    }

    [Fact]
    public void A_snapshot_without_one_of_its_parts_is_no_queue_and_says_so()
    {
        Start();
        Ask<InsertManyResult>(new InsertJobs(Emails, [.. Enumerable.Range(0, 30).Select(i => InsertJob.Of(Emails, i))]));
        Await(() => Commits.Count == 0);
        var snapshot = Newest(Id)!;
        var parts = ((QueueSnapshot)snapshot.Snapshot).Parts!.Value.Count;
        Snapshots.Delete(SnapshotParts.PersistenceIdOf(Id, 3), SnapshotSelectionCriteria.Latest);

        // Another actor of the queue may have replaced the snapshot just now: it looks once more.
        EventFilter.Warning(contains: "read its snapshot while another actor of it replaced that").ExpectOne(Restart);
        Settle(Entity);
        EventFilter.Error(contains: $"at {snapshot.Metadata.SequenceNr} has {parts} parts").ExpectOne(() => Time.Advance(TimeSpan.FromSeconds(1)));
        Settle(Entity);
        ExpectUnavailable(Tell(new GetQueueInfo(Emails)), "Restore the table");
    }

    [Fact]
    public void What_comes_while_a_large_snapshot_is_read_waits()
    {
        Start();
        Ask<InsertManyResult>(new InsertJobs(Emails, [.. Enumerable.Range(0, 300).Select(i => InsertJob.Of(Emails, i))]));
        Await(() => Commits.Count == 0);
        for (var n = 0; n < 5; n++) Insert(n);
        Restart();
        var calls = Enumerable.Range(0, 20).Select(n => Tell(InsertJob.Of(Emails, n))).ToList();
        Assert.Equal(Enumerable.Range(306, 20), calls.Select(c => (int)Answer<InsertResult>(c).Job.Sequence));
        Assert.Equal(325, Info().Available.Count);
    }

    private void InsertThirty() => Ask<InsertManyResult>(new InsertJobs(Emails, [.. Enumerable.Range(0, 30).Select(i => InsertJob.Of(Emails, i))]));

    // The snapshot after this has no parts: there is but one job.
    private void GrowUntilSnapshot()
    {
        var before = Newest(Id)?.Metadata.SequenceNr;
        for (var n = 0; Newest(Id)?.Metadata.SequenceNr == before; n++)
        {
            Assert.True(n < 500, "no snapshot");
            Ask<JobDeletedResult>(new DeleteJob(Emails, Insert().Id));
            Settle();
        }
    }

    private void CrashAfter(int parts)
    {
        var crash = new TaskCompletionSource();
        Snapshots.OnSave = id => id.EndsWith($"/part-{parts}", StringComparison.Ordinal) ? crash.Task : Task.CompletedTask;
        InsertThirty();
        Await(() => PartRows().Count == parts);
        Stop(Entity);
        Snapshots.OnSave = static _ => Task.CompletedTask;
    }

    private void ExpectNothingLeft()
    {
        Await(() => Rows().Count == 1);
        Assert.True(Newest(Id)!.Snapshot is QueueSnapshot { Options: null, NextSequence: 1, Jobs.Count: 0, Tombstones.Count: 0, Forwards.Count: 0, Commands.Count: 1 });
    }

    private IReadOnlyList<(string Id, long SequenceNr)> Rows() => [.. Snapshots.Rows.Select(static row => (row.Metadata.PersistenceId, row.Metadata.SequenceNr))];

    private IReadOnlyList<(string Id, long SequenceNr)> PartRows() => [.. Rows().Where(static row => row.Id != Id)];

    private SelectedSnapshot? Newest(string id) => Snapshots.Newest(id);
}
