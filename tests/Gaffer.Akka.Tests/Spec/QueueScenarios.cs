using Xunit;

namespace Gaffer.Tests.Spec;

public abstract class QueueScenarios(SpecHost host) : QueueTests(host)
{
    [SpecFact("S-50", "S-166", "S-170")]
    public async Task A_queue_is_created_once()
    {
        var options = new QueueOptions { Name = NewName(), MaxWorkers = 4, MaxAttempts = 7 };
        var created = await Gaffer.CreateQueueAsync(options).Soon();
        Assert.Equal((false, options, 1), (created.AlreadyExists, created.Queue.Options, created.Queue.Version));

        var again = await Gaffer.CreateQueueAsync(options with { MaxAttempts = 8 }).Soon();
        Assert.Equal((true, options, 1), (again.AlreadyExists, again.Queue.Options, again.Queue.Version));
        await Gaffer.PauseAsync(options.Name).Soon();
        Assert.Equal("QueueCreated QueuePaused", await EventsUntilAsync<QueuePaused>(options.Name));
    }

    [SpecFact("S-50")]
    public async Task Of_many_who_create_a_queue_at_once_one_does()
    {
        var name = NewName();
        var results = await Task.WhenAll(Enumerable.Range(1, 10).Select(n => Gaffer.CreateQueueAsync(new QueueOptions { Name = name, MaxAttempts = n }))).Soon();
        var winner = Assert.Single(results, r => !r.AlreadyExists);
        Assert.All(results, r => Assert.Equal(winner.Queue, r.Queue));
        Assert.Equal(winner.Queue, await Gaffer.GetQueueAsync(name).Soon());
    }

    [SpecFact("S-51")]
    public async Task Ensuring_creates_a_queue_or_replaces_its_options()
    {
        var options = new QueueOptions { Name = NewName(), MaxAttempts = 7 };
        var replaced = options with { MaxAttempts = 3, MaxWorkers = 4 };
        Assert.Equal((EnsureOutcome.Created, 1), Outcome(await Gaffer.EnsureQueueAsync(options).Soon()));
        Assert.Equal((EnsureOutcome.Unchanged, 1), Outcome(await Gaffer.EnsureQueueAsync(options with { }).Soon()));
        Assert.Equal((EnsureOutcome.Updated, 2), Outcome(await Gaffer.EnsureQueueAsync(new QueueOptions { Name = options.Name, MaxWorkers = 4 }).Soon()));
        Assert.Equal(replaced, (await Gaffer.GetQueueAsync(options.Name).Soon()).Options);

        var updated = await Events.FirstAsync<QueueUpdated>(options.Name);
        Assert.Equal((replaced, options, true, EventActor.User), (updated.Options, updated.Previous, updated.ByEnsure, updated.Actor));
        Assert.Equal("QueueCreated QueueUpdated", await EventsUntilAsync<QueueUpdated>(options.Name));

        static (EnsureOutcome, int) Outcome(EnsureQueueResult result) => (result.Outcome, result.Queue.Version);
    }

    [SpecFact("S-51", "S-130")]
    public async Task Ensuring_and_updating_keep_a_queue_paused()
    {
        var queue = await NewQueueAsync();
        await Gaffer.PauseAsync(queue).Soon();
        await Gaffer.EnsureQueueAsync(new QueueOptions { Name = queue, MaxWorkers = 4 }).Soon();
        await Gaffer.UpdateQueueAsync(queue, o => o with { MaxWorkers = 5 }).Soon();
        Assert.Equal(QueueStatus.Paused, (await InfoAsync(queue)).Status);
    }

    [SpecFact("S-52")]
    public async Task The_options_of_a_queue_can_be_read()
    {
        var options = new QueueOptions { Name = NewName(), Backoff = Backoff.Schedule(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), Prune = PruneOptions.Seed, KeepLog = true };
        await Gaffer.CreateQueueAsync(options).Soon();
        Assert.Equal(new QueueDescription(options, 1), await Gaffer.GetQueueAsync(options.Name).Soon());
        await RefusedAsync<UnknownQueueException>(Gaffer.GetQueueAsync(NewName()));
    }

