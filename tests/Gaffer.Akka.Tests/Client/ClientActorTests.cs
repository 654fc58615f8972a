using System.Collections.Immutable;
using Akka.Actor;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Which partitions of a queue a call is told to, and what its answer is.</summary>
public class ClientActorTests : ClientTestKit
{
    [Fact]
    public void A_queue_of_one_partition_is_asked_by_its_name_alone()
    {
        Client.Tell(new GetQueueInfo(Emails), TestActor);
        Answer(Expect(0, believed: 1), Info(7));
        Assert.Equal(7, ExpectMsg<QueueInfo>().Available.Count);
    }

    [Fact]
    public void The_first_call_learns_how_many_partitions_there_are_and_goes_to_the_one_of_its_job()
    {
        var job = InPartition(2);
        Client.Tell(new DeleteJob(Emails, job), TestActor);
        Answer(Expect(0, believed: 1), new Misrouted(4));
        Answer(Expect(2, believed: 4), new JobDeletedResult(job));
        Assert.Equal(job, ExpectMsg<JobDeletedResult>().Job);

        Client.Tell(new DeleteJob(Emails, InPartition(3)), TestActor);
        Expect(3, believed: 4);
    }

    [Fact]
    public void What_concerns_the_queue_itself_goes_to_the_first_partition()
    {
        Learn(4);
        Client.Tell(new PauseQueue(Emails), TestActor);
        Answer(Expect(0, believed: 4), new PauseResult(false));
        ExpectMsg<PauseResult>();
    }

    [Fact]
    public void What_concerns_all_is_asked_of_all_and_answered_once()
    {
        Learn(3);
        Client.Tell(new GetQueueInfo(Emails), TestActor);
        foreach (var calls in ExpectAll(3)) Answer(calls, Info(10 + calls.Partition.Index));
        var info = ExpectMsg<QueueInfo>();
        Assert.Equal((33, 3), (info.Available.Count, info.Partitions));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_part_that_is_not_answered_is_asked_again_and_the_others_are_not()
    {
        Learn(3);
        Client.Tell(new GetQueueInfo(Emails), TestActor);
        foreach (var calls in ExpectAll(3).Where(c => c.Partition.Index != 1)) Answer(calls, Info(1));
        Settle();
        Time.Advance(RetryInterval);
        Answer(Expect(1, believed: 3), Info(1));
        Assert.Equal(3, ExpectMsg<QueueInfo>().Available.Count);
    }

    [Fact]
    public void A_partition_that_stays_silent_fails_the_whole()
    {
        Learn(2);
        Client.Tell(new GetQueueInfo(Emails), TestActor);
        Answer(ExpectAll(2)[0], Info(1));
        for (var waited = TimeSpan.Zero; waited <= CallTimeout; waited += RetryInterval)
        {
            Settle();
            Time.Advance(RetryInterval);
        }

        Assert.Equal(GafferError.Timeout, ExpectMsg<GafferFailure>().Error);
    }

    [Fact]
    public void A_queue_that_was_made_anew_with_another_number_is_asked_anew()
    {
        Learn(4);
        var job = InPartition(3);
        Client.Tell(new DeleteJob(Emails, job), TestActor);
        Answer(Expect(3, believed: 4), new Misrouted(2));
        Answer(Expect(1, believed: 2), new JobDeletedResult(job));
        ExpectMsg<JobDeletedResult>();
    }

    [Fact]
    public void What_is_asked_of_all_begins_anew_when_the_number_turns_out_to_be_another()
    {
        Learn(3);
        Client.Tell(new GetQueueInfo(Emails), TestActor);
        var before = ExpectAll(3);
        Answer(before[2], new Misrouted(2));
        var after = ExpectAll(2);
        Assert.All(after, calls => Assert.Equal(2, calls.Partitions));
        foreach (var calls in before.Take(2)) Answer(calls, Info(100)); // too late: they were parts of another whole
        foreach (var calls in after) Answer(calls, Info(1));
        Assert.Equal(2, ExpectMsg<QueueInfo>().Available.Count);
    }

    [Fact]
    public void Partitions_that_contradict_each_other_are_asked_again_by_the_clock_and_not_at_once()
    {
        var job = InPartition(3);
        Client.Tell(new DeleteJob(Emails, job), TestActor);
        Answer(Expect(0, believed: 1), new Misrouted(2));
        Answer(Expect(1, believed: 2), new Misrouted(4));
        Settle();
        Region.ExpectNoMsg(TimeSpan.Zero);
        Time.Advance(RetryInterval);
        Answer(Expect(3, believed: 4), new JobDeletedResult(job));
        ExpectMsg<JobDeletedResult>();
    }

    [Fact]
    public void A_drain_pauses_the_queue_before_it_waits_for_all()
    {
        Learn(2);
        var drain = new DrainQueue(Emails, TimeSpan.FromMinutes(1));
        Client.Tell(drain, TestActor);
        var pause = Expect(0, believed: 2);
        Assert.Equal(drain.CommandId, Assert.IsType<PauseQueue>(pause.Calls.Single().Request).CommandId);
        Region.ExpectNoMsg(TimeSpan.Zero);
        Answer(pause, new PauseResult(false));
        foreach (var calls in ExpectAll(2)) Answer(calls, new DrainResult(true, []));
        Assert.True(ExpectMsg<DrainResult>().Drained);
    }

    [Fact]
    public void A_flush_asks_again_until_nothing_has_moved_between_two_rounds()
    {
        Learn(2);
        var life = Guid.NewGuid();
        Client.Tell(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), TestActor);
        foreach (var moves in (long[])[1, 2, 2])
        {
            foreach (var calls in ExpectAll(2)) Answer(calls, new FlushResult(true, 0, 0, 0) { Mark = new FlushMark(life, calls.Partition.IsHead ? 5 : moves) });
            Settle();
            Time.Advance(TimeSpan.FromMilliseconds(20)); // the pause between two rounds, and not so long that a call is repeated
        }

        Assert.True(ExpectMsg<FlushResult>().Flushed);
    }

