using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>Kinds, expiry and unique keys of jobs.</summary>
public abstract class JobOptionsScenarios(SpecHost host) : WorkSpecTests(host)
{
    [SpecFact("S-93", "S-90")]
    public async Task Jobs_of_a_kind_that_nobody_knows_wait_and_others_pass_them()
    {
        List<string> order = [];
        var queue = await NewQueueAsync(workers: [JobWorker.FromDelegate(Noting(order), "a"), JobWorker.FromDelegate(Noting(order), "b")]);
        var unknown = await InsertAsync(queue, "unknown", new JobOptions { Kind = "c", Priority = 9 });
        await InsertAsync(queue, "1", new JobOptions { Kind = "a" });
        await WhenAsync(queue, (await InsertAsync(queue, "2", new JobOptions { Kind = "b" })).Id, JobState.Completed);
        Assert.Equal((JobState.Available, 0), ((await Gaffer.GetJobAsync(queue, unknown.Id).Soon()).State, unknown.Attempt));
        await Gaffer.ServeAsync(queue, [JobWorker.FromDelegate(Noting(order), "c")]).Soon();
        await WhenAsync(queue, unknown.Id, JobState.Completed);
        Assert.Equal(["1", "2", "unknown"], order);
    }

    [SpecFact("S-90")]
    public async Task A_worker_performs_jobs_of_the_former_names_of_its_kind()
    {
        var queue = await NewQueueAsync(workers: [JobWorker.FromDelegate(DoneAsync, "new", "old", "older")]);
        foreach (var kind in (string[])["old", "older", "new"])
        {
            var job = await InsertAsync(queue, options: new JobOptions { Kind = kind });
            Assert.Equal(kind, (await WhenAsync(queue, job.Id, JobState.Completed)).Kind);
        }
    }

    [SpecFact("S-61")]
    public async Task An_insert_finds_its_kind_by_the_type_of_its_payload()
    {
        var queue = await NewQueueAsync(workers: [JobWorker.FromDelegate(DoneAsync), JobWorker.FromClass<Greeting, GreetingWorker>("greet")]);
        Assert.Equal("greet", (await Gaffer.InsertAsync(queue, new Greeting("Ada")).Soon()).Job.Kind);
        Assert.Equal("default", (await InsertAsync(queue)).Kind);
        await FlushAsync(queue);
    }

    [SpecFact("S-44")]
    public async Task A_job_that_has_not_started_in_time_expires()
    {
        var queue = await NewQueueAsync();
        var job = await InsertAsync(queue, options: new JobOptions { ExpiresAt = Now + Second });
        Assert.Equal(JobState.Available, (await Gaffer.GetJobAsync(queue, job.Id).Soon()).State);
        Time.Advance(Second);
        job = await WhenAsync(queue, job.Id, JobState.Cancelled);
        Assert.Equal("expired", job.CancelReason);
        Assert.Equal(EventActor.Runner, (await Events.FirstAsync<JobCancelled>(queue)).Actor);
    }

    [SpecFact("S-44")]
    public async Task A_job_that_has_started_does_not_expire()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await InsertAsync(queue, options: new JobOptions { ExpiresAt = Now + Second });
        await worker.Of(job.Id).StartedAsync();
        Time.Advance(2 * Second);
        worker.Of(job.Id).Ends(JobResult.Fail("once"));
        Assert.Equal(JobState.Available, (await RetryingAsync(queue, job.Id)).State);
        Time.Advance(Second);
        await worker.Of(job.Id, execution: 2).StartedAsync();
        worker.Of(job.Id, execution: 2).Ends(JobResult.Complete());
        await WhenAsync(queue, job.Id, JobState.Completed);
    }

    [SpecFact("S-44")]
    public async Task While_a_job_with_a_unique_key_has_not_ended_there_is_no_second_one()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var options = new JobOptions { UniqueKey = "only" };
        var first = await InsertAsync(queue, "1", options);
        var duplicate = await Gaffer.InsertAsync(queue, "2", options).Soon();
        Assert.Equal((first.Id, true), (duplicate.Job.Id, duplicate.IsDuplicate));
        await worker.Of(first.Id).StartedAsync();
        Assert.True((await Gaffer.InsertAsync(queue, "3", options).Soon()).IsDuplicate);
        worker.Of(first.Id).Ends(JobResult.Fail("once"));
        await RetryingAsync(queue, first.Id);
        Assert.True((await Gaffer.InsertAsync(queue, "4", options).Soon()).IsDuplicate);
        await Gaffer.CancelAsync(queue, first.Id).Soon();
        var second = await Gaffer.InsertAsync(queue, "5", options).Soon();
        Assert.False(second.IsDuplicate);
        worker.Of(second.Job.Id).Ends(JobResult.Complete());
        await WhenAsync(queue, second.Job.Id, JobState.Completed);
    }
}

[Collection(nameof(WorkInMemory))]
public sealed class JobOptionsInMemory(MemoryHost host) : JobOptionsScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class JobOptionsInPartitions(PartitionedHost host) : JobOptionsScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class JobOptionsOnSqlite(SqliteHost host) : JobOptionsScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class JobOptionsOnPostgres(PostgresHost host) : JobOptionsScenarios(host);
