using System.Text;
using System.Text.Json;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>How jobs that ended are handed to other queues.</summary>
public abstract class ForwardScenarios(SpecHost host) : WorkSpecTests(host)
{
    [SpecFact("S-140", "S-145", "S-142", "S-180", "decision-10")]
    public async Task A_failed_job_is_forwarded_with_all_that_a_person_needs_and_stays_where_it_is()
    {
        var target = await NewQueueAsync(q => q with { Priority = 7, MaxAttempts = 9 });
        var queue = await NewQueueAsync(Answering(JobResult.Fail("no")), q => q with { MaxAttempts = 1, OnFailed = target });
        var source = await WhenAsync(queue, (await InsertAsync(queue, "hello", new JobOptions { Priority = 1 })).Id, JobState.Failed);
        var job = await ArrivedAsync(target);
        Assert.Equal((JobState.Available, 0, 0, 7, 9), (job.State, job.Attempt, job.Errors.Count, job.Priority, job.MaxAttempts));
        Assert.NotEqual(source.Id, job.Id);
        var forwarded = job.PayloadAs<ForwardedJob>()!;
        Assert.Equal((source.Id, queue.Value, "default", JobState.Failed, 1, source.FailedAt!.Value, 1), (forwarded.SourceId, forwarded.Queue, forwarded.Kind, forwarded.State, forwarded.Attempt, forwarded.FinishedAt, forwarded.Hops));
        Assert.Equal(("hello", "no"), (forwarded.Payload!.Value.GetString(), Assert.Single(forwarded.Errors).Error.Message));
        Assert.Equal(0, (await InfoAsync(queue, info => info.PendingForwards == 0)).PendingForwards);
        Assert.Equal(JobState.Failed, (await Gaffer.GetJobAsync(queue, source.Id).Soon()).State);
    }

    [SpecFact("S-140", "S-82")]
    public async Task A_job_that_is_retried_is_not_forwarded()
    {
        var target = await NewQueueAsync();
        var queue = await NewQueueAsync(Answering(JobResult.Fail("once", TimeSpan.Zero), JobResult.Complete()), q => q with { OnFailed = target });
        await WhenAsync(queue, (await InsertAsync(queue)).Id, JobState.Completed);
        Assert.Equal(0, (await Gaffer.GetInfoAsync(queue).Soon()).PendingForwards);
        Assert.Equal(0, (await Gaffer.GetInfoAsync(target).Soon()).Available.Count);
    }

    [SpecFact("S-180", "S-31", "decision-10")]
    public async Task Each_end_of_a_job_may_have_a_target_of_its_own()
    {
        var (failed, completed, cancelled) = (await NewQueueAsync(), await NewQueueAsync(), await NewQueueAsync());
        var queue = await NewQueueAsync(
            (job, _) => Task.FromResult(job.Job.PayloadAs<string>() switch { "fail" => JobResult.Fail("no"), "cancel" => JobResult.Cancel(), _ => JobResult.Complete() }),
            q => q with { MaxAttempts = 1, OnFailed = failed, OnCompleted = completed, OnCancelled = cancelled });
        foreach (var (payload, target, state) in ((string, QueueName, JobState)[])[("fail", failed, JobState.Failed), ("complete", completed, JobState.Completed), ("cancel", cancelled, JobState.Cancelled)])
        {
            await InsertAsync(queue, payload);
            var forwarded = (await ArrivedAsync(target)).PayloadAs<ForwardedJob>()!;
            Assert.Equal((state, payload), (forwarded.State, forwarded.Payload!.Value.GetString()));
        }
    }

