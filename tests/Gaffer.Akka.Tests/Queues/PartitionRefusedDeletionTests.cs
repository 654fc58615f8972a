using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue of several partitions that is not deleted after all is there as before.</summary>
public class PartitionRefusedDeletionTests() : PartitionsTestKit("gaffer.queue.restart-max = 500ms")
{
    private static readonly DeleteQueue IfEmpty = new(Emails, DeleteMode.IfEmpty);

    [Fact]
    public void A_queue_with_jobs_in_any_partition_is_not_deleted_and_loses_nothing()
    {
        Start(Options);
        var job = Ask<InsertResult>(At(2), JobIn(2)).Job;

        var refusal = Ask<GafferFailure>(new DeleteQueue(Emails, DeleteMode.IfEmpty));

        Assert.Equal(GafferError.QueueInUse, refusal.Error);
        Assert.Contains("1 of them in its partition 2", refusal.Message, StringComparison.Ordinal);
        ExpectAllFollow();
        Assert.Equal(job.Id, Ask<JobFound>(At(2), new GetJob(Emails, job.Id)).Job.Id);
        foreach (var index in Followers) AskInTime<InsertResult>(At(index), JobIn(index));
    }

    [Fact]
    public void A_refusal_is_told_when_all_know_their_queue_again()
    {
        Start(Options);
        Ask<InsertResult>(At(2), JobIn(2));
        var before = Told.Count;
        Lost = m => m is FollowHead { Head: not null, Partition.Index: 1 };
        var call = Tell(Emails, IfEmpty);
        Await(() => Told.Skip(before).Any(m => m is FollowHead { Head: not null, Partition.Index: 1 }));
        Settle(QueueOf(0));
        Settle(QueueOf(0));
        Assert.False(IsAnswered(call));

        before = Told.Count;
        Tell(Emails, IfEmpty, call); // as a client does
        Settle(QueueOf(0));
        Settle(QueueOf(0));
        Assert.DoesNotContain(Told.Skip(before), m => m is FollowHead { Head: null });

        Lost = _ => false;
        Assert.Equal(GafferError.QueueInUse, AnswerInTime<GafferFailure>(call).Error);
        foreach (var index in Followers) Ask<InsertResult>(At(index), JobIn(index));
    }

    [Fact]
    public void A_refusal_is_told_in_time_whoever_does_not_follow_again()
    {
        Start(Options);
        Ask<InsertResult>(At(2), JobIn(2));
        Lost = m => m is FollowHead { Head: not null, Partition.Index: 1 };
        Assert.Equal(GafferError.QueueInUse, AnswerInTime<GafferFailure>(Tell(Emails, IfEmpty)).Error);
    }

    [Fact]
    public void Where_the_catalog_forbids_it_no_partition_is_told()
    {
        Start(Options);
        Forbidden = request => request is CatalogRequest.Remove { CheckOnly: true } ? new GafferFailure(GafferError.QueueInUse, "others forward to it", Emails) : null;

        Assert.Equal(GafferError.QueueInUse, Ask<GafferFailure>(new DeleteQueue(Emails, DeleteMode.Purge)).Error);

        Assert.All(Told.OfType<FollowHead>(), m => Assert.NotNull(m.Head));
    }

    [Fact]
    public void Where_the_catalog_forbids_it_at_the_last_moment_the_queue_stays()
    {
        Start(Options);
        Forbidden = request => request is CatalogRequest.Remove { CheckOnly: false } ? new GafferFailure(GafferError.QueueInUse, "not now", Emails) : null;

        Assert.Equal(GafferError.QueueInUse, Ask<GafferFailure>(new DeleteQueue(Emails, DeleteMode.IfEmpty)).Error);

        ExpectAllFollow();
        foreach (var index in Followers) AskInTime<InsertResult>(At(index), JobIn(index));
    }

    [Fact]
    public void The_others_follow_again_when_it_is_durable_that_the_queue_stays()
    {
        Start(Options);
        Forbidden = request =>
        {
            if (request is not CatalogRequest.Remove { CheckOnly: false }) return null;
            Journal.Writes.Hold();
            return new GafferFailure(GafferError.QueueInUse, "not now", Emails);
        };
        var delete = Tell(new DeleteQueue(Emails, DeleteMode.IfEmpty));
        Await(() => Journal.Writes.Held == 1);

        Assert.All(Followers, index => Assert.Null(Told.OfType<FollowHead>().Last(m => m.Partition.Index == index).Head));
        Journal.Writes.Release();
        Assert.Equal(GafferError.QueueInUse, Answer<GafferFailure>(delete).Error);
        ExpectAllFollow();
    }

    [Fact]
    public void A_queue_that_stays_is_put_into_the_catalog_again_as_its_removal_may_have_been_told_twice()
    {
        Start(Options);
        var removals = 0;
        Forbidden = request =>
        {
            if (request is not CatalogRequest.Remove { CheckOnly: false } remove || removals++ > 0) return null;
            Catalog.Ref.Tell(remove, TestActor); // the same word again, which meets nothing that stands against it
            return new GafferFailure(GafferError.QueueInUse, "not now", Emails);
        };

        Assert.Equal(GafferError.QueueInUse, Ask<GafferFailure>(new DeleteQueue(Emails, DeleteMode.IfEmpty)).Error);

        Await(() => removals == 2 && IsInCatalog(Emails));
        ExpectAllFollow();
    }

    [Fact]
    public void A_partition_that_does_not_answer_is_named_and_the_others_follow_again()
    {
        Start(Options);
        Lost = message => message.Partition.Index == 3;
        var delete = Tell(new DeleteQueue(Emails, DeleteMode.IfEmpty));
        var insert = Tell(JobIn(0)); // waits for what becomes of the queue
        Await(() => FollowedBy(1) is null && FollowedBy(2) is null);

        var refusal = AnswerInTime<GafferFailure>(delete);
        Assert.Equal(GafferError.Unavailable, refusal.Error);
        Assert.Contains("partitions 3 did not answer", refusal.Message, StringComparison.Ordinal);
        Answer<InsertResult>(insert);
        AwaitInTime(() => FollowedBy(1) is not null && FollowedBy(2) is not null);

        Lost = _ => false;
        ExpectAllFollow();
        Assert.Equal(1, AnswerInTime<QueueDeletedResult>(Tell(new DeleteQueue(Emails, DeleteMode.Purge))).Jobs);
    }
}