    [SpecFact("S-53", "S-184")]
    public async Task Every_option_but_name_and_storage_can_be_changed()
    {
        var target = await NewQueueAsync();
        var queue = await NewQueueAsync();
        var all = new QueueOptions
        {
            Name = queue, MaxWorkers = 2, GlobalMaxWorkers = 3, PollInterval = TimeSpan.FromSeconds(4), MaxAttempts = 5, Timeout = Timeout.InfiniteTimeSpan,
            Backoff = Backoff.Exponential(TimeSpan.FromSeconds(6)), Priority = -7, ShutdownTimeout = TimeSpan.FromSeconds(8), OnFailed = target, OnCompleted = target, OnCancelled = target,
            Prune = PruneOptions.Never, ChainPolicy = ChainPolicy.SkipOnRetry, MaxSnoozes = 9, MaxPayloadBytes = 10, MaxJobs = 11, KeepLog = true,
        };
        Assert.Equal(new QueueDescription(all, 2), await Gaffer.UpdateQueueAsync(queue, _ => all).Soon());
        Assert.Equal(new QueueDescription(all, 2), await Gaffer.GetQueueAsync(queue).Soon());
        Assert.Equal(all, (await SummaryAsync(queue))!.Options);

        var updated = await Events.FirstAsync<QueueUpdated>(queue);
        Assert.Equal((all, new QueueOptions { Name = queue }, false), (updated.Options, updated.Previous, updated.ByEnsure));
        await Assert.ThrowsAsync<ArgumentException>(() => Gaffer.UpdateQueueAsync(queue, o => o with { Name = "other" }).Soon());
        await RefusedAsync<InvalidQueueConfigException>(Gaffer.UpdateQueueAsync(queue, o => o with { Storage = "other" }));
        foreach (var call in (Task[])
        [
            Gaffer.UpdateQueueAsync(queue, o => o with { Partitions = 2 }), Gaffer.EnsureQueueAsync(all with { Partitions = 2 }), Gaffer.CreateQueueAsync(all with { Partitions = 2 }),
        ])
        {
            Assert.Contains("was made with 1", Assert.Single((await RefusedAsync<InvalidQueueConfigException>(call)).Problems), StringComparison.Ordinal);
        }
    }

    [SpecFact("S-53")]
    public async Task An_update_that_changes_nothing_is_none()
    {
        var queue = await NewQueueAsync();
        Assert.Equal(1, (await Gaffer.UpdateQueueAsync(queue, o => o with { MaxAttempts = 3 }).Soon()).Version);
        await Gaffer.PauseAsync(queue).Soon();
        Assert.Equal("QueueCreated QueuePaused", await EventsUntilAsync<QueuePaused>(queue));
    }

