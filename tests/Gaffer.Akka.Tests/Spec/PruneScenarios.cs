using System.Collections.Immutable;
using Xunit;

namespace Gaffer.Tests.Spec;

public abstract class PruneScenarios(SpecHost host) : QueueTests(host)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [SpecFact("S-66", "S-122")]
    public async Task Pruning_by_hand_answers_with_the_ids_and_tells_each()
    {
        var queue = await NewObedientQueueAsync(o => o with { Prune = PruneOptions.Seed with { Interval = null } });
        List<JobId> ended = [];
        foreach (var state in (JobState[])[JobState.Completed, JobState.Failed, JobState.Cancelled]) ended.Add((await EndedAsync(queue, state)).Id);
        var waiting = await InsertAsync(queue, "Completed", new JobOptions { Delay = TimeSpan.FromDays(1) });

        Assert.Equal(ended.Order(), (await Gaffer.PruneAsync(queue).Soon()).Order());
        Assert.Equal([waiting.Id], (await JobsAsync(queue)).Select(j => j.Id));
        Assert.Empty(await Gaffer.PruneAsync(queue).Soon());
        await Events.FirstAsync<JobDeleted>(queue, e => e.Job == ended[^1]);
        Assert.Equal(ended.Order(), Events.Of(queue).OfType<JobDeleted>().Where(e => e.Actor == EventActor.User).Select(e => e.Job).Order());
        await RefusedAsync<UnknownQueueException>(Gaffer.PruneAsync(NewName()));
    }

    [SpecFact("S-66")]
    public async Task Pruning_by_hand_takes_more_than_one_page_of_jobs()
    {
        var queue = await NewQueueAsync(o => o with { Prune = PruneOptions.Seed with { Interval = null } });
        var jobs = Enumerable.Range(0, 1500).Select(_ => InsertJob.Of(queue, "x")).ToList();
        await Gaffer.InsertManyAsync(queue, jobs).Soon();
        await Task.WhenAll(jobs.Select(j => Gaffer.CancelAsync(queue, j.Id))).Soon();
        Assert.Equal(jobs.Select(j => j.Id).Order(), (await Gaffer.PruneAsync(queue).Soon()).Order());
        Assert.Empty(await JobsAsync(queue));
    }

    [SpecFact("S-122")]
    public async Task The_pruner_comes_after_each_interval_and_not_before()
    {
        var queue = await NewObedientQueueAsync(o => o with { Prune = PruneOptions.Seed with { Interval = Second } });
        var job = await EndedAsync(queue, JobState.Completed);
        Time.Advance(Second - TimeSpan.FromMilliseconds(1));
        Assert.Equal(JobState.Completed, (await GetAsync(queue, job.Id)).State);
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(i == 0 ? TimeSpan.FromMilliseconds(1) : Second);
            var deleted = await Events.FirstAsync<JobDeleted>(queue, e => e.Job == job.Id);
            Assert.Equal((EventActor.Pruner, Now), (deleted.Actor, deleted.At));
            await RefusedAsync<UnknownJobException>(Gaffer.GetJobAsync(queue, job.Id));
            job = await EndedAsync(queue, JobState.Failed);
        }
    }

    [SpecFact("S-123")]
    public async Task Without_an_interval_only_a_prune_by_hand_deletes()
    {
        var queue = await NewObedientQueueAsync(o => o with { Prune = PruneOptions.Seed with { Interval = null } });
        var other = await NewObedientQueueAsync(o => o with { Prune = PruneOptions.Seed });
        var job = await EndedAsync(queue, JobState.Completed);
        var control = await EndedAsync(other, JobState.Completed);
        Time.Advance(Second);
        await Events.FirstAsync<JobDeleted>(other, e => e.Job == control.Id);
        Assert.Equal(JobState.Completed, (await GetAsync(queue, job.Id)).State);
        Assert.Equal([job.Id], await Gaffer.PruneAsync(queue).Soon());
    }

    [SpecFact("S-122", "S-53")]
    public async Task A_new_interval_counts_at_once()
    {
        var queue = await NewObedientQueueAsync(o => o with { Prune = PruneOptions.Seed with { Interval = null } });
        var job = await EndedAsync(queue, JobState.Completed);
        await Gaffer.UpdateQueueAsync(queue, o => o with { Prune = PruneOptions.Seed with { Interval = Second } }).Soon();
        await PassTimeUntilAsync(() => Events.Of(queue).OfType<JobDeleted>().Any(), Second, "pruned");
        Assert.Equal(EventActor.Pruner, (await Events.FirstAsync<JobDeleted>(queue, e => e.Job == job.Id)).Actor);
    }

    [SpecFact("S-120")]
    public async Task A_job_is_deleted_when_it_is_older_than_its_age_and_not_before()
    {
        var queue = await NewObedientQueueAsync(o => o with { Prune = Ages((JobState.Completed, TimeSpan.FromSeconds(10)), (JobState.Failed, TimeSpan.FromSeconds(11))) });
        var completed = await EndedAsync(queue, JobState.Completed);
        var failed = await EndedAsync(queue, JobState.Failed);
        var cancelled = await EndedAsync(queue, JobState.Cancelled);
        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(await Gaffer.PruneAsync(queue).Soon());
        Time.Advance(TimeSpan.FromMicroseconds(1));
        Assert.Equal([completed.Id], await Gaffer.PruneAsync(queue).Soon());
        Time.Advance(Second);
        Assert.Equal([failed.Id], await Gaffer.PruneAsync(queue).Soon());
        Time.Advance(TimeSpan.FromDays(3650));
        Assert.Empty(await Gaffer.PruneAsync(queue).Soon());
        Assert.Equal(JobState.Cancelled, (await GetAsync(queue, cancelled.Id)).State);
    }

    [SpecFact("S-120", "S-121")]
    public async Task The_age_for_states_that_are_not_named_is_for_jobs_that_ended()
    {
        var queue = await NewObedientQueueAsync(o => o with { Prune = Ages((JobState.Failed, Age.Never)) with { DefaultAge = Age.Immediately } });
        var completed = await EndedAsync(queue, JobState.Completed);
        var failed = await EndedAsync(queue, JobState.Failed);
        var waiting = await InsertAsync(queue, "Completed", new JobOptions { Delay = TimeSpan.FromDays(1) });
        Assert.Equal([completed.Id], await Gaffer.PruneAsync(queue).Soon());
        Assert.Equal(((JobId[])[failed.Id, waiting.Id]).Order(), (await JobsAsync(queue)).Select(j => j.Id));
    }

    [SpecFact("S-121")]
    public async Task Jobs_that_have_not_ended_are_deleted_only_where_the_queue_says_so()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, o => o with { Prune = PruneOptions.Never with { DefaultAge = Age.Immediately, AllowNonTerminal = true } });
        var running = await StartedAsync(queue, worker);
        var waiting = await InsertAsync(queue);
        Assert.Equal(((JobId[])[running.Id, waiting.Id]).Order(), (await Gaffer.PruneAsync(queue).Soon()).Order());
        await worker.Of(running.Id).StoppedAsync();
        worker.Of(running.Id).Ends(JobResult.Complete());
        var next = await InsertAsync(queue);
        await worker.Of(next.Id).StartedAsync();
        Assert.Equal([next.Id], (await JobsAsync(queue)).Select(j => j.Id));
        worker.Of(next.Id).Ends(JobResult.Complete());
    }

    [SpecFact("S-120", OnePartition = "each partition has its share of MaxCount")]
    public async Task Of_each_terminal_state_the_newest_are_kept()
    {
        var queue = await NewObedientQueueAsync(o => o with { Prune = PruneOptions.Never with { MaxCount = 2 } });
        List<JobId> completed = [];
        for (var i = 0; i < 4; i++)
        {
            completed.Add((await EndedAsync(queue, JobState.Completed)).Id);
            Time.Advance(Second);
        }

        var failed = await EndedAsync(queue, JobState.Failed);
        Assert.Equal(completed[..2], await Gaffer.PruneAsync(queue).Soon());
        Assert.Equal((2, 1), ((await InfoAsync(queue)).Completed.Count, (await InfoAsync(queue)).Failed.Count));
        Assert.Equal(JobState.Failed, (await GetAsync(queue, failed.Id)).State);
    }

    [SpecFact("S-122")]
    public async Task By_default_completed_jobs_stay_a_day_and_others_a_week()
    {
        var queue = await NewObedientQueueAsync();
        var completed = await EndedAsync(queue, JobState.Completed);
        var failed = await EndedAsync(queue, JobState.Failed);
        Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await Gaffer.PruneAsync(queue).Soon());
        Time.Advance(TimeSpan.FromMinutes(1));
        await Events.FirstAsync<JobDeleted>(queue, e => e.Job == completed.Id);
        Time.Advance(TimeSpan.FromDays(6));
        await PassTimeUntilAsync(() => Events.Of(queue).OfType<JobDeleted>().Any(e => e.Job == failed.Id), TimeSpan.FromMinutes(1), "pruned");
        Assert.True((await Events.FirstAsync<JobDeleted>(queue, e => e.Job == failed.Id)).At > failed.FailedAt + TimeSpan.FromDays(7));
    }

    [SpecFact("S-122")]
    public async Task A_very_long_interval_holds_up_nothing_else()
    {
        var queue = await NewObedientQueueAsync(o => o with { Prune = PruneOptions.Seed with { Interval = TimeSpan.MaxValue } });
        var delayed = await InsertAsync(queue, "Completed", new JobOptions { Delay = Second });
        Time.Advance(Second);
        await WhenAsync(queue, delayed.Id, JobState.Completed);
    }

    private static PruneOptions Ages(params (JobState State, Age Age)[] ages) =>
        PruneOptions.Never with { MaxAge = ages.ToImmutableSortedDictionary(a => a.State, a => a.Age) };
}

public sealed class PruneInMemory(MemoryHost host) : PruneScenarios(host), IClassFixture<MemoryHost>;

public sealed class PruneInPartitions(PartitionedHost host) : PruneScenarios(host), IClassFixture<PartitionedHost>;

public sealed class PruneOnSqlite(SqliteHost host) : PruneScenarios(host), IClassFixture<SqliteHost>;

public sealed class PruneOnPostgres(PostgresHost host) : PruneScenarios(host), IClassFixture<PostgresHost>;
