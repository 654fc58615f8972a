using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What callers get wrong: they are told what, nothing has changed, and the queue goes on for others.</summary>
public abstract class BadInputScenarios(SpecHost host) : QueueTests(host)
{
    [SpecFact("S-165")]
    public async Task An_unknown_queue_is_told_by_every_function()
    {
        var missing = NewName();
        var id = JobId.New();
        foreach (var call in (Task[])
        [
            Gaffer.InsertAsync(missing, 1), Gaffer.InsertAsync(InsertJob.Of(missing, 1)), Gaffer.InsertManyAsync(missing, [InsertJob.Of(missing, 1)]), Gaffer.GetJobAsync(missing, id), Gaffer.TryGetJobAsync(missing, id),
            Gaffer.ListPageAsync(missing, JobFilter.All), Gaffer.CancelAsync(missing, id), Gaffer.DeleteAsync(missing, id), Gaffer.RetryAsync(missing, id), Gaffer.PruneAsync(missing), Gaffer.DrainAsync(missing),
            Gaffer.FlushAsync(missing), Gaffer.PollAsync(missing), Gaffer.GetQueueAsync(missing), Gaffer.UpdateQueueAsync(missing, o => o), Gaffer.DeleteQueueAsync(missing), Gaffer.DeleteQueueAsync(missing, DeleteMode.Purge),
            Gaffer.PauseAsync(missing), Gaffer.ResumeAsync(missing), Gaffer.GetInfoAsync(missing),
        ])
        {
            var told = await RefusedAsync<UnknownQueueException>(call);
            Assert.Equal((GafferError.UnknownQueue, missing.Value), (told.Failure.Error, told.Failure.Queue));
            Assert.Contains($"There is no queue '{missing}'", told.Message, StringComparison.Ordinal);
        }

        Assert.Null(await SummaryAsync(missing));
        await Gaffer.CreateQueueAsync(new QueueOptions { Name = missing, Partitions = Partitions }).Soon();
        await InsertAsync(missing);
    }

    [SpecFact("S-165")]
    public async Task An_unknown_job_is_told_by_every_function()
    {
        var queue = await NewObedientQueueAsync();
        var id = JobId.New();
        foreach (var call in (Func<Task>[])[() => Gaffer.GetJobAsync(queue, id), () => Gaffer.CancelAsync(queue, id), () => Gaffer.DeleteAsync(queue, id), () => Gaffer.RetryAsync(queue, id)])
        {
            Assert.Contains(id.ToString(), (await HarmlessAsync<UnknownJobException>(queue, call)).Message, StringComparison.Ordinal);
        }

        Assert.Null(await Gaffer.TryGetJobAsync(queue, id).Soon());
    }

