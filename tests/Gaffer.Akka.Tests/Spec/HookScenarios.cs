using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What hooks are told of queues and jobs, by whom it was caused, and in what order.</summary>
public abstract class HookScenarios(SpecHost host) : WorkSpecTests(host)
{
    [SpecFact("S-150", "S-151", "S-152")]
    public async Task A_queue_tells_of_its_creation_changes_pauses_and_end()
    {
        var queue = await NewQueueAsync(q => q with { Priority = 1 });
        await Gaffer.UpdateQueueAsync(queue, q => q with { Priority = 2 }).Soon();
        await Gaffer.EnsureQueueAsync(new QueueOptions { Name = queue, Partitions = Partitions, Priority = 3 }).Soon();
        await Gaffer.PauseAsync(queue).Soon();
        await Gaffer.ResumeAsync(queue).Soon();
        await Gaffer.DeleteQueueAsync(queue).Soon();
        await Events.FirstAsync<QueueDeleted>(queue);
        var events = Events.Of(queue);
        Assert.Equal([typeof(QueueCreated), typeof(QueueUpdated), typeof(QueueUpdated), typeof(QueuePaused), typeof(QueueResumed), typeof(QueueDeleted)], events.Select(e => e.GetType()));
        Assert.All(events, e => Assert.Equal((EventActor.User, Now), (e.Actor, e.At)));
        Assert.Equal(1, ((QueueCreated)events[0]).Options.Priority);
        Assert.Equal((2, 1, false), Changes((QueueUpdated)events[1]));
        Assert.Equal((3, 2, true), Changes((QueueUpdated)events[2]));
    }

    [SpecFact("S-131", "S-151", "S-58", "S-59")]
    public async Task What_changes_nothing_is_not_told()
    {
        var queue = await NewQueueAsync();
        await Gaffer.ResumeAsync(queue).Soon();
        await Gaffer.EnsureQueueAsync((await Gaffer.GetQueueAsync(queue).Soon()).Options).Soon();
        await Gaffer.PauseAsync(queue).Soon();
        Assert.True((await Gaffer.PauseAsync(queue).Soon()).AlreadyPaused);
        await Gaffer.DeleteQueueAsync(queue).Soon();
        await Events.FirstAsync<QueueDeleted>(queue);
        Assert.Equal([typeof(QueueCreated), typeof(QueuePaused), typeof(QueueDeleted)], Events.Of(queue).Select(e => e.GetType()));
    }

    [SpecFact("S-153", "S-154", "S-155", "S-156", "S-158", "S-160", "decision-8")]
    public async Task The_life_of_a_job_is_told_in_order()
    {
        var queue = await NewQueueAsync(Answering(JobResult.Fail("no", TimeSpan.Zero), JobResult.Snooze(TimeSpan.Zero), JobResult.Complete()));
        var job = await InsertAsync(queue);
        var completed = await Events.FirstAsync<JobCompleted>(queue);
        var events = Events.Of(queue).Skip(1).ToList();
        Assert.Equal(
            [(typeof(JobInserted), EventActor.User), (typeof(JobsClaimed), EventActor.Runner), (typeof(JobFailed), EventActor.Worker), (typeof(JobsClaimed), EventActor.Runner),
                (typeof(JobRescheduled), EventActor.Worker), (typeof(JobsClaimed), EventActor.Runner), (typeof(JobCompleted), EventActor.Worker)],
            events.Select(e => (e.GetType(), e.Actor)));
        Assert.Equal([1, 2, 3], events.OfType<JobsClaimed>().Select(e => Assert.Single(e.Jobs).Execution));
        Assert.Equal((job.Id, JobState.Completed, 2), (completed.Job.Id, completed.Job.State, completed.Job.Attempt));
    }

    [SpecFact("S-157")]
    public async Task A_cancellation_is_told_by_the_caller_or_the_worker_who_made_it()
    {
        var queue = await NewQueueAsync(Answering(JobResult.Cancel("worker")));
        var byUser = await InsertAsync(queue, options: new JobOptions { Delay = Second });
        await Gaffer.CancelAsync(queue, byUser.Id, "user").Soon();
        await InsertAsync(queue);
        foreach (var (actor, reason) in ((EventActor, string)[])[(EventActor.User, "user"), (EventActor.Worker, "worker")])
        {
            Assert.Equal(reason, (await Events.FirstAsync<JobCancelled>(queue, e => e.Actor == actor)).Job.CancelReason);
        }
    }

