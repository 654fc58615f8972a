using Akka.Actor;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue that moves to another node: the actor here ends in good order, and the next one goes on.</summary>
public class QueueActorMovingTests : QueueTestKit
{
    [Fact]
    public void What_was_begun_is_written_and_answered_before_it_ends()
    {
        Start();
        var begun = HoldWrite();
        var gathered = Tell(InsertJob.Of(Emails, 2, new() { Kind = "nobody" }));
        Settle();
        Watch(Entity);
        Entity.Tell(QueueEntity.Leave.Instance);
        Settle();

        Journal.Writes.Release();

        Answer<InsertResult>(begun);
        Answer<InsertResult>(gathered);
        ExpectTerminated(Entity);
        Start();
        Assert.Equal(2, Info().Available.Count);
    }

    [Fact]
    public void No_job_is_started_any_more_and_what_comes_is_left_to_the_next()
    {
        Start();
        var workers = Serve(Node("a:1"));
        Insert();
        var job = workers.Job();
        HoldWrite();
        Insert2();
        Watch(Entity);
        Entity.Tell(QueueEntity.Leave.Instance);
        Settle();
        workers.Tell(Key(job));
        var late = InsertJob.Of(Emails, 3, new() { Kind = "nobody" });
        Tell(late);
        Journal.Writes.Release();
        ExpectTerminated(Entity);
        Assert.True(workers.IsIdle);

        Start();
        workers.Register(Key(job));
        Assert.False(Ask<InsertResult>(late).IsDuplicate);
        workers.End(job);
        Assert.Equal(3, workers.Job().Sequence);

        void Insert2() => Tell(InsertJob.Of(Emails, 2));
    }

    [Fact]
    public void One_that_waits_for_its_journal_leaves_at_once()
    {
        Start();
        ExpectBackOff("00:00:00.2", () =>
        {
            Journal.Writes.Fail();
            ExpectUnavailable(Tell(InsertJob.Of(Emails, 1)), "the disk");
        });

        Watch(Entity);
        Entity.Tell(QueueEntity.Leave.Instance);
        ExpectTerminated(Entity);
    }

    [Fact]
    public void A_queue_of_which_only_the_catalog_knows_can_be_made_again_under_the_name_of_one_that_was_erased()
    {
        Start();
        var queue = Watch(Queue);
        Ask<QueueDeletedResult>(new DeleteQueue(Emails, DeleteMode.Purge));
        ExpectTerminated(queue);
        Settle(Entity);
        Journal.Writes.Fail();
        var options = new QueueOptions { Name = Emails, MaxWorkers = 3 };
        ExpectUnavailable(Tell(new CreateQueue(options)), "the disk");

        Restart(); // the catalog has it, its journal says that there is nothing

        Assert.Equal(EnsureOutcome.Created, Ask<EnsureQueueResult>(new EnsureQueue(options)).Outcome);
    }
}