    [SpecFact("S-53")]
    public async Task Changes_that_are_made_at_once_all_count()
    {
        var queue = await NewQueueAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Gaffer.UpdateQueueAsync(queue, o => o with { MaxAttempts = o.MaxAttempts + 1 }))).Soon();
        var description = await Gaffer.GetQueueAsync(queue).Soon();
        Assert.Equal((11, 9), (description.Options.MaxAttempts, description.Version));
    }

    [SpecFact("S-53", "S-43")]
    public async Task A_change_counts_at_once_and_not_for_jobs_that_are_there()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var first = await StartedAsync(queue, worker);
        var second = await InsertAsync(queue);
        Assert.Equal(JobState.Available, (await GetAsync(queue, second.Id)).State);

        await Gaffer.UpdateQueueAsync(queue, o => o with { MaxWorkers = 2, MaxAttempts = 9, Priority = 5 }).Soon();
        await worker.Of(second.Id).StartedAsync();
        Assert.Equal((3, 0), ((await GetAsync(queue, second.Id)).MaxAttempts, (await GetAsync(queue, second.Id)).Priority));
        var third = await InsertAsync(queue);
        Assert.Equal((9, 5), (third.MaxAttempts, third.Priority));
        foreach (var id in (JobId[])[first.Id, second.Id, third.Id]) worker.Of(id).Ends(JobResult.Complete());
        await FlushAsync(queue);
    }

    [SpecFact("S-54", "S-165", "S-170")]
    public async Task A_queue_with_jobs_is_not_deleted_whatever_their_state()
    {
        var queue = await NewObedientQueueAsync();
        foreach (var state in (JobState[])[JobState.Completed, JobState.Failed, JobState.Cancelled])
        {
            var job = await EndedAsync(queue, state);
            Assert.Contains("1 jobs", (await RefusedAsync<QueueHasJobsException>(Gaffer.DeleteQueueAsync(queue))).Message, StringComparison.Ordinal);
            await Gaffer.DeleteAsync(queue, job.Id).Soon();
        }

        var waiting = await InsertAsync(queue, "Completed", new JobOptions { Delay = TimeSpan.FromHours(1) });
        await RefusedAsync<QueueHasJobsException>(Gaffer.DeleteQueueAsync(queue));
        await Gaffer.DeleteAsync(queue, waiting.Id).Soon();
        Assert.Equal(0, await Gaffer.DeleteQueueAsync(queue).Soon());
    }

    [SpecFact("S-54")]
    public async Task A_deleted_queue_is_unknown_and_can_be_created_anew()
    {
        var queue = await NewQueueAsync(o => o with { MaxAttempts = 7 });
        await Gaffer.PauseAsync(queue).Soon();
        Assert.Equal(0, await Gaffer.DeleteQueueAsync(queue).Soon());
        await Events.FirstAsync<QueueDeleted>(queue, e => e.Actor == EventActor.User);
        await RefusedAsync<UnknownQueueException>(Gaffer.GetQueueAsync(queue));
        await RefusedAsync<UnknownQueueException>(Gaffer.DeleteQueueAsync(queue));
        await RefusedAsync<UnknownQueueException>(Gaffer.InsertAsync(queue, "late"));
        Assert.Null(await SummaryAsync(queue));

        var created = await Gaffer.CreateQueueAsync(new QueueOptions { Name = queue }).Soon();
        Assert.Equal((false, 3, 1), (created.AlreadyExists, created.Queue.Options.MaxAttempts, created.Queue.Version));
        Assert.Equal(QueueStatus.Active, (await InfoAsync(queue)).Status);
    }

    [SpecFact("S-55")]
    public async Task A_purged_queue_is_gone_with_its_jobs()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync);
        var running = await StartedAsync(queue, worker);
        var waiting = await InsertAsync(queue);
        var cancelled = await InsertAsync(queue);
        await Gaffer.CancelAsync(queue, cancelled.Id).Soon();
        Assert.Equal(3, await Gaffer.DeleteQueueAsync(queue, DeleteMode.Purge).Soon());

        await worker.Of(running.Id).StoppedAsync();
        await Events.FirstAsync<QueueDeleted>(queue);
        Assert.Equal(((JobId[])[running.Id, waiting.Id, cancelled.Id]).Order(), Events.Of(queue).OfType<JobDeleted>().Select(e => e.Job).Order());
        await RefusedAsync<UnknownQueueException>(Gaffer.GetInfoAsync(queue));

        await Gaffer.CreateQueueAsync(new QueueOptions { Name = queue }).Soon();
        worker.Of(running.Id).Ends(JobResult.Complete());
        var next = await InsertAsync(queue);
        await PassTimeUntilAsync(() => worker.Of(next.Id).IsRunning, TimeSpan.FromMilliseconds(50), "the node is back");
        Assert.Equal([next.Id], (await JobsAsync(queue)).Select(j => j.Id));
        worker.Of(next.Id).Ends(JobResult.Complete());
        await FlushAsync(queue);
        Assert.Equal([(next.Id, JobState.Completed)], (await JobsAsync(queue)).Select(j => (j.Id, j.State)));
    }

    [SpecFact("S-56")]
    public async Task Queues_are_listed_by_name()
    {
        var options = new QueueOptions { Name = NewName(), MaxAttempts = 7 };
        await Gaffer.CreateQueueAsync(options).Soon();
        await NewQueueAsync();
        var found = await SummaryAsync(options.Name);
        Assert.Equal((options, "default"), (found!.Options, found.Storage));
        List<QueueName> names = [];
        await foreach (var queue in Gaffer.ListQueuesAsync()) names.Add(queue.Name);
        Assert.Equal(names.Order(), names);
    }

    [SpecFact("S-57")]
    public async Task A_queue_that_no_node_serves_is_orphaned()
    {
        var queue = await NewObedientQueueAsync();
        await UntilAsync(async () => !await IsOrphanedAsync(), "served");
        Assert.Equal((await InfoAsync(queue)).Nodes.Select(n => n.Node), (await SummaryAsync(queue))!.ServedBy);
        await Gaffer.StopServingAsync(queue).Soon();
        await UntilAsync(IsOrphanedAsync, "orphaned");
        Assert.True((await SummaryAsync(queue))!.IsOrphaned);

        async Task<bool> IsOrphanedAsync() => (await Gaffer.OrphanedQueuesAsync().Soon()).Any(q => q.Name == queue);
    }

    [SpecFact("S-60", "S-183")]
    public async Task Info_counts_the_jobs_of_each_state()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync((job, stop) => job.Job.PayloadAs<string>() == "held" ? worker.PerformAsync(job, stop) : Obey(job, stop), o => o with { MaxAttempts = 1, MaxWorkers = 2, GlobalMaxWorkers = 3 });
        var began = Now;
        foreach (var state in (JobState[])[JobState.Completed, JobState.Failed, JobState.Cancelled, JobState.Completed]) await EndedAsync(queue, state);
        var running = await StartedAsync(queue, worker, "held");
        await InsertAsync(queue, "Completed", new JobOptions { Delay = TimeSpan.FromHours(1) });
        Time.Advance(TimeSpan.FromSeconds(1));
        await EndedAsync(queue, JobState.Completed);

        var info = await InfoAsync(queue);
        Assert.Equal((queue, QueueStatus.Active, Now), (info.Name, info.Status, info.AsOf));
        Assert.Equal(new StateInfo(3, began, Now), info.Completed);
        Assert.Equal((new StateInfo(1, began, began), new StateInfo(1, began, began)), (info.Failed, info.Cancelled));
        Assert.Equal((new StateInfo(1, began, began), new StateInfo(1, began, began)), (info.Available, info.Executing));
        Assert.Equal((1, 0, 0), (info.Scheduled, info.Blocked, info.PendingForwards));
        Assert.Equal((1, new WorkerLimit(2), new WorkerLimit(3)), (info.ActiveWorkers, info.MaxWorkers, info.GlobalMaxWorkers));
        var node = Assert.Single(info.Nodes);
        Assert.Equal((1, new WorkerLimit(2), 0, "default"), (node.Active, node.Max, node.Zombies, Assert.Single(node.Kinds)));
        Assert.Equal(new StateInfo(0, null, null), (await InfoAsync(await NewQueueAsync())).Completed);
        worker.Of(running.Id).Ends(JobResult.Complete());
    }
}

public sealed class QueuesInMemory(MemoryHost host) : QueueScenarios(host), IClassFixture<MemoryHost>;

public sealed class QueuesOnSqlite(SqliteHost host) : QueueScenarios(host), IClassFixture<SqliteHost>;

public sealed class QueuesOnPostgres(PostgresHost host) : QueueScenarios(host), IClassFixture<PostgresHost>;