    [SpecFact("S-180", "S-64")]
    public async Task A_job_that_a_caller_cancels_is_forwarded_once()
    {
        var worker = new HeldWorker();
        var target = await NewQueueAsync();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { OnCancelled = target });
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        await Gaffer.CancelAsync(queue, job.Id).Soon();
        worker.Of(job.Id).Ends(JobResult.Cancel("late"));
        await ArrivedAsync(target);
        await InfoAsync(queue, info => info.PendingForwards == 0);
        Assert.Equal(1, (await Gaffer.GetInfoAsync(target).Soon()).Available.Count);
    }

    [SpecFact("S-112", "S-140")]
    public async Task A_job_that_timed_out_for_the_last_time_is_forwarded()
    {
        var worker = new HeldWorker();
        var target = await NewQueueAsync();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { MaxAttempts = 1, Timeout = Second, ShutdownTimeout = Second, OnFailed = target });
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        Time.Advance(Second);
        await StoppedAsync(worker.Of(job.Id).Stop);
        worker.Of(job.Id).Ends(JobResult.Fail("late"));
        var forwarded = (await ArrivedAsync(target)).PayloadAs<ForwardedJob>()!;
        Assert.Equal(JobErrorKind.Timeout, Assert.Single(forwarded.Errors).Error.Kind);
    }

    [SpecFact("S-141")]
    public async Task A_forwarded_job_that_fails_is_forwarded_again_and_wraps_twice()
    {
        var last = await NewQueueAsync();
        var middle = await NewQueueAsync(Answering(JobResult.Fail("middle")), q => q with { MaxAttempts = 1, OnFailed = last });
        var first = await NewQueueAsync(Answering(JobResult.Fail("first")), q => q with { MaxAttempts = 1, OnFailed = middle });
        var source = await InsertAsync(first, "hello");
        var outer = (await ArrivedAsync(last)).PayloadAs<ForwardedJob>()!;
        var inner = outer.Payload!.Value.Deserialize<ForwardedJob>(JsonSerializerOptions.Web)!;
        Assert.Equal((middle.Value, 2, first.Value, 1, source.Id), (outer.Queue, outer.Hops, inner.Queue, inner.Hops, inner.SourceId));
        Assert.Equal("hello", inner.Payload!.Value.GetString());
    }

    [SpecFact("S-141", "decision-10")]
    public async Task Forwards_in_a_circle_are_refused()
    {
        var first = await NewQueueAsync();
        var second = await NewQueueAsync(q => q with { OnFailed = first });
        await Assert.ThrowsAsync<InvalidQueueConfigException>(() => Gaffer.UpdateQueueAsync(first, q => q with { OnCompleted = second }).Soon());
        await Assert.ThrowsAsync<InvalidQueueConfigException>(() => Gaffer.UpdateQueueAsync(first, q => q with { OnFailed = first }).Soon());
        Assert.Empty((await Gaffer.GetQueueAsync(first).Soon()).Options.Forward);
    }

    [SpecFact("S-143", "S-153", "defect-6")]
    public async Task The_target_tells_of_an_insert_by_a_worker_with_the_id_of_the_job()
    {
        var target = await NewQueueAsync();
        var queue = await NewQueueAsync(Answering(JobResult.Fail("no")), q => q with { MaxAttempts = 1, OnFailed = target });
        await InsertAsync(queue);
        var inserted = await Events.FirstAsync<JobInserted>(target);
        Assert.Equal((EventActor.Worker, (await ArrivedAsync(target)).Id), (inserted.Actor, inserted.Job.Id));
    }

    [SpecFact("S-144", "decision-10")]
    public async Task A_target_must_exist()
    {
        var queue = await NewQueueAsync();
        QueueOptions Lost(QueueOptions options) => options with { OnFailed = "nowhere" };
        await Assert.ThrowsAsync<ForwardTargetNotFoundException>(() => Gaffer.CreateQueueAsync(Lost(new QueueOptions { Name = NewName(), Partitions = Partitions })).Soon());
        await Assert.ThrowsAsync<ForwardTargetNotFoundException>(() => Gaffer.EnsureQueueAsync(Lost(new QueueOptions { Name = queue, Partitions = Partitions })).Soon());
        await Assert.ThrowsAsync<ForwardTargetNotFoundException>(() => Gaffer.UpdateQueueAsync(queue, Lost).Soon());
    }

    [SpecFact("S-144", "decision-10")]
    public async Task A_target_can_be_deleted_when_nobody_forwards_to_it_any_more()
    {
        var target = await NewQueueAsync();
        var queue = await NewQueueAsync(q => q with { OnFailed = target });
        await Assert.ThrowsAsync<QueueHasJobsException>(() => Gaffer.DeleteQueueAsync(target, DeleteMode.Purge).Soon());
        await Gaffer.UpdateQueueAsync(queue, q => q with { OnFailed = null }).Soon();
        Assert.Equal(0, await Gaffer.DeleteQueueAsync(target).Soon());
    }

    [SpecFact("S-140")]
    public async Task A_payload_that_is_no_JSON_is_forwarded_as_bytes()
    {
        var target = await NewQueueAsync();
        var queue = await NewQueueAsync(DoneAsync, q => q with { OnCompleted = target });
        await Gaffer.InsertAsync(new InsertJob(queue, "raw"u8.ToArray(), ContentType: "text/plain")).Soon();
        var forwarded = (await ArrivedAsync(target)).PayloadAs<ForwardedJob>()!;
        Assert.Equal((null, "raw"), (forwarded.Payload, Encoding.UTF8.GetString(Convert.FromBase64String(forwarded.PayloadBytes!))));
    }

    [SpecFact("S-142", "S-66")]
    public async Task A_job_that_is_deleted_as_soon_as_it_ended_is_forwarded_all_the_same()
    {
        var target = await NewQueueAsync();
        var queue = await NewQueueAsync(DoneAsync, q => q with { OnCompleted = target, Prune = PruneOptions.Seed });
        var job = await InsertAsync(queue, "gone");
        await Events.FirstAsync<JobCompleted>(queue);
        await Gaffer.PruneAsync(queue).Soon();
        Assert.Equal(job.Id, (await ArrivedAsync(target)).PayloadAs<ForwardedJob>()!.SourceId);
    }

    // The one job of a queue that nobody serves.
    private async Task<Job> ArrivedAsync(QueueName target)
    {
        await InfoAsync(target, info => info.Available.Count > 0);
        return Assert.Single((await Gaffer.ListPageAsync(target, JobFilter.All).Soon()).Jobs);
    }
}

[Collection(nameof(WorkInMemory))]
public sealed class ForwardInMemory(MemoryHost host) : ForwardScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class ForwardInPartitions(PartitionedHost host) : ForwardScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class ForwardOnSqlite(SqliteHost host) : ForwardScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class ForwardOnPostgres(PostgresHost host) : ForwardScenarios(host);