    [SpecFact("S-157", "S-71")]
    public async Task A_late_result_of_a_cancelled_job_is_not_told()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        var next = await InsertAsync(queue);
        await Gaffer.CancelAsync(queue, job.Id).Soon();
        worker.Of(job.Id).Ends(JobResult.Complete());
        await worker.Of(next.Id).StartedAsync();
        worker.Of(next.Id).Ends(JobResult.Complete());
        await Events.FirstAsync<JobCompleted>(queue, e => e.Job.Id == next.Id);
        Assert.DoesNotContain(Events.Of(queue), e => e is JobCompleted completed && completed.Job.Id == job.Id);
        Assert.Single(Events.Of(queue).OfType<JobCancelled>());
    }

    [SpecFact("S-158", "S-72")]
    public async Task A_retry_by_hand_is_told_as_one_of_a_caller()
    {
        var queue = await NewQueueAsync();
        var job = await InsertAsync(queue);
        await Gaffer.CancelAsync(queue, job.Id).Soon();
        await Gaffer.RetryAsync(queue, job.Id).Soon();
        var told = await Events.FirstAsync<JobRescheduled>(queue);
        Assert.Equal((EventActor.User, job.Id, JobState.Available), (told.Actor, told.Job.Id, told.Job.State));
    }

    [SpecFact("S-159", "S-122")]
    public async Task A_deletion_is_told_for_each_job_by_the_caller_or_the_pruner()
    {
        var queue = await NewQueueAsync(DoneAsync, q => q with { Prune = PruneOptions.Seed with { Interval = null } });
        var deleted = await InsertAsync(queue, options: new JobOptions { Delay = Second });
        await Gaffer.DeleteAsync(queue, deleted.Id).Soon();
        var byHand = await InsertAsync(queue);
        await WhenAsync(queue, byHand.Id, JobState.Completed);
        Assert.Equal([byHand.Id], await Gaffer.PruneAsync(queue).Soon());
        var byPruner = await InsertAsync(queue);
        await WhenAsync(queue, byPruner.Id, JobState.Completed);
        await Gaffer.UpdateQueueAsync(queue, q => q with { Prune = PruneOptions.Seed }).Soon();
        await AdvanceUntilAsync(Events.FirstAsync<JobDeleted>(queue, e => e.Actor == EventActor.Pruner), 0.1 * Second);
        Assert.Equal(
            [(deleted.Id, EventActor.User), (byHand.Id, EventActor.User), (byPruner.Id, EventActor.Pruner)],
            Events.Of(queue).OfType<JobDeleted>().Select(e => (e.Job, e.Actor)));
    }

    [SpecFact("S-159", "S-65", "decision-2")]
    public async Task A_job_that_is_deleted_while_it_executes_is_cancelled_first()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        await Gaffer.DeleteAsync(queue, job.Id).Soon();
        worker.Of(job.Id).Ends(JobResult.Complete());
        await Events.FirstAsync<JobDeleted>(queue);
        Assert.Equal([typeof(JobCancelled), typeof(JobDeleted)], Events.Of(queue).SkipWhile(e => e is not JobCancelled).Select(e => e.GetType()));
    }

    [SpecFact("S-55", "S-152", "S-159", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task A_queue_that_is_deleted_with_its_jobs_tells_of_each_of_them()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var (executing, waiting) = (await InsertAsync(queue), await InsertAsync(queue));
        await worker.Of(executing.Id).StartedAsync();
        Assert.Equal(2, await Gaffer.DeleteQueueAsync(queue, DeleteMode.Purge).Soon());
        await Events.FirstAsync<QueueDeleted>(queue);
        Assert.Equal(((JobId[])[executing.Id, waiting.Id]).Order(), Events.Of(queue).OfType<JobDeleted>().Select(e => e.Job)); // in the order of their ids, which those of one millisecond have by chance
        await StoppedAsync(worker.Of(executing.Id).Stop);
        worker.Of(executing.Id).Ends(JobResult.Complete());
    }

    [SpecFact("S-160", "decision-8")]
    public async Task What_is_told_is_durable_and_to_be_read()
    {
        var queue = await NewQueueAsync(DoneAsync);
        await InsertAsync(queue);
        var told = await Events.FirstAsync<JobCompleted>(queue);
        var job = await Gaffer.GetJobAsync(queue, told.Job.Id).Soon();
        Assert.Equal((told.Job.State, told.Job.Attempt, told.Job.FinishedAt), (job.State, job.Attempt, job.FinishedAt));
    }

    private static (int Priority, int Before, bool ByEnsure) Changes(QueueUpdated e) => (e.Options.Priority, e.Previous.Priority, e.ByEnsure);
}

[Collection(nameof(WorkInMemory))]
public sealed class HookInMemory(MemoryHost host) : HookScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class HookInPartitions(PartitionedHost host) : HookScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class HookOnSqlite(SqliteHost host) : HookScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class HookOnPostgres(PostgresHost host) : HookScenarios(host);
