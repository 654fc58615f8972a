using System.Runtime.CompilerServices;
using System.Text.Json;
using Akka.Actor;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>Each request, told as a message to one queue and called by its method for a twin of it: the same answer, the same effect, the same failure.</summary>
public abstract class MessageScenarios(SpecHost host) : QueueTests(host)
{
    private static readonly byte[] Payload = JsonSerializer.SerializeToUtf8Bytes("payload");

    private readonly SpecHost _host = host;
    private readonly JobId _id = JobId.New();

    [SpecFact("S-61")]
    public async Task InsertJob_is_InsertAsync()
    {
        await SameAsync(Insert, async q => await Gaffer.InsertAsync(Insert(q)));
        await SameAsync(Insert, async q => await Gaffer.InsertAsync(Insert(q)), q => Gaffer.InsertAsync(Insert(q)));
        await SameFailureAsync<InvalidJobException>(q => Insert(q) with { Options = new() { MaxAttempts = 0 } }, async q => await Gaffer.InsertAsync(Insert(q) with { Options = new() { MaxAttempts = 0 } }));
    }

    [SpecFact("S-61", OnePartition = "the failure names a partition, another one each time")]
    public async Task InsertJobs_is_InsertManyAsync()
    {
        var other = JobId.New();
        await SameAsync(q => new InsertJobs(q, [Insert(q), Insert(q) with { Id = other }]), async q => await Gaffer.InsertManyAsync(q, [Insert(q), Insert(q) with { Id = other }]));
        await SameFailureAsync<PayloadTooLargeException>(q => new InsertJobs(q, [Insert(q), TooLarge(q)]), async q => await Gaffer.InsertManyAsync(q, [Insert(q), TooLarge(q)]));

        static InsertJob TooLarge(QueueName queue) => new(queue, new byte[1024 * 1024 + 1]);
    }

    [SpecFact("S-62")]
    public async Task GetJob_is_GetJobAsync()
    {
        await SameAsync(q => new GetJob(q, _id), async q => new JobFound(await Gaffer.GetJobAsync(q, _id)), WithJob);
        await SameFailureAsync<UnknownJobException>(q => new GetJob(q, _id), async q => new JobFound(await Gaffer.GetJobAsync(q, _id)));
    }

    [SpecFact("S-63")]
    public async Task ListJobs_is_ListPageAsync()
    {
        var filter = new JobFilter { State = JobState.Available };
        await SameAsync(q => new ListJobs(q, filter, 1), async q => await Gaffer.ListPageAsync(q, filter, 1), WithJob);
        await SameFailureAsync<GafferException>(q => new ListJobs(q, filter, 0), async q => await Gaffer.ListPageAsync(q, filter, 0));
    }

    [SpecFact("S-64")]
    public async Task CancelJob_is_CancelAsync()
    {
        await SameAsync(q => new CancelJob(q, _id, "why"), async q => await Gaffer.CancelAsync(q, _id, "why"), WithJob);
        await SameAsync(q => new CancelJob(q, _id), async q => await Gaffer.CancelAsync(q, _id), WithCancelledJob);
        await SameFailureAsync<UnknownJobException>(q => new CancelJob(q, _id), async q => await Gaffer.CancelAsync(q, _id));
    }

    [SpecFact("S-65")]
    public async Task DeleteJob_is_DeleteAsync()
    {
        await SameAsync(q => new DeleteJob(q, _id), DeleteAsync, WithJob);
        await SameFailureAsync<UnknownJobException>(q => new DeleteJob(q, _id), DeleteAsync);

        async Task<GafferReply> DeleteAsync(QueueName queue)
        {
            await Gaffer.DeleteAsync(queue, _id);
            return new JobDeletedResult(_id);
        }
    }

    [SpecFact("S-72")]
    public async Task RetryJob_is_RetryAsync()
    {
        await SameAsync(q => new RetryJob(q, _id), async q => await Gaffer.RetryAsync(q, _id), WithCancelledJob);
        await SameFailureAsync<UnknownJobException>(q => new RetryJob(q, _id), async q => await Gaffer.RetryAsync(q, _id));
    }

    [SpecFact("S-66")]
    public Task PruneQueue_is_PruneAsync() => SameAsync(
        q => new PruneQueue(q),
        async q => new PruneResult([.. await Gaffer.PruneAsync(q)], false),
        async q =>
        {
            await WithCancelledJob(q);
            await Gaffer.UpdateQueueAsync(q, o => o with { Prune = PruneOptions.Seed });
        });

    [SpecFact("S-50")]
    public async Task CreateQueue_is_CreateQueueAsync()
    {
        await SameAsync(q => new CreateQueue(Options(q, 5)), async q => await Gaffer.CreateQueueAsync(Options(q, 5)), hasUnknown: false);
        var (told, called) = (NewName(), NewName());
        Assert.Equal(Text(await Gaffer.CreateQueueAsync(Options(called, 5)).Soon(), called), Text(await TellAsync(new CreateQueue(Options(told, 5))), told));
        await SameFailureAsync<InvalidQueueConfigException>(q => new CreateQueue(Options(q, 0)), async q => await Gaffer.CreateQueueAsync(Options(q, 0)));
    }

