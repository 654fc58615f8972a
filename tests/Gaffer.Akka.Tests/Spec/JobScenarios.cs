using Xunit;

namespace Gaffer.Tests.Spec;

public abstract class JobScenarios(SpecHost host) : QueueTests(host)
{
    [SpecFact("S-61", "S-43")]
    public async Task An_inserted_job_is_answered_told_and_found_as_it_is()
    {
        var queue = await NewQueueAsync(o => o with { MaxAttempts = 7, Priority = -2 });
        var job = await InsertAsync(queue, "hello", new JobOptions { Priority = 5, Tags = ["a"] });
        Assert.Equal(("hello", 7, 5, Now, queue), (job.PayloadAs<string>(), job.MaxAttempts, job.Priority, job.CreatedAt, job.Queue));
        Assert.Equal(Dump.Of(job), Dump.Of(await GetAsync(queue, job.Id)));
        var told = await Events.FirstAsync<JobInserted>(queue);
        Assert.Equal((EventActor.User, Dump.Of(job)), (told.Actor, Dump.Of(told.Job)));
    }

    [SpecFact("S-61", "S-171", OnePartition = "the order is that of each partition")]
    public async Task Several_jobs_are_inserted_in_their_order_or_not_at_all()
    {
        var queue = await NewQueueAsync();
        var jobs = Enumerable.Range(0, 5).Select(n => InsertJob.Of(queue, n)).ToList();
        var result = await Gaffer.InsertManyAsync(queue, jobs).Soon();
        Assert.Equal(jobs.Select((j, n) => (j.Id, n + 1L, false)), result.Jobs.Select(r => (r.Job.Id, r.Job.Sequence, r.IsDuplicate)));

        List<InsertJob> mixed = [InsertJob.Of(queue, "good"), InsertJob.Of(queue, "bad", new JobOptions { MaxAttempts = 0 })];
        await RefusedAsync<InvalidJobException>(Gaffer.InsertManyAsync(queue, mixed));
        await RefusedAsync<GafferException>(Gaffer.InsertManyAsync(queue, [InsertJob.Of(queue, "good"), InsertJob.Of("elsewhere", "bad")]));
        Assert.Equal(5, (await JobsAsync(queue)).Count);
        Assert.Empty((await Gaffer.InsertManyAsync(queue, []).Soon()).Jobs);
    }

    [SpecFact("S-62", "S-165")]
    public async Task A_job_is_found_in_its_own_queue_alone()
    {
        var queue = await NewQueueAsync();
        var other = await NewQueueAsync();
        var job = await InsertAsync(queue);
        Assert.Equal(job.Id, (await Gaffer.TryGetJobAsync(queue, job.Id).Soon())!.Id);
        await RefusedAsync<UnknownJobException>(Gaffer.GetJobAsync(other, job.Id));
        Assert.Null(await Gaffer.TryGetJobAsync(other, job.Id).Soon());
        await RefusedAsync<UnknownQueueException>(Gaffer.TryGetJobAsync(NewName(), job.Id));
    }

    [SpecFact("S-63", "S-173")]
    public async Task Jobs_are_listed_by_id_page_by_page()
    {
        var queue = await NewQueueAsync();
        List<JobId> ids = [];
        for (var i = 0; i < 5; i++) ids.Add((await InsertAsync(queue)).Id);
        ids.Sort();
        await Gaffer.CancelAsync(queue, ids[1]).Soon();
        Assert.Equal(ids, (await JobsAsync(queue)).Select(j => j.Id));
        Assert.Equal([ids[1]], (await JobsAsync(queue, new JobFilter { State = JobState.Cancelled })).Select(j => j.Id));
        foreach (var filter in (JobFilter[])[JobFilter.All, new JobFilter { State = JobState.Available }])
        {
            List<JobId> paged = [];
            JobId? after = null;
            do
            {
                var page = await Gaffer.ListPageAsync(queue, filter, 2, after).Soon();
                Assert.InRange(page.Jobs.Length, 0, 2);
                paged.AddRange(page.Jobs.Select(j => j.Id));
                after = page.Next;
            }
            while (after is not null);
            Assert.Equal(filter.State is null ? ids : ids.Except([ids[1]]), paged);
        }
    }

