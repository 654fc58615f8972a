using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue that ends at any step of its deletion is there afterwards with all its jobs, or is gone with all of them; one whose deletion was acknowledged is gone.</summary>
public class QueueDeletionTests() : PartitionsTestKit("gaffer.queue.restart-max = 500ms")
{
    private static readonly DeleteQueue Purge = new(Emails, DeleteMode.Purge);

    /// <summary>How many partitions the queue has.</summary>
    public static TheoryData<int> Sizes => [1, Partitions];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void One_that_has_an_ended_job_to_forward_is_not_empty(int partitions)
    {
        PartitionsNow = partitions;
        var place = partitions == 1 ? Emails : At(1);
        Start(Options with { Partitions = partitions, OnCancelled = "archive" });
        var job = partitions == 1 ? InsertJob.Of(Emails, 1) : JobIn(1);
        AskInTime<InsertResult>(place, job);
        Ask<CancelResult>(place, new CancelJob(Emails, job.Id));
        Ask<JobDeletedResult>(place, new DeleteJob(Emails, job.Id));

        Assert.Equal(GafferError.QueueInUse, AskInTime<GafferFailure>(Emails, new DeleteQueue(Emails, DeleteMode.IfEmpty)).Error);
        Assert.Equal(1, Ask<QueueInfo>(place, new GetQueueInfo(Emails)).PendingForwards);
        AskInTime<QueueDeletedResult>(Emails, Purge);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void One_that_ends_before_its_deletion_was_begun_stays(int partitions)
    {
        var job = StartWithJob(partitions);
        Forbidden = static request => request is CatalogRequest.Remove { CheckOnly: true } ? Silence : null;
        Tell(Purge);
        Catalog.FishForMessage(static m => m is CatalogRequest.Remove, Patience);
        Crash(0);
        Forbidden = static _ => null;

        ExpectStays(job, partitions);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void One_whose_deletion_was_not_written_stays(int partitions)
    {
        var job = StartWithJob(partitions);
        if (partitions == 1) Journal.Writes.Hold();
        Lost = message => message is FollowHead { Head: null }; // the word to the others is held up in their place
        Tell(Purge);
        if (partitions == 1) Await(() => Journal.Writes.Held == 1);
        else Await(() => Told.Any(static m => m is FollowHead { Head: null }));
        EndWithoutWrite();
        Lost = static _ => false;

        ExpectStays(job, partitions);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void One_that_ends_before_the_catalog_has_heard_of_it_goes_on_with_its_deletion(int partitions)
    {
        var job = StartWithJob(partitions);
        EndBeforeTheCatalog();

        Assert.Equal(GafferError.UnknownQueue, AskInTime<GafferFailure>(Emails, new GetJob(Emails, job)).Error); // had to wait for it

        ExpectGone(job, partitions);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void One_that_goes_on_with_its_deletion_and_may_not_stays(int partitions)
    {
        var job = StartWithJob(partitions);
        EndBeforeTheCatalog();
        Forbidden = static request => request is CatalogRequest.Remove ? new GafferFailure(GafferError.QueueInUse, "another forwards to it", Emails) : null;

        ExpectStays(job, partitions);
        Crash(0);
        ExpectStays(job, partitions);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void One_that_ends_between_the_catalog_and_its_last_write_does_not_come_back(int partitions)
    {
        var job = StartWithJob(partitions);
        HoldLastWrite();
        Tell(Purge);
        Await(() => Journal.Writes.Held == 1);
        EndWithoutWrite();

        ExpectGone(job, partitions);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_deletion_that_is_repeated_goes_on_where_an_earlier_actor_ended(int partitions)
    {
        var job = StartWithJob(partitions);
        HoldLastWrite();
        Tell(Purge);
        Await(() => Journal.Writes.Held == 1);
        EndWithoutWrite();

        Assert.Equal(0, AskInTime<QueueDeletedResult>(Emails, Purge).Jobs); // nobody can say any more how many they were

        AwaitInTime(() => CommitsOf(Emails).Count == 0);
        ExpectGone(job, partitions);
    }

    [Fact]
    public void A_deletion_of_what_never_was_says_so_and_leaves_the_name_free()
    {
        Start(create: false);

        Assert.Equal(GafferError.UnknownQueue, Ask<GafferFailure>(Purge).Error);

        Assert.Empty(CommitsOf(Emails));
        Assert.False(AskInTime<CreateQueueResult>(Emails, new CreateQueue(Options with { Partitions = 1 })).AlreadyExists);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void One_whose_last_write_fails_is_deleted_by_its_next_actor(int partitions)
    {
        var job = StartWithJob(partitions);
        HoldLastWrite();
        var delete = Tell(Purge);
        Await(() => Journal.Writes.Held == 1);
        Journal.Writes.Fail();
        Journal.Writes.Release();
        Forbidden = static _ => null;
        ExpectUnavailable(delete, "the disk is on fire");

        AwaitInTime(() => CommitsOf(Emails).Count == 0);
        ExpectGone(job, partitions);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void One_that_ends_when_its_deletion_is_acknowledged_does_not_come_back(int partitions)
    {
        var job = StartWithJob(partitions);
        Ask<QueueDeletedResult>(Purge);
        Crash(0);

        ExpectGone(job, partitions);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void While_the_catalog_does_not_say_whether_it_may_callers_are_told_so_and_no_job_is_lost_or_started(int partitions)
    {
        var job = StartWithJob(partitions);
        Forbidden = static request => request is CatalogRequest.Remove { CheckOnly: false } ? new GafferFailure(GafferError.Unavailable, "the catalog sleeps", Emails) : null;
        Assert.Equal(GafferError.Unavailable, Ask<GafferFailure>(Purge).Error);

        var insert = Tell(JobIn(0));
        var again = Tell(Purge);
        AwaitInTime(() => IsAnswered(insert) && IsAnswered(again));
        ExpectUnavailable(insert, "the catalog sleeps");
        ExpectUnavailable(again, "the catalog sleeps");
        var workers = Serve(Node("a:1"));
        Forbidden = static _ => null;

        Assert.Equal(GafferError.UnknownQueue, AskInTime<GafferFailure>(Emails, new GetJob(Emails, job)).Error);
        Assert.True(workers.IsIdle);
        ExpectGone(job, partitions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_deletion_that_is_told_again_does_not_delete_the_next_queue_of_the_name(bool isErased)
    {
        StartWithJob(1);
        Ask<QueueDeletedResult>(Purge);
        if (isErased) Await(() => CommitsOf(Emails).Count == 0);
        AskInTime<CreateQueueResult>(Emails, new CreateQueue(Options with { Partitions = 1 }));
        var job = Ask<InsertResult>(JobIn(0)).Job.Id;
        if (isErased) Crash(0);

        Assert.Equal(0, AskInTime<QueueDeletedResult>(Emails, Purge).Jobs);

        Assert.Equal(job, Ask<JobFound>(new GetJob(Emails, job)).Job.Id);
    }

    private JobId StartWithJob(int partitions)
    {
        PartitionsNow = partitions;
        Start(Options with { Partitions = partitions });
        return Ask<InsertResult>(JobIn(0)).Job.Id;
    }

    private void EndBeforeTheCatalog()
    {
        Forbidden = static request => request is CatalogRequest.Remove { CheckOnly: false } ? Silence : null;
        Tell(Purge);
        Catalog.FishForMessage(static m => m is CatalogRequest.Remove { CheckOnly: false }, Patience);
        Crash(0);
        Forbidden = static _ => null;
    }

    private void HoldLastWrite() => Forbidden = request =>
    {
        if (request is CatalogRequest.Remove { CheckOnly: false }) Journal.Writes.Hold();
        return null;
    };

    private void EndWithoutWrite()
    {
        Crash(0);
        for (var held = Journal.Writes.Held; held > 0; held--) Journal.Writes.Fail();
        Journal.Writes.Release();
        Forbidden = static _ => null;
    }

    private void ExpectStays(JobId job, int partitions)
    {
        Assert.Equal(job, AskInTime<JobFound>(Emails, new GetJob(Emails, job)).Job.Id);
        for (var index = 0; index < partitions; index++) AskInTime<InsertResult>(At(index), JobIn(index));
    }

    private void ExpectGone(JobId job, int partitions)
    {
        Assert.Equal(GafferError.UnknownQueue, AskInTime<GafferFailure>(Emails, new GetQueue(Emails)).Error);
        Assert.Equal(EnsureOutcome.Created, AskInTime<EnsureQueueResult>(Emails, new EnsureQueue(Options with { Partitions = partitions })).Outcome);
        Assert.Equal(GafferError.UnknownJob, AskInTime<GafferFailure>(Emails, new GetJob(Emails, job)).Error);
        for (var index = 0; index < partitions; index++)
        {
            AskInTime<InsertResult>(At(index), JobIn(index));
            var info = AskInTime<QueueInfo>(At(index), new GetQueueInfo(Emails));
            Assert.Equal(1, info.Available.Count + info.Executing.Count); // workers that a test serves may have it already
        }
    }
}