    [SpecFact("S-51")]
    public async Task EnsureQueue_is_EnsureQueueAsync()
    {
        await SameAsync(q => new EnsureQueue(Options(q, 5)), async q => await Gaffer.EnsureQueueAsync(Options(q, 5)), hasUnknown: false);
        await SameAsync(q => new EnsureQueue(Options(q, 3)), async q => await Gaffer.EnsureQueueAsync(Options(q, 3)), hasUnknown: false);
        await SameFailureAsync<ForwardTargetNotFoundException>(q => new EnsureQueue(Options(q, 3) with { OnFailed = "nowhere" }), async q => await Gaffer.EnsureQueueAsync(Options(q, 3) with { OnFailed = "nowhere" }));
    }

    [SpecFact("S-52")]
    public Task GetQueue_is_GetQueueAsync() => SameAsync(q => new GetQueue(q), async q => await Gaffer.GetQueueAsync(q));

    [SpecFact("S-53")]
    public async Task UpdateQueue_is_UpdateQueueAsync()
    {
        await SameAsync(q => new UpdateQueue(Options(q, 5), 1), async q => await Gaffer.UpdateQueueAsync(q, o => o with { MaxAttempts = 5 }));
        await SameFailureAsync<InvalidQueueConfigException>(q => new UpdateQueue(Options(q, 0)), async q => await Gaffer.UpdateQueueAsync(q, _ => Options(q, 0)));
        var queue = await NewQueueAsync();
        Assert.Equal(GafferError.VersionConflict, Assert.IsType<GafferFailure>(await TellAsync(new UpdateQueue(Options(queue, 5), 7))).Error);
        Assert.Equal(GafferError.VersionConflict, Assert.IsType<GafferFailure>(await TellAsync(new UpdateQueue(Options(queue, 3), 7))).Error);
        Assert.IsType<QueueDescription>(await TellAsync(new UpdateQueue(Options(queue, 5))));
    }

    [SpecFact("S-54", "S-55")]
    public async Task DeleteQueue_is_DeleteQueueAsync()
    {
        await SameAsync(q => new DeleteQueue(q), async q => new QueueDeletedResult(await Gaffer.DeleteQueueAsync(q)));
        await SameAsync(q => new DeleteQueue(q, DeleteMode.Purge), async q => new QueueDeletedResult(await Gaffer.DeleteQueueAsync(q, DeleteMode.Purge)), WithJob);
        await SameFailureAsync<QueueHasJobsException>(q => new DeleteQueue(q), async q => new QueueDeletedResult(await Gaffer.DeleteQueueAsync(q)), WithJob);
    }

    [SpecFact("S-58")]
    public async Task PauseQueue_is_PauseAsync()
    {
        await SameAsync(q => new PauseQueue(q), async q => await Gaffer.PauseAsync(q));
        await SameAsync(q => new PauseQueue(q), async q => await Gaffer.PauseAsync(q), q => Gaffer.PauseAsync(q));
    }

    [SpecFact("S-59")]
    public async Task ResumeQueue_is_ResumeAsync()
    {
        await SameAsync(q => new ResumeQueue(q), async q => await Gaffer.ResumeAsync(q));
        await SameAsync(q => new ResumeQueue(q), async q => await Gaffer.ResumeAsync(q), q => Gaffer.PauseAsync(q));
    }

    [SpecFact("S-60")]
    public Task GetQueueInfo_is_GetInfoAsync() => SameAsync(q => new GetQueueInfo(q), async q => await Gaffer.GetInfoAsync(q), WithJob);

    [SpecFact("S-67")]
    public Task DrainQueue_is_DrainAsync() => SameAsync(q => new DrainQueue(q, TimeSpan.Zero), async q => await Gaffer.DrainAsync(q, TimeSpan.Zero), WithJob);

    [SpecFact("S-68")]
    public Task FlushQueue_is_FlushAsync() => SameAsync(q => new FlushQueue(q, TimeSpan.Zero), async q => await Gaffer.FlushAsync(q, TimeSpan.Zero), WithJob);

    [SpecFact("S-95")]
    public Task PollQueue_is_PollAsync() => SameAsync(q => new PollQueue(q), async q => new PollResult(await Gaffer.PollAsync(q)), WithJob);

    [SpecFact("S-166")]
    public async Task A_command_that_is_told_twice_is_one_change()
    {
        var queue = NewName();
        foreach (var command in (GafferCommand[])[new CreateQueue(Options(queue, 5)), new EnsureQueue(Options(queue, 6)), new UpdateQueue(Options(queue, 7), 2), new PauseQueue(queue), new ResumeQueue(queue)]) await TwiceAsync(command);
        await WithJob(queue);
        foreach (var command in (GafferCommand[])[new CancelJob(queue, _id), new RetryJob(queue, _id), new DeleteJob(queue, _id)]) await TwiceAsync(command);
        Assert.Equal(
            "QueueCreated QueueUpdated QueueUpdated QueuePaused QueueResumed JobInserted JobCancelled JobRescheduled JobDeleted",
            await EventsUntilAsync<JobDeleted>(queue));

        async Task TwiceAsync(GafferCommand command) => Assert.Equal(Dump.Of(await TellAsync(command)), Dump.Of(await TellAsync(command)));
    }