    [SpecFact("S-64", "S-166")]
    public async Task A_job_that_waits_is_cancelled_once_and_for_good()
    {
        var queue = await NewQueueAsync();
        foreach (var delay in (TimeSpan?[])[null, TimeSpan.FromHours(1)])
        {
            var job = await InsertAsync(queue, options: new JobOptions { Delay = delay });
            var cancelled = Assert.IsType<CancelResult.Cancelled>(await Gaffer.CancelAsync(queue, job.Id, "not needed").Soon()).Job;
            Assert.Equal((JobState.Cancelled, "not needed", Now, 0), (cancelled.State, cancelled.CancelReason, cancelled.CancelledAt, cancelled.Attempt));
            Assert.Equal(new CancelResult.InvalidTransition(JobState.Cancelled, JobState.Cancelled), await Gaffer.CancelAsync(queue, job.Id, "again").Soon());
            Assert.Equal(Dump.Of(cancelled), Dump.Of(await GetAsync(queue, job.Id)));
            Assert.Equal(EventActor.User, (await Events.FirstAsync<JobCancelled>(queue, e => e.Job.Id == job.Id)).Actor);
        }

        await Gaffer.PauseAsync(queue).Soon();
        await Events.FirstAsync<QueuePaused>(queue);
        Assert.Equal(2, Events.Of(queue).OfType<JobCancelled>().Count());
    }

    [SpecFact("S-64", "S-166")]
    public async Task A_job_that_ended_is_not_cancelled()
    {
        var queue = await NewObedientQueueAsync();
        foreach (var state in (JobState[])[JobState.Completed, JobState.Failed])
        {
            var job = await EndedAsync(queue, state);
            Assert.Equal(new CancelResult.InvalidTransition(state, JobState.Cancelled), await Gaffer.CancelAsync(queue, job.Id).Soon());
            Assert.Equal(Dump.Of(job), Dump.Of(await GetAsync(queue, job.Id)));
        }

        await RefusedAsync<UnknownJobException>(Gaffer.CancelAsync(queue, JobId.New()));
    }