    [Fact]
    public void Jobs_of_several_partitions_are_stored_by_each_and_answered_in_their_order()
    {
        Learn(2);
        InsertJob[] jobs = [.. Enumerable.Range(0, 6).Select(n => new InsertJob(Emails, new[] { (byte)n }) { Id = InPartition((ushort)(n / 2)) })];
        Client.Tell(new InsertJobs(Emails, [.. jobs]), TestActor);
        foreach (var calls in ExpectAll(2))
        {
            var part = Assert.IsType<InsertJobs>(calls.Calls.Single().Request);
            Assert.All(part.Jobs, j => Assert.Equal(calls.Partition.Index, JobPlace.PartitionOf(j.Id, 2)));
            Answer(calls, new InsertManyResult([.. part.Jobs.Select(j => new InsertResult(Given.Job() with { Id = j.Id }, false))]));
        }

        Assert.Equal(jobs.Select(j => j.Id), ExpectMsg<InsertManyResult>().Jobs.Select(j => j.Job.Id));
    }

    [Fact]
    public void Nothing_is_stored_when_one_of_several_jobs_is_invalid()
    {
        Learn(2);
        Client.Tell(new InsertJobs(Emails, [new InsertJob(Emails, default), new InsertJob(Emails, default, new JobOptions { MaxAttempts = 0 })]), TestActor);
        Assert.Equal(GafferError.InvalidJob, ExpectMsg<GafferFailure>().Error);
        Region.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_client_that_ends_answers_all_who_wait()
    {
        Learn(2);
        Client.Tell(new GetQueueInfo(Emails), TestActor);
        ExpectAll(2);
        Sys.Stop(Client);
        Assert.Equal(GafferError.Unavailable, ExpectMsg<GafferFailure>().Error);
        ExpectNoMsg(TimeSpan.Zero);
    }

    private static JobId InPartition(ushort slot) => JobPlace.At(JobId.New(), slot);
}
