using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue of several partitions goes as a whole, or stays as a whole.</summary>
public class PartitionDeletionTests() : PartitionsTestKit("gaffer.queue.restart-max = 500ms")
{
    private static readonly DeleteQueue IfEmpty = new(Emails, DeleteMode.IfEmpty);

    [Fact]
    public void A_queue_that_is_deleted_leaves_no_journal_and_another_number_of_partitions_may_follow()
    {
        Start(Options);
        foreach (var index in Followers) Ask<JobDeletedResult>(At(index), new DeleteJob(Emails, Ask<InsertResult>(At(index), JobIn(index)).Job.Id));
        var late = Told.OfType<FollowHead>().Where(m => m.Head is not null).ToList();

        Assert.Equal(0, Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.IfEmpty)).Jobs);
        AwaitInTime(() => Enumerable.Range(0, Partitions).All(index => CommitsOf(At(index)).Count == 0));

        var smaller = Options with { Partitions = PartitionsNow = 3 };
        AskInTime<CreateQueueResult>(Emails, new CreateQueue(smaller));
        var again = CreateTestProbe();
        foreach (var message in late) TellRegion(message, again);
        Assert.Equal(2, new[] { 1, 2 }.Count(index => FollowedBy(index) == new HeadState(smaller, 1, false)));
        foreach (var index in new[] { 1, 2 }) Assert.True(again.ExpectMsg<Following>(Patience).Revision > late[0].Revision, $"{index}");
        AskInTime<InsertResult>(At(2), JobInOf(2, 3));
        Assert.Null(FollowedBy(3));
    }

    [Fact]
    public void A_partition_of_a_queue_that_is_gone_does_not_say_that_it_had_several()
    {
        Start(Options);
        Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.Purge));
        Await(() => CommitsOf(At(1)).Count == 0);
        Assert.Equal(1, Ask<Misrouted>(At(1), new GetQueueInfo(Emails)).Partitions);
        Settle(EntityOf(At(1)));
        Assert.Equal(1, Ask<Misrouted>(At(1), new GetQueueInfo(Emails)).Partitions);
    }

    [Fact]
    public void A_queue_that_is_made_anew_while_the_partitions_of_the_last_erase_what_they_have_waits_for_no_timer()
    {
        Start(Options);
        for (var round = 0; round < 30; round++)
        {
            foreach (var index in Followers) Ask<InsertResult>(At(index), JobIn(index));
            Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.Purge));
            Ask<CreateQueueResult>(new CreateQueue(Options));
        }
    }

    [Fact]
    public void A_purge_deletes_all_jobs_ends_what_runs_and_says_so()
    {
        Start(Options);
        Ask<InsertResult>(JobIn(0));
        foreach (var index in Followers) Ask<InsertResult>(At(index), JobIn(index));
        var workers = Serve(At(3), Node("a:1"));
        var running = workers.Job();

        Assert.Equal(Partitions, Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.Purge)).Jobs);

        Assert.Equal(Key(running), workers.Stop());
        Assert.Equal(Partitions, Events.All.OfType<JobDeleted>().Count());
        Assert.Single(Events.All.OfType<QueueDeleted>());
        Assert.NotEmpty(CommitsOf(At(3))); // until that code has ended
        workers.End(running);
        AwaitInTime(() => CommitsOf(At(3)).Count == 0);
        Assert.Equal(GafferError.UnknownQueue, AskInTime<GafferFailure>(Emails, new GetQueue(Emails)).Error);
    }

    [Fact]
    public void A_head_that_ends_while_the_others_give_up_leads_them_again()
    {
        Start(Options);
        Ask<PauseResult>(new PauseQueue(Emails));
        Lost = message => message is FollowHead { Head: null, Partition.Index: 2 };
        Tell(IfEmpty);
        Await(() => HasGivenUp(1) && HasGivenUp(3));
        Crash(0);
        Lost = _ => false;

        Assert.Equal(QueueStatus.Paused, AskInTime<QueueInfo>(Emails, new GetQueueInfo(Emails)).Status);

        ExpectAllFollow(paused: true);
    }

    [Fact]
    public void A_head_that_ends_when_all_have_given_up_and_has_not_written_that_leads_them_again()
    {
        Start(Options);
        Lost = message => message is FollowHead { Head: null, Partition.Index: 3 };
        Tell(IfEmpty);
        Await(() => HasGivenUp(1) && HasGivenUp(2));
        var writes = Journal.Writes.Attempts;
        Journal.Writes.Hold();
        Lost = _ => false;
        AwaitInTime(() => Journal.Writes.Held == 1);
        Journal.Writes.ReleaseOne(); // the last has given up
        Await(() => Journal.Writes.Attempts == writes + 2);
        Crash(0);
        Journal.Writes.Fail();
        Journal.Writes.Release();

        AskInTime<QueueInfo>(Emails, new GetQueueInfo(Emails));

        ExpectAllFollow();
        Assert.Equal(0, AskInTime<QueueDeletedResult>(Emails, new DeleteQueue(Emails, DeleteMode.IfEmpty)).Jobs);
    }

    [Fact]
    public void A_head_that_ends_between_the_catalog_and_its_journal_can_be_made_again()
    {
        Start(Options);
        Forbidden = request =>
        {
            if (request is CatalogRequest.Remove { CheckOnly: false }) Journal.Writes.Hold();
            return null;
        };
        Tell(IfEmpty);
        Await(() => Journal.Writes.Held == 1);
        Crash(0);
        Journal.Writes.Fail();
        Journal.Writes.Release();
        Forbidden = _ => null;
        Assert.Equal(GafferError.UnknownQueue, AskInTime<GafferFailure>(Emails, new GetQueue(Emails)).Error);

        AskInTime<EnsureQueueResult>(Emails, new EnsureQueue(Options));

        ExpectAllFollow();
        foreach (var index in Followers) AskInTime<InsertResult>(At(index), JobIn(index));
    }

    [Fact]
    public void A_partition_that_ends_while_it_gives_up_has_given_up()
    {
        Start(Options);
        Forbidden = request => request is CatalogRequest.Remove { CheckOnly: false } ? Silence : null;
        var delete = Tell(IfEmpty);
        Await(() => Followers.All(HasGivenUp));
        Crash(2);
        var silent = Tell(At(2), JobIn(2));
        for (var i = 0; i < 5; i++)
        {
            Time.Advance(Retry / 2);
            Settle(EntityOf(At(2)));
        }

        Assert.False(IsAnswered(silent), IsAnswered(silent) ? $"{Answer<GafferReply>(silent)}" : ""); // it asks the head, which does not tell it to follow
        Forbidden = _ => null;

        AnswerInTime<QueueDeletedResult>(delete);
        Assert.False(IsAnswered(silent));
    }

    // Inserts and a deletion at once, in any order, with lost words: what is acknowledged is there, or the queue was not deleted.
    [Fact]
    public void A_deletion_among_inserts_loses_no_job()
    {
        var random = new Random(7);
        Start(create: false);
        for (var round = 0; round < 25; round++)
        {
            var partitions = 2 + (round % 3);
            PartitionsNow = partitions;
            AskInTime<EnsureQueueResult>(Emails, new EnsureQueue(Options with { Partitions = partitions }));
            var lost = random.Next(partitions + 1);
            Lost = message => message is FollowHead && message.Partition.Index == lost;
            var inserts = Enumerable.Range(0, partitions).Where(_ => random.Next(3) == 0).Select(index => (Index: index, Insert: JobInOf(index, partitions))).ToList();
            Dictionary<JobId, long> calls = [];
            var at = random.Next(inserts.Count + 1);
            long delete = 0;
            for (var i = 0; i <= inserts.Count; i++)
            {
                if (i == at) delete = Tell(new DeleteQueue(Emails, DeleteMode.IfEmpty));
                if (i < inserts.Count) calls[inserts[i].Insert.Id] = Tell(At(inserts[i].Index), inserts[i].Insert);
            }

            if (random.Next(2) == 0) Lost = _ => false;
            AwaitInTime(() => IsAnswered(delete));
            Lost = _ => false;
            var acknowledged = inserts.Where(i => IsAnswered(calls[i.Insert.Id]) && Answer<GafferReply>(calls[i.Insert.Id]) is InsertResult).ToList();
            if (Answer<GafferReply>(delete) is QueueDeletedResult)
            {
                Assert.Empty(acknowledged);
                continue;
            }

            foreach (var (index, insert) in acknowledged) Assert.Equal(insert.Id, AskInTime<JobFound>(At(index), new GetJob(Emails, insert.Id)).Job.Id);
            foreach (var (index, insert) in inserts) AskInTime<InsertResult>(At(index), insert);
            var stored = inserts.Count;
            AwaitInTime(() => Enumerable.Range(1, partitions - 1).All(index => FollowedBy(index) is not null));
            Assert.InRange(AskInTime<QueueDeletedResult>(Emails, new DeleteQueue(Emails, DeleteMode.Purge)).Jobs, 0, stored);
        }
    }

    private static InsertJob JobInOf(int index, int partitions)
    {
        var insert = JobIn(index);
        Assert.Equal(index, JobPlace.PartitionOf(insert.Id, partitions));
        return insert;
    }

    private bool HasGivenUp(int index) => Told.Any(m => m is FollowHead { Head: null } && m.Partition.Index == index) && FollowedBy(index) is null;
}
