using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Gaffer.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The client between callers and a probe that is the region of queues, in virtual time.</summary>
public class ClientActorTests : TestKit
{
    private static readonly QueueName Emails = "emails";
    private static readonly Config Reference = ConfigurationFactory.FromResource("Gaffer.reference.conf", typeof(QueueOptions).Assembly);
    private readonly FakeTimeProvider _time = new(Given.Noon);
    private readonly TestProbe _region;
    private readonly GafferRuntime _runtime;
    private readonly IActorRef _client;
    private readonly GafferClient _gaffer;

    public ClientActorTests()
        : base(ConfigurationFactory.ParseString("akka.test { single-expect-default = 30s, default-timeout = 30s }").WithFallback(Reference))
    {
        _region = CreateTestProbe("region");
        _runtime = new GafferRuntime
        {
            Settings = GafferSettings.From(Reference.GetConfig("gaffer")),
            Clock = new GafferClock(_time, Sys.Scheduler),
            Node = new WorkerNode("here", Guid.NewGuid()),
            Services = new ServiceCollection().BuildServiceProvider(),
            Storages = ImmutableDictionary<string, StoragePlugins>.Empty,
            EventsOf = _ => throw new InvalidOperationException("no events here"),
            QueueRegion = _region.Ref,
        };
        _client = Sys.ActorOf(ClientActor.CreateProps(_runtime));
        _gaffer = new GafferClient(Sys, _runtime, ActorRefs.Nobody);
    }

    private TimeSpan RetryInterval => _runtime.Settings.Client.RetryInterval;

    public static TheoryData<string> OfQueues => [.. BadOptions.Queue.Keys];

    public static TheoryData<string> OfJobs => [.. BadOptions.Job.Keys];

    [Theory]
    [MemberData(nameof(OfQueues))]
    public void Wrong_options_of_a_queue_take_no_other_call_with_them(string bad)
    {
        var options = BadOptions.Queue[bad].Of(new QueueOptions { Name = Emails });
        foreach (var request in (GafferRequest[])[new CreateQueue(options), new EnsureQueue(options), new UpdateQueue(options)]) ExpectRefused(request, GafferError.InvalidQueueConfig);
    }

    [Theory]
    [MemberData(nameof(OfJobs))]
    public void Wrong_options_of_a_job_take_no_other_call_with_them(string bad)
    {
        var options = BadOptions.Job[bad].Options;
        var (wrong, right) = (InsertJob.Of(Emails, 1, options), InsertJob.Of(Emails, 2));
        ExpectRefused(wrong, GafferError.InvalidJob);
        ExpectRefused(new InsertJobs(Emails, [right, wrong]), GafferError.InvalidJob);
    }

    [Fact]
    public void A_job_without_a_queue_or_a_type_takes_no_other_call_with_it()
    {
        ExpectRefused(new InsertJobs(Emails, [InsertJob.Of(default, 1)]), GafferError.InvalidRequest);
        ExpectRefused(new InsertJob(Emails, new byte[1], null, null!), GafferError.InvalidJob);
    }

    [Fact]
    public void A_queue_of_one_partition_is_asked_by_its_name_alone()
    {
        _client.Tell(new GetQueueInfo(Emails), TestActor);
        Answer(Expect(0, believed: 1), Info(7));
        Assert.Equal(7, ExpectMsg<QueueInfo>().Available.Count);
    }

    [Fact]
    public void The_first_call_learns_how_many_partitions_there_are_and_goes_to_the_one_of_its_job()
    {
        var job = InPartition(2);
        _client.Tell(new DeleteJob(Emails, job), TestActor);
        Answer(Expect(0, believed: 1), new Misrouted(4));
        Answer(Expect(2, believed: 4), new JobDeletedResult(job));
        Assert.Equal(job, ExpectMsg<JobDeletedResult>().Job);

        _client.Tell(new DeleteJob(Emails, InPartition(3)), TestActor);
        Expect(3, believed: 4);
    }

    [Fact]
    public void What_concerns_the_queue_itself_goes_to_the_first_partition()
    {
        Learn(4);
        _client.Tell(new PauseQueue(Emails), TestActor);
        Answer(Expect(0, believed: 4), new PauseResult(false));
        ExpectMsg<PauseResult>();
    }