    [SpecFact("S-165")]
    public async Task A_message_that_makes_no_sense_is_refused_and_harms_nobody()
    {
        var queue = await NewObedientQueueAsync();
        var waiting = Gaffer.FlushAsync(await WithWaitingJobAsync());
        foreach (var request in (GafferRequest[])
        [
            new InsertJobs(queue, default), new InsertJobs(queue, [null!]), new InsertJobs(queue, [.. Enumerable.Repeat(Insert(queue), 10_001)]), new ListJobs(queue, null!),
            new ListJobs(queue, JobFilter.All, 0), new ListJobs(queue, JobFilter.All, 1001), new DrainQueue(queue, TimeSpan.FromSeconds(-2)), new FlushQueue(queue, TimeSpan.MinValue),
            new GetQueue(default), new InsertJob(default, Payload), new PauseQueue(default),
        ])
        {
            var before = await PictureAsync(queue);
            Assert.Equal(GafferError.InvalidRequest, Assert.IsType<GafferFailure>(await TellAsync(request)).Error);
            Assert.Equal(before, await PictureAsync(queue));
        }

        await EndedAsync(queue, JobState.Completed);
        Assert.False(waiting.IsCompleted);

        async Task<QueueName> WithWaitingJobAsync()
        {
            var other = await NewQueueAsync();
            await InsertAsync(other);
            return other;
        }
    }

    private QueueOptions Options(QueueName queue, int attempts) => new() { Name = queue, MaxAttempts = attempts, Partitions = Partitions };

    private InsertJob Insert(QueueName queue) => new(queue, Payload, new JobOptions { Id = _id, Priority = 3 });

    private Task WithJob(QueueName queue) => Gaffer.InsertAsync(Insert(queue)).Soon();

    private async Task WithCancelledJob(QueueName queue)
    {
        await WithJob(queue);
        await Gaffer.CancelAsync(queue, _id, "why").Soon();
    }

    private async Task<GafferReply> TellAsync(GafferRequest request)
    {
        using var inbox = Inbox.Create(_host.System);
        Gaffer.Queues.Tell(request, inbox.Receiver);
        return Assert.IsAssignableFrom<GafferReply>(await inbox.ReceiveAsync(Patience.Longest));
    }

    private async Task SameAsync(
        Func<QueueName, GafferRequest> request, Func<QueueName, Task<GafferReply>> method, Func<QueueName, Task>? arrange = null, bool hasUnknown = true, [CallerMemberName] string test = "")
    {
        var (told, called) = (await ArrangedAsync(arrange, test), await ArrangedAsync(arrange, test));
        Assert.Equal(Text(await method(called).Soon(), called), Text(await TellAsync(request(told)), told));
        Assert.Equal((await PictureAsync(called)).Replace(called.Value, "q", StringComparison.Ordinal), (await PictureAsync(told)).Replace(told.Value, "q", StringComparison.Ordinal));
        if (!hasUnknown) return;
        var unknown = NewName(test);
        Assert.Equal(Text((await RefusedAsync<UnknownQueueException>(method(unknown))).Failure, unknown), Text(await TellAsync(request(unknown)), unknown));
    }

    private async Task SameFailureAsync<TException>(
        Func<QueueName, GafferRequest> request, Func<QueueName, Task<GafferReply>> method, Func<QueueName, Task>? arrange = null, [CallerMemberName] string test = "")
        where TException : GafferException
    {
        var queue = await ArrangedAsync(arrange, test);
        var before = await PictureAsync(queue);
        Assert.Equal(Dump.Of((await RefusedAsync<TException>(method(queue))).Failure), Dump.Of(await TellAsync(request(queue))));
        Assert.Equal(before, await PictureAsync(queue));
    }

    private async Task<QueueName> ArrangedAsync(Func<QueueName, Task>? arrange, string test)
    {
        var queue = await NewQueueAsync(test: test);
        if (arrange is not null) await arrange(queue);
        return queue;
    }

    private static string Text(GafferReply reply, QueueName queue) => Dump.Of(reply).Replace(queue.Value, "q", StringComparison.Ordinal);
}

public sealed class MessagesInMemory(MemoryHost host) : MessageScenarios(host), IClassFixture<MemoryHost>;

public sealed class MessagesInPartitions(PartitionedHost host) : MessageScenarios(host), IClassFixture<PartitionedHost>;

public sealed class MessagesOnSqlite(SqliteHost host) : MessageScenarios(host), IClassFixture<SqliteHost>;

public sealed class MessagesOnPostgres(PostgresHost host) : MessageScenarios(host), IClassFixture<PostgresHost>;
