using Akka.Actor;
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
        Assert.Null(Newest(Id));
        Assert.All(Enumerable.Range(0, parts), n => Assert.Null(Newest(SnapshotParts.PersistenceIdOf(Id, n))));
    }

    [Fact]
    public void A_snapshot_without_one_of_its_parts_is_no_queue_and_says_so()
    {
        Start();
        Ask<InsertManyResult>(new InsertJobs(Emails, [.. Enumerable.Range(0, 30).Select(i => InsertJob.Of(Emails, i))]));
        Await(() => Commits.Count == 0);
        var snapshot = Newest(Id)!;
        var parts = ((QueueSnapshot)snapshot.Snapshot).Parts!.Value.Count;
        Store.Tell(new DeleteSnapshots(SnapshotParts.PersistenceIdOf(Id, 3), SnapshotSelectionCriteria.Latest), TestActor);
        ExpectMsg<DeleteSnapshotsSuccess>();

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

    private IActorRef Store => Akka.Persistence.Persistence.Instance.Apply(Sys).SnapshotStoreFor("akka.persistence.snapshot-store.inmem");

    private SelectedSnapshot? Newest(string id)
    {
        var probe = CreateTestProbe();
        Store.Tell(new LoadSnapshot(id, SnapshotSelectionCriteria.Latest, long.MaxValue), probe);
        return probe.ExpectMsg<LoadSnapshotResult>().Snapshot;
    }
}