    [SpecFact("S-64")]
    public async Task A_job_that_runs_is_cancelled_whatever_its_worker_says()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        foreach (var late in (JobResult[])[JobResult.Complete("late"), JobResult.Fail("late"), JobResult.Snooze(TimeSpan.Zero)])
        {
            var job = await StartedAsync(queue, worker);
            var cancelled = Assert.IsType<CancelResult.Cancelled>(await Gaffer.CancelAsync(queue, job.Id, "not needed").Soon()).Job;
            await worker.Of(job.Id).StoppedAsync();
            worker.Of(job.Id).Ends(late);
            var next = await StartedAsync(queue, worker);
            worker.Of(next.Id).Ends(JobResult.Complete());
            await WhenAsync(queue, next.Id, JobState.Completed);
            Assert.Equal(Dump.Of(cancelled), Dump.Of(await GetAsync(queue, job.Id)));
            Assert.Equal((JobState.Cancelled, "not needed", false), (cancelled.State, cancelled.CancelReason, cancelled.ResultJson.HasValue));
        }
    }

    [SpecFact("S-65")]
    public async Task A_job_is_deleted_in_any_state_and_its_id_stays_known()
    {
        var queue = await NewObedientQueueAsync();
        List<Job> jobs = [await InsertAsync(queue, "Completed", new JobOptions { Delay = TimeSpan.FromHours(1) })];
        foreach (var state in (JobState[])[JobState.Completed, JobState.Failed, JobState.Cancelled]) jobs.Add(await EndedAsync(queue, state));
        foreach (var job in jobs)
        {
            await Gaffer.DeleteAsync(queue, job.Id).Soon();
            await RefusedAsync<UnknownJobException>(Gaffer.GetJobAsync(queue, job.Id));
            await RefusedAsync<UnknownJobException>(Gaffer.DeleteAsync(queue, job.Id));
            Assert.True((await Gaffer.InsertAsync(queue, job.PayloadAs<string>(), new JobOptions { Id = job.Id }).Soon()).IsDuplicate);
            Assert.Equal(EventActor.User, (await Events.FirstAsync<JobDeleted>(queue, e => e.Job == job.Id)).Actor);
        }

        Assert.Empty(await JobsAsync(queue));
    }

    [SpecFact("S-65")]
    public async Task A_job_that_is_deleted_while_it_runs_does_not_come_back()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var job = await StartedAsync(queue, worker);
        await Gaffer.DeleteAsync(queue, job.Id).Soon();
        await worker.Of(job.Id).StoppedAsync();
        worker.Of(job.Id).Ends(JobResult.Complete());
        var next = await StartedAsync(queue, worker);
        Assert.Equal([next.Id], (await JobsAsync(queue)).Select(j => j.Id));
        await Events.FirstAsync<JobDeleted>(queue);
        Assert.Equal(
            ["JobInserted", "JobsClaimed", "JobCancelled", "JobDeleted"],
            Events.Of(queue).Where(e => e is JobInserted i ? i.Job.Id == job.Id : e is JobsClaimed c ? c.Jobs[0].Id == job.Id : e is JobCancelled x ? x.Job.Id == job.Id : e is JobDeleted d && d.Job == job.Id).Select(e => e.GetType().Name));
        worker.Of(next.Id).Ends(JobResult.Complete());
    }

    [SpecFact("S-172")]
    public async Task Each_job_is_claimed_once_however_many_workers_there_are()
    {
        var performed = new System.Collections.Concurrent.ConcurrentBag<JobId>();
        var queue = await NewQueueAsync(
            (job, _) =>
            {
                performed.Add(job.Id);
                return Task.FromResult(JobResult.Complete());
            },
            o => o with { MaxWorkers = 20 });
        var jobs = Enumerable.Range(0, 300).Select(n => InsertJob.Of(queue, n)).ToList();
        await Task.WhenAll(jobs.Chunk(50).Select(some => Gaffer.InsertManyAsync(queue, some))).Soon();
        await FlushAsync(queue);
        Assert.Equal(jobs.Select(j => j.Id).Order(), performed.Order());
        Assert.Equal(jobs.Count, Events.Of(queue).OfType<JobsClaimed>().SelectMany(e => e.Jobs).Select(j => j.Id).Distinct().Count());
        Assert.All(Events.Of(queue).OfType<JobsClaimed>(), e => Assert.InRange(e.Jobs.Length, 1, 20));
    }

    [SpecFact("S-182", "S-30")]
    public async Task A_worker_that_ignores_its_token_is_abandoned_after_the_shutdown_timeout()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, o => o with { ShutdownTimeout = TimeSpan.FromSeconds(2) });
        var job = await StartedAsync(queue, worker);
        var next = await InsertAsync(queue);
        await Gaffer.CancelAsync(queue, job.Id).Soon();
        await worker.Of(job.Id).StoppedAsync();
        Assert.False(worker.Of(next.Id).IsRunning);
        Time.Advance(TimeSpan.FromSeconds(2));
        await worker.Of(next.Id).StartedAsync();
        await UntilAsync(async () => (await InfoAsync(queue)).Zombies == 1, "abandoned code is counted");
        worker.Of(job.Id).Ends(JobResult.Complete());
        worker.Of(next.Id).Ends(JobResult.Complete());
        await FlushAsync(queue);
        Assert.Equal(JobState.Cancelled, (await GetAsync(queue, job.Id)).State);
    }
}

public sealed class JobsInMemory(MemoryHost host) : JobScenarios(host), IClassFixture<MemoryHost>;

public sealed class JobsInPartitions(PartitionedHost host) : JobScenarios(host), IClassFixture<PartitionedHost>;

public sealed class JobsOnSqlite(SqliteHost host) : JobScenarios(host), IClassFixture<SqliteHost>;

public sealed class JobsOnPostgres(PostgresHost host) : JobScenarios(host), IClassFixture<PostgresHost>;