    [Fact]
    public void What_concerns_all_is_asked_of_all_and_answered_once()
    {
        Learn(3);
        _client.Tell(new GetQueueInfo(Emails), TestActor);
        foreach (var calls in ExpectAll(3)) Answer(calls, Info(10 + calls.Partition.Index));
        var info = ExpectMsg<QueueInfo>();
        Assert.Equal((33, 3), (info.Available.Count, info.Partitions));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_part_that_is_not_answered_is_asked_again_and_the_others_are_not()
    {
        Learn(3);
        _client.Tell(new GetQueueInfo(Emails), TestActor);
        foreach (var calls in ExpectAll(3).Where(c => c.Partition.Index != 1)) Answer(calls, Info(1));
        Settle();
        _time.Advance(RetryInterval);
        Answer(Expect(1, believed: 3), Info(1));
        Assert.Equal(3, ExpectMsg<QueueInfo>().Available.Count);
    }

    [Fact]
    public void A_partition_that_stays_silent_fails_the_whole()
    {
        Learn(2);
        _client.Tell(new GetQueueInfo(Emails), TestActor);
        Answer(ExpectAll(2)[0], Info(1));
        for (var waited = TimeSpan.Zero; waited <= _runtime.Settings.Client.Timeout; waited += RetryInterval)
        {
            Settle();
            _time.Advance(RetryInterval);
        }

        Assert.Equal(GafferError.Timeout, ExpectMsg<GafferFailure>().Error);
    }

    [Fact]
    public void A_queue_that_was_made_anew_with_another_number_is_asked_anew()
    {
        Learn(4);
        var job = InPartition(3);
        _client.Tell(new DeleteJob(Emails, job), TestActor);
        Answer(Expect(3, believed: 4), new Misrouted(2));
        Answer(Expect(1, believed: 2), new JobDeletedResult(job));
        ExpectMsg<JobDeletedResult>();
    }

    [Fact]
    public void What_is_asked_of_all_begins_anew_when_the_number_turns_out_to_be_another()
    {
        Learn(3);
        _client.Tell(new GetQueueInfo(Emails), TestActor);
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
        _client.Tell(new DeleteJob(Emails, job), TestActor);
        Answer(Expect(0, believed: 1), new Misrouted(2));
        Answer(Expect(1, believed: 2), new Misrouted(4));
        Settle();
        _region.ExpectNoMsg(TimeSpan.Zero);
        _time.Advance(RetryInterval);
        Answer(Expect(3, believed: 4), new JobDeletedResult(job));
        ExpectMsg<JobDeletedResult>();
    }

    [Fact]
    public void A_drain_pauses_the_queue_before_it_waits_for_all()
    {
        Learn(2);
        var drain = new DrainQueue(Emails, TimeSpan.FromMinutes(1));
        _client.Tell(drain, TestActor);
        var pause = Expect(0, believed: 2);
        Assert.Equal(drain.CommandId, Assert.IsType<PauseQueue>(pause.Calls.Single().Request).CommandId);
        _region.ExpectNoMsg(TimeSpan.Zero);
        Answer(pause, new PauseResult(false));
        foreach (var calls in ExpectAll(2)) Answer(calls, new DrainResult(true, []));
        Assert.True(ExpectMsg<DrainResult>().Drained);
    }

    [Fact]
    public void A_flush_asks_again_until_nothing_has_moved_between_two_rounds()
    {
        Learn(2);
        var life = Guid.NewGuid();
        _client.Tell(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), TestActor);
        foreach (var moves in (long[])[1, 2, 2])
        {
            foreach (var calls in ExpectAll(2)) Answer(calls, new FlushResult(true, 0, 0, 0) { Mark = new FlushMark(life, calls.Partition.IsHead ? 5 : moves) });
            Settle();
            _time.Advance(TimeSpan.FromMilliseconds(20)); // the pause between two rounds, and not so long that a call is repeated
        }

        Assert.True(ExpectMsg<FlushResult>().Flushed);
    }

    [Fact]
    public void Jobs_of_several_partitions_are_stored_by_each_and_answered_in_their_order()
    {
        Learn(2);
        InsertJob[] jobs = [.. Enumerable.Range(0, 6).Select(n => new InsertJob(Emails, new[] { (byte)n }) { Id = InPartition((ushort)(n / 2)) })];
        _client.Tell(new InsertJobs(Emails, [.. jobs]), TestActor);
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
        _client.Tell(new InsertJobs(Emails, [new InsertJob(Emails, default), new InsertJob(Emails, default, new JobOptions { MaxAttempts = 0 })]), TestActor);
        Assert.Equal(GafferError.InvalidJob, ExpectMsg<GafferFailure>().Error);
        _region.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_client_that_ends_answers_all_who_wait()
    {
        Learn(2);
        _client.Tell(new GetQueueInfo(Emails), TestActor);
        ExpectAll(2);
        Sys.Stop(_client);
        Assert.Equal(GafferError.Unavailable, ExpectMsg<GafferFailure>().Error);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_call_is_told_again_after_a_second_and_then_after_two_and_three()
    {
        _client.Tell(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), TestActor);
        Expect(0, believed: 1);
        foreach (var intervals in (int[])[1, 2, 3, 3, 3]) ExpectAgainAfter(intervals);
    }

    [Fact]
    public void A_call_whose_queue_ended_is_told_again_at_once_and_after_a_second()
    {
        var queue = CreateTestProbe("queue");
        _client.Tell(new GetQueueInfo(Emails), TestActor);
        _client.Tell(new QueueAnswers(Emails, [new QueueAnswer(Expect(0, believed: 1).Calls.Single().Id, Info(1))]), queue);
        ExpectMsg<QueueInfo>();
        _client.Tell(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), TestActor);
        queue.ExpectMsg<QueueCalls>();
        ExpectAgainAfter(1);
        ExpectAgainAfter(2);

        Sys.Stop(queue);

        Expect(0, believed: 1);
        ExpectAgainAfter(1);
        ExpectAgainAfter(2);
    }

