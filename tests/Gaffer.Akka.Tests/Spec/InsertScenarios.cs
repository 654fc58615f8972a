using Xunit;

namespace Gaffer.Tests.Spec;

public abstract class InsertScenarios(SpecHost host) : SpecTests(host)
{
    [SpecFact("S-61")]
    public async Task An_inserted_job_is_available_and_starts_at_once()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await InsertAsync(queue);
        Assert.Equal((JobState.Available, 0), (job.State, job.Attempt));
        await worker.Of(job.Id).StartedAsync();
        worker.Of(job.Id).Ends(JobResult.Complete());
        await FlushAsync(queue);
        Assert.Equal(JobState.Completed, (await Gaffer.GetJobAsync(queue, job.Id)).State);
    }

    [SpecFact("S-44")]
    public async Task An_insert_that_is_repeated_with_its_id_is_one_job()
    {
        var queue = await NewQueueAsync();
        var id = JobId.New();
        Assert.False((await Gaffer.InsertAsync(queue, "once", new JobOptions { Id = id }).Soon()).IsDuplicate);
        Assert.True((await Gaffer.InsertAsync(queue, "once", new JobOptions { Id = id }).Soon()).IsDuplicate);
        Assert.Equal(1, (await Gaffer.GetInfoAsync(queue).Soon()).Available.Count);
        await Assert.ThrowsAsync<JobIdConflictException>(() => Gaffer.InsertAsync(queue, "other", new JobOptions { Id = id }).Soon());
    }
}

public sealed class InsertInMemory(MemoryHost host) : InsertScenarios(host), IClassFixture<MemoryHost>;

public sealed class InsertInPartitions(PartitionedHost host) : InsertScenarios(host), IClassFixture<PartitionedHost>;

public sealed class InsertOnSqlite(SqliteHost host) : InsertScenarios(host), IClassFixture<SqliteHost>;

public sealed class InsertOnPostgres(PostgresHost host) : InsertScenarios(host), IClassFixture<PostgresHost>;
