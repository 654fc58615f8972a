using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Gaffer.Tests;

/// <summary>All partitions of a queue are what its head says, and nobody is told so before.</summary>
public class PartitionFollowingTests() : PartitionsTestKit("gaffer.queue.restart-max = 500ms")
{
    [Fact]
    public void A_queue_is_created_when_all_its_partitions_know_it()
    {
        Start(Options);

        Assert.All(Followers, index => Assert.Equal(new HeadState(Options, 1, false), FollowedBy(index)));
        Assert.All(Followers, index => Assert.Equal(Ask<InsertResult>(At(index), JobIn(index)).Job.Id, Ask<JobPage>(At(index), new ListJobs(Emails, JobFilter.All)).Jobs.Single().Id));
        Assert.Equal(0, Info().Available.Count); // each has its own
    }

    [Fact]
    public void A_pause_is_answered_when_no_partition_claims_any_more()
    {
        Start(Options);
        var workers = Followers.Select(index => Serve(At(index), Node($"a:{index}"))).ToList();
        Lost = message => message is FollowHead { Partition.Index: 2 };
        var pause = Tell(new PauseQueue(Emails));
        Await(() => FollowedBy(1)!.Paused && FollowedBy(3)!.Paused);
        SettleAll();
        Assert.False(Client.HasMessages);

        Lost = _ => false;
        Time.Advance(Retry);

        Assert.False(Answer<PauseResult>(pause).AlreadyPaused);
        foreach (var index in Followers) Ask<InsertResult>(At(index), JobIn(index));
        SettleAll();
        Assert.All(workers, w => Assert.True(w.IsIdle));

        Ask<ResumeResult>(new ResumeQueue(Emails));
        foreach (var w in workers) w.Job();
    }

    [Fact]
    public void A_pause_of_what_is_paused_waits_for_the_same()
    {
        Start(Options);
        Lost = message => message is FollowHead { Partition.Index: 3 };
        Tell(new PauseQueue(Emails));
        var again = Tell(new PauseQueue(Emails));
        var refused = Tell(new UpdateQueue(Options, 7)); // changes nothing, so there is nothing to wait for

        Assert.Equal(GafferError.VersionConflict, Answer<GafferFailure>(refused).Error);
        SettleAll();
        Assert.False(Client.HasMessages);

        Lost = _ => false;
        Time.Advance(Retry);
        Assert.True(Answer<PauseResult>(again).AlreadyPaused);
    }

    [Fact]
    public void A_pause_and_a_resume_in_one_commit_end_in_the_later_one()
    {
        Start(Options);
        var held = HoldWrite();
        var (pause, resume) = (Tell(new PauseQueue(Emails)), Tell(new ResumeQueue(Emails)));
        Settle(QueueOf(0));
        Journal.Writes.Release();

        Answer<InsertResult>(held);
        Answer<PauseResult>(pause);
        Answer<ResumeResult>(resume);
        Assert.All(Followers, index => Assert.False(FollowedBy(index)!.Paused));
    }

    [Fact]
    public void A_partition_whose_write_fails_delays_the_answer_and_then_follows()
    {
        Start(Options);
        Lost = message => message is FollowHead;
        var pause = Tell(new PauseQueue(Emails));
        Await(() => ChangesOf(0).Any(c => c is QueueChange.Paused));
        Lost = message => message is FollowHead { Partition.Index: not 1 };
        EventFilter.Warning(contains: "starts again in").ExpectOne(() =>
        {
            Journal.Writes.Fail();
            Time.Advance(Retry);
        });
        Assert.False(Client.HasMessages);

        Lost = _ => false;
        Time.Advance(Retry);
        Await(() => FollowedBy(1)!.Paused || Repeated());

        Answer<PauseResult>(pause);
        Assert.True(FollowedBy(1)!.Paused);

        bool Repeated()
        {
            Time.Advance(Retry);
            return false;
        }
    }