    [Fact]
    public async Task A_call_that_was_cancelled_is_not_told_again()
    {
        using var stop = new CancellationTokenSource();
        var flush = _gaffer.FlushAsync(Emails, cancellationToken: stop.Token);
        Expect(0, believed: 1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        ExpectNoneIn(5);
    }

    [Fact]
    public async Task Nor_are_its_parts()
    {
        Learn(2, _gaffer.Queues);
        using var stop = new CancellationTokenSource();
        var flush = _gaffer.FlushAsync(Emails, cancellationToken: stop.Token);
        ExpectAll(2);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        ExpectNoneIn(5);
    }

    [Fact]
    public void Who_waits_for_ever_and_ends_is_not_waited_for()
    {
        var asker = CreateTestProbe("asker");
        _client.Tell(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), asker);
        Expect(0, believed: 1);
        ExpectAgainAfter(1);

        Sys.Stop(asker);

        AwaitAssert(() => ExpectNoneIn(5)); // when the client has heard of it
    }

    [Fact]
    public async Task Nor_is_a_question_whose_time_is_over()
    {
        var asked = _client.Ask<FlushResult>(new FlushQueue(Emails, Timeout.InfiniteTimeSpan), TimeSpan.FromMilliseconds(50));
        Expect(0, believed: 1);
        await Assert.ThrowsAsync<AskTimeoutException>(() => asked);
        ExpectNoneIn(5);
    }

    private void Learn(int partitions, ICanTell? client = null)
    {
        client ??= _client;
        client.Tell(new PollQueue(Emails), TestActor);
        Answer(Expect(0, believed: 1), new Misrouted(partitions), client);
        foreach (var calls in ExpectAll(partitions)) Answer(calls, new PollResult(0), client);
        ExpectMsg<PollResult>();
    }

    private void ExpectRefused(GafferRequest request, GafferError error)
    {
        _client.Tell(request, TestActor);
        _client.Tell(new GetQueueInfo(Emails), TestActor);
        Assert.Equal(error, ExpectMsg<GafferFailure>().Error);
        Answer(Expect(0, believed: 1), Info(7)); // nothing else was sent
        Assert.Equal(7, ExpectMsg<QueueInfo>().Available.Count);
    }

    private QueueCalls Expect(int partition, int believed)
    {
        var calls = _region.ExpectMsg<QueueCalls>();
        Assert.Equal((new QueuePartition(Emails, partition), believed), (calls.Partition, calls.Partitions));
        return calls;
    }

    private QueueCalls[] ExpectAll(int partitions)
    {
        QueueCalls[] all = [.. Enumerable.Range(0, partitions).Select(_ => _region.ExpectMsg<QueueCalls>()).OrderBy(c => c.Partition)];
        Assert.Equal(Enumerable.Range(0, partitions), all.Select(c => c.Partition.Index));
        return all;
    }

    // From the region, so that all calls go on to go there.
    private void Answer(QueueCalls calls, GafferReply reply, ICanTell? client = null) => (client ?? _client).Tell(new QueueAnswers(calls.Partition, [.. calls.Calls.Select(c => new QueueAnswer(c.Id, reply))]), _region);

    private void ExpectAgainAfter(int intervals)
    {
        for (; intervals > 1; intervals--) ExpectNoneIn(1);
        Settle();
        _time.Advance(RetryInterval);
        Expect(0, believed: 1);
        Settle();
        _region.ExpectNoMsg(TimeSpan.Zero);
    }

    private void ExpectNoneIn(int intervals)
    {
        for (; intervals > 0; intervals--)
        {
            Settle();
            _time.Advance(RetryInterval);
            Settle();
            _region.ExpectNoMsg(TimeSpan.Zero);
        }
    }

    private void Settle()
    {
        foreach (var client in (ICanTell[])[_client, _gaffer.Queues, _client, _gaffer.Queues])
        {
            var probe = CreateTestProbe();
            client.Tell(new Identify(null), probe);
            probe.ExpectMsg<ActorIdentity>();
        }
    }

    private static JobId InPartition(ushort slot) => JobPlace.At(JobId.New(), slot);

    private static QueueInfo Info(int available)
    {
        StateInfo none = new(0, null, null);
        return new(Emails, QueueStatus.Active, new StateInfo(available, null, null), none, none, none, none, 0, 0, 0, 0, 1, 1, [], Given.Noon);
    }
}