    [SpecFact("S-166")]
    public async Task An_invalid_transition_is_an_answer_and_changes_nothing()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var running = await StartedAsync(queue, worker);
        var before = await PictureAsync(queue);
        Assert.Equal(new RetryResult.InvalidTransition(JobState.Executing, JobState.Available), await Gaffer.RetryAsync(queue, running.Id).Soon());
        Assert.Equal(before, await PictureAsync(queue));
        worker.Of(running.Id).Ends(JobResult.Complete());
        await WhenAsync(queue, running.Id, JobState.Completed);
        before = await PictureAsync(queue);
        Assert.Equal(new CancelResult.InvalidTransition(JobState.Completed, JobState.Cancelled), await Gaffer.CancelAsync(queue, running.Id).Soon());
        Assert.Equal(before, await PictureAsync(queue));
    }

    [SpecFact("S-165", "S-144")]
    public async Task A_forward_target_that_is_missing_is_named()
    {
        var queue = await NewObedientQueueAsync();
        var fresh = NewName();
        var told = await HarmlessAsync<ForwardTargetNotFoundException>(queue, () => Gaffer.UpdateQueueAsync(queue, o => o with { OnFailed = "nowhere" }));
        Assert.Contains("'nowhere'", told.Message, StringComparison.Ordinal);
        await HarmlessAsync<ForwardTargetNotFoundException>(queue, () => Gaffer.EnsureQueueAsync(new QueueOptions { Name = queue, Partitions = Partitions, OnCompleted = "nowhere" }));
        await RefusedAsync<ForwardTargetNotFoundException>(Gaffer.CreateQueueAsync(new QueueOptions { Name = fresh, Partitions = Partitions, OnCancelled = "nowhere" }));
        Assert.Equal("there is none", await PictureAsync(fresh));
        Assert.False((await Gaffer.CreateQueueAsync(new QueueOptions { Name = fresh, Partitions = Partitions, OnCancelled = queue }).Soon()).AlreadyExists);
    }

    [SpecFact("S-141")]
    public async Task Forwards_never_go_in_a_circle()
    {
        var c = await NewObedientQueueAsync();
        var b = await NewQueueAsync(o => o with { OnFailed = c });
        var a = await NewQueueAsync(o => o with { OnCompleted = b });
        var told = await HarmlessAsync<InvalidQueueConfigException>(c, () => Gaffer.UpdateQueueAsync(c, o => o with { OnCancelled = a }));
        Assert.Contains($"{c} -> {a} -> {b} -> {c}", told.Message, StringComparison.Ordinal);
        await HarmlessAsync<InvalidQueueConfigException>(c, () => Gaffer.UpdateQueueAsync(c, o => o with { OnFailed = c }));
    }

    [SpecFact("S-54", "S-144")]
    public async Task A_queue_that_others_forward_to_is_not_deleted()
    {
        var target = await NewObedientQueueAsync();
        var source = await NewQueueAsync(o => o with { OnFailed = target });
        foreach (var mode in Enum.GetValues<DeleteMode>())
        {
            Assert.Contains($"'{source}'", (await HarmlessAsync<QueueHasJobsException>(target, () => Gaffer.DeleteQueueAsync(target, mode))).Message, StringComparison.Ordinal);
        }

        await Gaffer.UpdateQueueAsync(source, o => o with { OnFailed = null }).Soon();
        await Gaffer.DeleteQueueAsync(target).Soon();
    }

    [SpecFact("S-165", OnePartition = "several jobs are all or none within a partition")]
    public async Task A_payload_above_the_limit_is_not_stored()
    {
        var queue = await NewObedientQueueAsync(o => o with { MaxPayloadBytes = 20 });
        await Gaffer.InsertAsync(new InsertJob(queue, new byte[20], new JobOptions { Delay = TimeSpan.FromHours(1) })).Soon();
        var told = await HarmlessAsync<PayloadTooLargeException>(queue, () => Gaffer.InsertAsync(new InsertJob(queue, new byte[21])));
        Assert.Contains("21 bytes", told.Message, StringComparison.Ordinal);
        await HarmlessAsync<PayloadTooLargeException>(queue, () => Gaffer.InsertManyAsync(queue, [new InsertJob(queue, new byte[1]), new InsertJob(queue, new byte[21])]));
    }

    [SpecFact("S-44", "S-165", OnePartition = "several jobs are all or none within a partition")]
    public async Task A_job_id_is_not_used_again_for_something_else()
    {
        var queue = await NewObedientQueueAsync();
        var options = new JobOptions { Id = JobId.New(), Delay = TimeSpan.FromHours(1) };
        await InsertAsync(queue, "Completed", options);
        await HarmlessAsync<JobIdConflictException>(queue, () => Gaffer.InsertAsync(queue, "Failed", options));
        await HarmlessAsync<JobIdConflictException>(queue, () => Gaffer.InsertAsync(queue, "Completed", options with { Kind = "other" }));
        await HarmlessAsync<JobIdConflictException>(queue, () => Gaffer.InsertManyAsync(queue, [InsertJob.Of(queue, "Completed"), InsertJob.Of(queue, "Failed", options)]));
        var twice = new JobOptions { Id = JobId.New() };
        await HarmlessAsync<JobIdConflictException>(queue, () => Gaffer.InsertManyAsync(queue, [InsertJob.Of(queue, "Completed", twice), InsertJob.Of(queue, "Failed", twice)]));
    }

    [SpecFact("S-165", OnePartition = "each partition has its share of MaxJobs")]
    public async Task A_full_queue_takes_no_more_until_a_job_has_ended()
    {
        var queue = await NewQueueAsync(o => o with { MaxJobs = 2 });
        var other = await NewObedientQueueAsync();
        var first = await InsertAsync(queue);
        await InsertAsync(queue, options: new JobOptions { Delay = TimeSpan.FromHours(1) });
        var before = await PictureAsync(queue);
        await HarmlessAsync<QueueFullException>(other, () => Gaffer.InsertAsync(queue, "more"));
        Assert.Equal(before, await PictureAsync(queue));
        Assert.True((await Gaffer.InsertAsync(queue, "payload", new JobOptions { Id = first.Id }).Soon()).IsDuplicate);
        await Gaffer.CancelAsync(queue, first.Id).Soon();
        await RefusedAsync<QueueFullException>(Gaffer.InsertManyAsync(queue, [InsertJob.Of(queue, 1), InsertJob.Of(queue, 2)]));
        Assert.Equal(2, (await JobsAsync(queue)).Count);
        await InsertAsync(queue);
        await RefusedAsync<QueueFullException>(Gaffer.InsertAsync(queue, "more"));
    }

    [SpecFact("S-22", "S-165")]
    public async Task A_storage_that_is_unknown_is_named_with_those_that_are_known()
    {
        var fresh = NewName();
        foreach (var call in (Task[])[Gaffer.CreateQueueAsync(new QueueOptions { Name = fresh, Partitions = Partitions, Storage = "cellar" }), Gaffer.EnsureQueueAsync(new QueueOptions { Name = fresh, Partitions = Partitions, Storage = "cellar" })])
        {
            var told = await RefusedAsync<UnknownStorageException>(call);
            Assert.Contains("'cellar'", told.Message, StringComparison.Ordinal);
            Assert.Contains("default", told.Message, StringComparison.Ordinal);
        }

        Assert.Equal("there is none", await PictureAsync(fresh));
        Assert.False((await Gaffer.CreateQueueAsync(new QueueOptions { Name = fresh, Partitions = Partitions }).Soon()).AlreadyExists);
        var queue = await NewObedientQueueAsync();
        await HarmlessAsync<InvalidQueueConfigException>(queue, () => Gaffer.EnsureQueueAsync(new QueueOptions { Name = queue, Partitions = Partitions, Storage = "cellar" }));
    }

    [SpecFact("S-05", "S-165")]
    public async Task A_queue_without_a_name_is_refused_by_every_function()
    {
        QueueName nameless = default;
        foreach (var call in (Func<Task>[])
        [
            () => Gaffer.InsertAsync(nameless, 1), () => Gaffer.GetJobAsync(nameless, JobId.New()), () => Gaffer.FlushAsync(nameless), () => Gaffer.GetInfoAsync(nameless),
            () => Gaffer.ServeAsync(nameless, [JobWorker.FromDelegate(Obey)]),
        ])
        {
            Assert.Equal(GafferError.InvalidRequest, (await RefusedAsync<GafferException>(call())).Failure.Error);
        }

        Assert.Contains("Name is missing.", (await RefusedAsync<InvalidQueueConfigException>(Gaffer.CreateQueueAsync(new QueueOptions { Name = default }))).Problems);
        await EndedAsync(await NewObedientQueueAsync(), JobState.Completed);
    }

    [SpecFact("S-165")]
    public async Task What_is_null_or_too_much_is_refused_at_the_call()
    {
        var queue = await NewObedientQueueAsync();
        await HarmlessAsync<ArgumentNullException>(queue, () => Gaffer.CreateQueueAsync(null!));
        await HarmlessAsync<ArgumentNullException>(queue, () => Gaffer.EnsureQueueAsync(null!));
        await HarmlessAsync<ArgumentNullException>(queue, () => Gaffer.UpdateQueueAsync(queue, null!));
        await HarmlessAsync<ArgumentNullException>(queue, () => Gaffer.InsertManyAsync(queue, null!));
        await HarmlessAsync<ArgumentNullException>(queue, () => Gaffer.ServeAsync(queue, null!));
        await HarmlessAsync<ArgumentException>(queue, () => Gaffer.InsertManyAsync(queue, [.. Enumerable.Range(0, 10_001).Select(_ => InsertJob.Of(queue, 1))]));
        await HarmlessAsync<ArgumentOutOfRangeException>(queue, () => Gaffer.DrainAsync(queue, TimeSpan.FromSeconds(-2)));
        await HarmlessAsync<GafferException>(queue, () => Gaffer.ListPageAsync(queue, JobFilter.All, 1001));
    }

    /// <summary>The call is refused, the queue is as it was, and it performs the job of somebody else.</summary>
    private async Task<TException> HarmlessAsync<TException>(QueueName queue, Func<Task> call)
        where TException : Exception
    {
        var before = await PictureAsync(queue);
        var told = await Assert.ThrowsAsync<TException>(() => call().Soon());
        Assert.Equal(before, await PictureAsync(queue));
        await Gaffer.DeleteAsync(queue, (await EndedAsync(queue, JobState.Completed)).Id).Soon();
        return told;
    }
}

public sealed class BadInputInMemory(MemoryHost host) : BadInputScenarios(host), IClassFixture<MemoryHost>;

public sealed class BadInputInPartitions(PartitionedHost host) : BadInputScenarios(host), IClassFixture<PartitionedHost>;

public sealed class BadInputOnSqlite(SqliteHost host) : BadInputScenarios(host), IClassFixture<SqliteHost>;

public sealed class BadInputOnPostgres(PostgresHost host) : BadInputScenarios(host), IClassFixture<PostgresHost>;