    [Fact]
    public void A_head_that_ends_before_the_others_follow_tells_them_when_it_is_back()
    {
        Start(Options);
        Lost = message => message is FollowHead;
        var pause = new PauseQueue(Emails);
        Tell(pause);
        Await(() => ChangesOf(0).Any(c => c is QueueChange.Paused));
        Crash(0);
        Assert.All(Followers, index => Assert.False(FollowedBy(index)!.Paused));

        Lost = _ => false;
        Assert.False(Ask<PauseResult>(pause).AlreadyPaused); // told again, as a client does

        Assert.All(Followers, index => Assert.True(FollowedBy(index)!.Paused));
    }

    [Fact]
    public void Word_that_comes_late_changes_nothing()
    {
        Start(Options);
        var late = Told.OfType<FollowHead>().First(m => m.Partition.Index == 1);
        Ask<PauseResult>(new PauseQueue(Emails));
        var commits = CommitsOf(At(1)).Count;
        var old = CreateTestProbe();

        TellRegion(late, old);

        Assert.True(old.ExpectMsg<Following>(Patience).Revision > late.Revision);
        Assert.Equal(commits, CommitsOf(At(1)).Count);
        Assert.True(FollowedBy(1)!.Paused);
    }

    [Fact]
    public void A_head_in_another_storage_is_not_listened_to()
    {
        Start(Options);
        var other = CreateTestProbe();
        var commits = CommitsOf(At(1)).Count;

        TellRegion(new FollowHead(At(1), long.MaxValue, "elsewhere", null), other);
        TellRegion(Told.OfType<FollowHead>().First(m => m.Partition.Index == 1), other);

        Assert.True(other.ExpectMsg<Following>(Patience).Revision < long.MaxValue);
        Assert.Equal(commits, CommitsOf(At(1)).Count);
    }

    [Fact]
    public void A_head_goes_above_a_later_word_only_when_it_has_written()
    {
        Start(Options);
        var revision = Told.OfType<FollowHead>().Max(m => m.Revision);
        var later = revision + (1L << 40);
        var head = QueueOf(0);
        Journal.Writes.Hold();
        head.Tell(new Following(1, later));
        Await(() => Journal.Writes.Held == 1);
        Time.Advance(Retry);
        Settle(head);
        Assert.All(Told.OfType<FollowHead>(), m => Assert.True(m.Revision <= revision)); // it may have a successor that has told this, and be refused

        Journal.Writes.Release();

        Await(() => Told.OfType<FollowHead>().Count(m => m.Revision > later) == Partitions - 1);
        Await(() => Followers.All(index => ChangesOf(index).OfType<QueueChange.Followed>().Last().Revision > later));
    }

    [Fact]
    public void A_head_without_contact_tells_nobody_until_it_has()
    {
        Start(Options);
        Lost = message => message is FollowHead;
        var pause = Tell(new PauseQueue(Emails));
        Await(() => Told.OfType<FollowHead>().Any(m => m.Head!.Paused));
        Settle(QueueOf(0)); // and it has told the others
        Contact.Set(isCutOff: true, ["here:1", "there:1"], []);
        var told = Told.OfType<FollowHead>().Count();
        Lost = _ => false;
        Time.Advance(Retry);
        Settle(QueueOf(0));
        Assert.Equal(told, Told.OfType<FollowHead>().Count());

        Contact.Set(isCutOff: false, ["here:1", "there:1"], []);
        Time.Advance(Retry);

        Answer<PauseResult>(pause);
    }

    [Fact]
    public void A_partition_that_starts_wakes_its_head()
    {
        Start(Options);
        Lost = message => message is FollowHead;
        var pause = new PauseQueue(Emails);
        Tell(pause);
        Await(() => ChangesOf(0).Any(c => c is QueueChange.Paused));
        foreach (var index in Enumerable.Range(0, Partitions)) Crash(index);
        Lost = _ => false;

        Ask<InsertResult>(At(2), JobIn(2));

        Await(() => FollowedBy(1)!.Paused && FollowedBy(2)!.Paused && FollowedBy(3)!.Paused); // nobody has told the head anything
    }

