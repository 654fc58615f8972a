using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>Which job is next, what makes it start, and how many run at once.</summary>
public abstract class ClaimScenarios(SpecHost host) : WorkSpecTests(host)
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [SpecFact("S-90", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task Jobs_start_by_priority_and_then_in_the_order_of_their_inserts()
    {
        List<string> order = [];
        var queue = await NewQueueAsync(Noting(order), q => q with { Priority = 1 });
        await Gaffer.PauseAsync(queue).Soon();
        await InsertAsync(queue, "4");
        await InsertAsync(queue, "6", new JobOptions { Priority = -1 });
        await InsertAsync(queue, "5");
        await InsertAsync(queue, "1", new JobOptions { Priority = 3 });
        await InsertAsync(queue, "3", new JobOptions { Priority = 2 });
        await InsertAsync(queue, "2", new JobOptions { Priority = 3 });
        await Gaffer.ResumeAsync(queue).Soon();
        await FlushAsync(queue);
        Assert.Equal(["1", "2", "3", "4", "5", "6"], order);
    }

    [SpecFact("S-90", "S-93", "S-47", OnePartition = "partitions take turns of a second, and no time passes")]
    public async Task A_job_for_later_starts_when_its_time_has_come_and_keeps_it()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var late = await InsertAsync(queue, options: new JobOptions { ScheduledAt = Now + TenSeconds, Priority = 9 });
        var early = await InsertAsync(queue, options: new JobOptions { Delay = Second });
        var now = await InsertAsync(queue, options: new JobOptions { ScheduledAt = Now - TenSeconds });
        await EndAsync(worker, now);
        Time.Advance(Second);
        await EndAsync(worker, early);
        Assert.Equal(1, (await InfoAsync(queue, i => i.Completed.Count == 2)).Scheduled);
        Time.Advance(TenSeconds - Second);
        await EndAsync(worker, late);
        Assert.Equal(Now, (await WhenAsync(queue, late.Id, JobState.Completed)).ScheduledAt);
    }

    [SpecFact("S-93", "decision-4")]
    public async Task A_job_starts_when_its_time_has_come_also_while_something_is_written()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { MaxWorkers = 100 });
        for (var rounds = 0; rounds < 50; rounds++)
        {
            var job = await InsertAsync(queue, options: new JobOptions { Delay = Second });
            var other = InsertAsync(queue, options: new JobOptions { Delay = TimeSpan.FromDays(1) });
            for (var yields = 20 * rounds; yields > 0; yields--) await Task.Yield(); // so that the time comes at different moments of the write
            Time.Advance(Second);
            await EndAsync(worker, job);
            await other;
        }
    }

    [SpecFact("S-91", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task A_job_that_is_due_again_takes_its_old_place()
    {
        List<string> order = [];
        var queue = await NewQueueAsync((job, stop) =>
            job.Job.PayloadAs<string>() == "old" && job.FencingToken == 1 ? Task.FromResult(JobResult.Fail("once", Second)) : Noting(order)(job, stop));
        var old = await InsertAsync(queue, "old");
        await RetryingAsync(queue, old.Id);
        await Gaffer.PauseAsync(queue).Soon();
        await InsertAsync(queue, "young");
        Time.Advance(Second);
        await Gaffer.ResumeAsync(queue).Soon();
        await FlushAsync(queue);
        Assert.Equal(["old", "young"], order);
    }

    [SpecFact("S-92", "S-23", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task A_node_runs_as_many_jobs_at_once_as_it_may_and_starts_the_next_when_one_ends()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { MaxWorkers = 2 });
        var jobs = await InsertAsync(queue, 4);
        await worker.Of(jobs[1].Id).StartedAsync();
        Assert.Equal((2, 2), await ExecutingAndAvailableAsync(queue));
        await EndAsync(worker, jobs[0]);
        await worker.Of(jobs[2].Id).StartedAsync();
        Assert.Equal((2, 1), await ExecutingAndAvailableAsync(queue));
        await EndAllAsync(worker, queue, jobs);
    }

    [SpecFact("S-92")]
    public async Task Without_a_limit_all_jobs_start()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { MaxWorkers = WorkerLimit.Unlimited });
        var jobs = await InsertAsync(queue, 50);
        foreach (var job in jobs) await worker.Of(job.Id).StartedAsync();
        Assert.Equal(50, (await Gaffer.GetInfoAsync(queue).Soon()).ActiveWorkers);
        await EndAllAsync(worker, queue, jobs);
    }

    [SpecFact("S-92", "S-24", "defect-4", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task The_global_limit_holds_also_while_stopped_code_still_runs()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { MaxWorkers = WorkerLimit.Unlimited, GlobalMaxWorkers = 2 });
        var jobs = await InsertAsync(queue, 4);
        await worker.Of(jobs[1].Id).StartedAsync();
        Assert.Equal((2, 2), await ExecutingAndAvailableAsync(queue));
        await Gaffer.CancelAsync(queue, jobs[0].Id).Soon();
        Assert.Equal((1, 2), await ExecutingAndAvailableAsync(queue)); // its code has not ended
        worker.Of(jobs[0].Id).Ends(JobResult.Complete());
        await worker.Of(jobs[2].Id).StartedAsync();
        Assert.Equal((2, 1), await ExecutingAndAvailableAsync(queue));
        await EndAllAsync(worker, queue, jobs);
    }

    [SpecFact("S-93", "S-53", "decision-3", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task A_higher_limit_counts_at_once()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var jobs = await InsertAsync(queue, 2);
        await worker.Of(jobs[0].Id).StartedAsync();
        await Gaffer.UpdateQueueAsync(queue, q => q with { MaxWorkers = 2 }).Soon();
        await worker.Of(jobs[1].Id).StartedAsync();
        await EndAllAsync(worker, queue, jobs);
    }

    [SpecFact("S-93", "decision-3", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task A_node_may_have_a_limit_of_its_own()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync();
        var jobs = await InsertAsync(queue, 4);
        await Gaffer.ServeAsync(queue, [JobWorker.FromDelegate(worker.PerformAsync)], maxWorkers: 3).Soon();
        await worker.Of(jobs[2].Id).StartedAsync();
        Assert.Equal((3, 1), await ExecutingAndAvailableAsync(queue));
        Assert.Equal<WorkerLimit>(3, (await Gaffer.GetInfoAsync(queue).Soon()).Nodes.Single().Max);
        await EndAllAsync(worker, queue, jobs);
    }

    [SpecFact("S-93", "S-95", "decision-4")]
    public async Task A_paused_queue_claims_nothing_and_a_resumed_one_at_once()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        await ServedAsync(queue);
        await Gaffer.PauseAsync(queue).Soon();
        var job = await InsertAsync(queue);
        Assert.Equal(0, await Gaffer.PollAsync(queue).Soon());
        Assert.Equal((0, 1), await ExecutingAndAvailableAsync(queue));
        await Gaffer.ResumeAsync(queue).Soon();
        await EndAsync(worker, job);
    }

    [SpecFact("S-94", "defect-7", OnePartition = "each partition claims for itself")]
    public async Task Claims_are_told_only_when_there_are_any_and_those_of_one_moment_together()
    {
        var queue = await NewQueueAsync(DoneAsync, q => q with { MaxWorkers = 3 });
        await ServedAsync(queue);
        for (var looks = 0; looks < 20; looks++) Assert.Equal(0, await Gaffer.PollAsync(queue).Soon());
        await Gaffer.PauseAsync(queue).Soon();
        var jobs = await InsertAsync(queue, 3);
        await Gaffer.ResumeAsync(queue).Soon();
        foreach (var job in jobs) await Events.FirstAsync<JobCompleted>(queue, e => e.Job.Id == job.Id);
        var claim = Assert.Single(Events.Of(queue).OfType<JobsClaimed>());
        Assert.Equal(jobs.Select(j => j.Id), claim.Jobs.Select(j => j.Id));
    }

    [SpecFact("decision-4", "S-25", "S-93", "defect-10", OnePartition = "each partition claims at its interval, and makes up for it when the slot was another's")]
    public async Task With_an_interval_claims_happen_only_then()
    {
        var worker = new HeldWorker();
        var created = Now;
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { PollInterval = TenSeconds });
        await ServedAsync(queue);
        var jobs = await InsertAsync(queue, 2);
        Time.Advance(TenSeconds - Second);
        Assert.Equal((0, 2), await ExecutingAndAvailableAsync(queue));
        await AdvanceUntilAsync(worker.Of(jobs[0].Id).StartedAsync(), Second);
        Assert.True(Now - created >= TenSeconds);
        await EndAsync(worker, jobs[0]);
        await WhenAsync(queue, jobs[0].Id, JobState.Completed);
        Assert.Equal((0, 1), await ExecutingAndAvailableAsync(queue));
        await AdvanceUntilAsync(worker.Of(jobs[1].Id).StartedAsync(), Second);
        await EndAllAsync(worker, queue, jobs);
    }

    [SpecFact("decision-4", "S-25", "S-93", "S-95", OnePartition = "which of two jobs is first is for each partition alone")]
    public async Task With_an_infinite_interval_claims_happen_only_on_a_poll_and_after_a_completion()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { PollInterval = Timeout.InfiniteTimeSpan });
        await ServedAsync(queue);
        var jobs = await InsertAsync(queue, 3);
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((0, 3), await ExecutingAndAvailableAsync(queue));
        Assert.Equal(1, await Gaffer.PollAsync(queue).Soon());
        await EndAsync(worker, jobs[0]);
        await EndAsync(worker, jobs[1]);
        await worker.Of(jobs[2].Id).StartedAsync();
        Assert.Equal(0, await Gaffer.PollAsync(queue).Soon()); // no free worker
        await EndAllAsync(worker, queue, jobs);
    }

    private async Task<IReadOnlyList<Job>> InsertAsync(QueueName queue, int count)
    {
        var inserted = await Gaffer.InsertManyAsync(queue, [.. Enumerable.Range(1, count).Select(i => InsertJob.Of(queue, $"{i}"))]).Soon();
        return [.. inserted.Jobs.Select(i => i.Job)];
    }

    private async Task<(long Executing, long Available)> ExecutingAndAvailableAsync(QueueName queue)
    {
        await Gaffer.GetInfoAsync(queue).Soon(); // what was decided with the last one is to be seen in the next
        var info = await Gaffer.GetInfoAsync(queue).Soon();
        return (info.Executing.Count, info.Available.Count);
    }

    private static async Task EndAsync(HeldWorker worker, Job job)
    {
        await worker.Of(job.Id).StartedAsync();
        worker.Of(job.Id).Ends(JobResult.Complete());
    }

    private async Task EndAllAsync(HeldWorker worker, QueueName queue, IEnumerable<Job> jobs)
    {
        foreach (var job in jobs) worker.Of(job.Id).Ends(JobResult.Complete());
        await Gaffer.DrainAsync(queue, Timeout.InfiniteTimeSpan).Soon();
    }
}

[Collection(nameof(WorkInMemory))]
public sealed class ClaimInMemory(MemoryHost host) : ClaimScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class ClaimInPartitions(PartitionedHost host) : ClaimScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class ClaimOnSqlite(SqliteHost host) : ClaimScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class ClaimOnPostgres(PostgresHost host) : ClaimScenarios(host);
