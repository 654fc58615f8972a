using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>Defects of gaffer that have no place among the other scenarios; the rest of them carry the traits defect-1 to defect-15 there.</summary>
public abstract class DefectScenarios(SpecHost host) : WorkSpecTests(host)
{
    [SpecFact("defect-10", "decision-4", "decision-5", "S-25", "S-33")]
    public async Task By_default_a_job_starts_without_the_passing_of_time_and_can_be_looked_at_afterwards()
    {
        var start = Now;
        var job = await PerformedAsync(DoneAsync, JobState.Completed);
        Assert.Equal(start, Now);
        for (var minutes = 0; minutes < 10; minutes++) Time.Advance(TimeSpan.FromMinutes(1)); // the pruner looks at each
        await WhenAsync(job.Queue, (await InsertAsync(job.Queue)).Id, JobState.Completed);
        Assert.Equal(JobState.Completed, (await Gaffer.GetJobAsync(job.Queue, job.Id).Soon()).State);
    }

    [SpecFact("defect-11", "S-54")]
    public async Task Deleting_a_queue_that_is_not_there_says_so()
    {
        await Assert.ThrowsAsync<UnknownQueueException>(() => Gaffer.DeleteQueueAsync(NewName()).Soon());
        var queue = await NewQueueAsync();
        Assert.Equal(0, await Gaffer.DeleteQueueAsync(queue).Soon());
        await Assert.ThrowsAsync<UnknownQueueException>(() => Gaffer.DeleteQueueAsync(queue, DeleteMode.Purge).Soon());
    }

    [SpecFact("defect-14", "S-60", "S-17")]
    public async Task Counts_are_right_after_every_way_that_a_job_can_go()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { MaxWorkers = 4, MaxAttempts = 1 });
        List<Job> jobs = [];
        for (var i = 0; i < 4; i++) jobs.Add(await InsertAsync(queue));
        for (var i = 0; i < 4; i++) await worker.Of(jobs[i].Id).StartedAsync();
        for (var i = 0; i < 2; i++) jobs.Add(await InsertAsync(queue));
        await InsertAsync(queue, options: new JobOptions { Delay = Second });
        await Gaffer.PauseAsync(queue).Soon();
        worker.Of(jobs[0].Id).Ends(JobResult.Complete());
        worker.Of(jobs[1].Id).Ends(JobResult.Fail("no"));
        worker.Of(jobs[2].Id).Ends(JobResult.Cancel());
        var info = await InfoAsync(queue, i => i.Executing.Count == 1);
        Assert.Equal((3, 1, 1, 1, 1, 1), (info.Available.Count, info.Scheduled, info.Completed.Count, info.Failed.Count, info.Cancelled.Count, info.ActiveWorkers));
        Assert.Equal((Now, Now, Now), (info.Completed.Oldest!.Value, info.Completed.Newest!.Value, info.AsOf));
        await Gaffer.DeleteAsync(queue, jobs[0].Id).Soon();
        Assert.Equal(new StateInfo(0, null, null), (await Gaffer.GetInfoAsync(queue).Soon()).Completed);
        worker.Of(jobs[3].Id).Ends(JobResult.Complete());
        await InfoAsync(queue, i => i is { Executing.Count: 0, Completed.Count: 1 });
    }

    [SpecFact("defect-3", "S-55", "S-24")]
    public async Task A_queue_that_was_deleted_with_running_jobs_starts_anew_without_them()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { GlobalMaxWorkers = 1 });
        var lost = await InsertAsync(queue);
        await worker.Of(lost.Id).StartedAsync();
        Assert.Equal(1, await Gaffer.DeleteQueueAsync(queue, DeleteMode.Purge).Soon());
        worker.Of(lost.Id).Ends(JobResult.Complete());
        await Gaffer.EnsureQueueAsync(new QueueOptions { Name = queue, Partitions = Partitions, GlobalMaxWorkers = 1 }).Soon();
        var job = await InsertAsync(queue);
        await AdvanceUntilAsync(worker.Of(job.Id).StartedAsync(), Second);
        worker.Of(job.Id).Ends(JobResult.Complete());
        await WhenAsync(queue, job.Id, JobState.Completed);
        Assert.Null(await Gaffer.TryGetJobAsync(queue, lost.Id).Soon());
    }
}

[Collection(nameof(WorkInMemory))]
public sealed class DefectInMemory(MemoryHost host) : DefectScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class DefectInPartitions(PartitionedHost host) : DefectScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class DefectOnSqlite(SqliteHost host) : DefectScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class DefectOnPostgres(PostgresHost host) : DefectScenarios(host);