    [Fact]
    public void A_partition_that_knows_its_queue_works_while_the_head_is_down()
    {
        Start(Options);
        var job = Ask<InsertResult>(At(1), JobIn(1)).Job;
        Lost = message => message.Partition.IsHead;
        Crash(0);
        Crash(1);

        Assert.Equal(job.Id, Ask<JobFound>(At(1), new GetJob(Emails, job.Id)).Job.Id);
        var workers = Serve(At(1), Node("a:1"));
        workers.End(workers.Job());
    }

    [Fact]
    public void A_partition_that_does_not_know_its_queue_yet_is_silent_and_lets_workers_wait()
    {
        Lost = message => message is FollowHead { Partition.Index: 1 } or AskHead;
        var create = TellFirst();
        Await(() => FollowedBy(3) is not null);
        var insert = JobIn(1);
        var call = Tell(At(1), insert);
        var workers = CreateTestProbe();
        EntityOf(At(1)).Tell(new RegisterWorkers(At(1), Node("a:1"), null, ["default"], [], 0), workers);
        workers.FishForMessage(m => m is QueueRests, Patience);
        Settle(QueueOf(1));
        Assert.False(Client.HasMessages);

        Lost = _ => false;
        Time.Advance(Retry);

        Answer<CreateQueueResult>(create);
        Assert.False(Ask<InsertResult>(At(1), insert).IsDuplicate);
        Assert.NotEqual(0, call);

        long TellFirst()
        {
            Start(null, create: false);
            return Tell(new CreateQueue(Options));
        }
    }

    [Fact]
    public void The_options_are_the_same_everywhere_and_outlive_all()
    {
        Start(Options);
        var changed = Options with { MaxWorkers = 17, MaxAttempts = 2 };
        Ask<QueueDescription>(new UpdateQueue(changed));
        Ask<PauseResult>(new PauseQueue(Emails));

        Restart();

        Lost = message => message is FollowHead;
        Assert.All(Enumerable.Range(0, Partitions), index =>
        {
            var info = Ask<QueueInfo>(At(index), new GetQueueInfo(Emails));
            Assert.Equal((17, QueueStatus.Paused), (info.MaxWorkers.Value, info.Status));
        });
    }

    [Fact]
    public void What_concerns_the_queue_is_one_event()
    {
        Start(Options);
        Ask<PauseResult>(new PauseQueue(Emails));
        Ask<ResumeResult>(new ResumeQueue(Emails));
        Ask<QueueDescription>(new UpdateQueue(Options with { MaxWorkers = 17 }));

        Assert.Equal([typeof(QueueCreated), typeof(QueuePaused), typeof(QueueResumed), typeof(QueueUpdated)], Events.All.Select(e => e.GetType()));
    }

    [Fact]
    public void A_partition_that_does_not_come_is_named_in_the_log()
    {
        Start(Options);
        Lost = message => message.Partition.Index == 2;
        Tell(new PauseQueue(Emails));
        Await(() => FollowedBy(1)!.Paused && FollowedBy(3)!.Paused);

        EventFilter.Warning(contains: "waits since 00:00:10 for its partitions 2:").ExpectOne(() =>
        {
            for (var second = 0; second < 12; second++)
            {
                Time.Advance(Retry);
                Settle(QueueOf(0));
            }
        });
    }

    [Fact]
    public void A_partition_of_another_number_of_partitions_stays_as_it_is_and_says_so()
    {
        Start(Options);
        var job = Ask<InsertResult>(At(1), JobIn(1)).Job;
        EventFilter.Error(contains: "with 4 partitions is told that it has 2").ExpectOne(() =>
            TellRegion(new FollowHead(At(1), long.MaxValue, "default", new HeadState(Options with { Partitions = 2 }, 1, false)), TestActor));

        Assert.Equal(job.Id, Ask<JobFound>(At(1), new GetJob(Emails, job.Id)).Job.Id);
        Assert.Equal(Partitions, FollowedBy(1)!.Options.Partitions);
    }
}
