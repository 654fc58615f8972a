using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>Jobs of one chain run one after the other.</summary>
public abstract class ChainScenarios(SpecHost host) : WorkSpecTests(host)
{
    private readonly HeldWorker _worker = new();

    [SpecFact("S-181", "decision-11")]
    public async Task Jobs_of_a_chain_run_one_after_the_other_beside_other_chains()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { MaxWorkers = 10 });
        var a1 = await InsertAsync(queue, "a");
        var a2 = await InsertAsync(queue, "a");
        var b1 = await InsertAsync(queue, "b");
        var free = await base.InsertAsync(queue);
        foreach (var job in (Job[])[a1, b1, free]) await _worker.Of(job.Id).StartedAsync();
        Assert.Equal((1, 1), await BlockedAndAvailableAsync(queue));
        Complete(a1);
        await _worker.Of(a2.Id).StartedAsync();
        foreach (var job in (Job[])[a2, b1, free]) Complete(job);
        await FlushAsync(queue);
    }

    [SpecFact("S-181", "decision-11")]
    public async Task A_chain_runs_in_the_order_of_its_queue()
    {
        List<string> order = [];
        var queue = await NewQueueAsync(Noting(order), q => q with { MaxWorkers = 10 });
        await Gaffer.PauseAsync(queue).Soon();
        foreach (var (payload, priority) in ((string, int)[])[("3", 0), ("4", 0), ("1", 2), ("2", 1)])
        {
            await InsertAsync(queue, payload, new JobOptions { Chain = "a", Priority = priority });
        }

        await Gaffer.ResumeAsync(queue).Soon();
        await FlushAsync(queue);
        Assert.Equal(["1", "2", "3", "4"], order);
    }

    [SpecFact("S-181", "decision-11")]
    public async Task A_job_that_waits_for_its_retry_holds_its_chain()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { MaxWorkers = 10 });
        var first = await InsertAsync(queue, "a");
        await _worker.Of(first.Id).StartedAsync(); // before that, the second would go first
        var second = await InsertAsync(queue, "a", priority: 5);
        await FailAsync(queue, first);
        Assert.Equal((1, 2), await BlockedAndAvailableAsync(queue));
        Time.Advance(Second);
        await _worker.Of(first.Id, execution: 2).StartedAsync();
        Assert.Equal((1, 1), await BlockedAndAvailableAsync(queue));
        Complete(first, execution: 2);
        await _worker.Of(second.Id).StartedAsync();
        Complete(second);
        await FlushAsync(queue);
    }

    [SpecFact("S-181", "decision-11")]
    public async Task A_queue_may_let_the_next_of_a_chain_go_first_during_a_backoff()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { MaxWorkers = 10, ChainPolicy = ChainPolicy.SkipOnRetry });
        var first = await InsertAsync(queue, "a");
        var second = await InsertAsync(queue, "a");
        await FailAsync(queue, first);
        await _worker.Of(second.Id).StartedAsync();
        Time.Advance(Second);
        await InfoAsync(queue, info => info.Scheduled == 0);
        Assert.Equal((1, 1), await BlockedAndAvailableAsync(queue));
        Complete(second);
        await _worker.Of(first.Id, execution: 2).StartedAsync();
        Complete(first, execution: 2);
        await FlushAsync(queue);
    }

    [SpecFact("S-181")]
    public async Task Whatever_ends_a_job_frees_its_chain()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { MaxWorkers = 10, MaxAttempts = 1 });
        var jobs = new List<Job>();
        for (var i = 0; i < 5; i++) jobs.Add(await InsertAsync(queue, "a"));
        await _worker.Of(jobs[0].Id).StartedAsync();
        _worker.Of(jobs[0].Id).Ends(JobResult.Fail("the last attempt"));
        await _worker.Of(jobs[1].Id).StartedAsync();
        _worker.Of(jobs[1].Id).Ends(JobResult.Cancel());
        await _worker.Of(jobs[2].Id).StartedAsync();
        await Gaffer.DeleteAsync(queue, jobs[3].Id).Soon(); // it waits for the chain
        await Gaffer.CancelAsync(queue, jobs[2].Id).Soon();
        Complete(jobs[2]);
        await _worker.Of(jobs[4].Id).StartedAsync();
        Complete(jobs[4]);
        await FlushAsync(queue);
        Assert.Equal((0, 0), await BlockedAndAvailableAsync(queue));
    }

    [SpecFact("S-181", "S-64")]
    public async Task A_cancelled_job_that_waited_for_its_retry_frees_its_chain()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { MaxWorkers = 10 });
        var first = await InsertAsync(queue, "a");
        var second = await InsertAsync(queue, "a");
        await FailAsync(queue, first);
        await Gaffer.CancelAsync(queue, first.Id).Soon();
        await _worker.Of(second.Id).StartedAsync();
        Complete(second);
        await FlushAsync(queue);
    }

    [SpecFact("S-181")]
    public async Task A_job_for_later_holds_no_chain_until_it_is_due()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { MaxWorkers = 10 });
        var later = await InsertAsync(queue, "later", new JobOptions { Chain = "a", Delay = Second });
        var now = await InsertAsync(queue, "a");
        await _worker.Of(now.Id).StartedAsync();
        Time.Advance(Second);
        await InfoAsync(queue, info => info.Blocked == 1);
        Complete(now);
        await _worker.Of(later.Id).StartedAsync();
        Complete(later);
        await FlushAsync(queue);
    }

    [SpecFact("S-181", "decision-11")]
    public async Task While_stopped_code_of_a_chain_still_runs_its_next_job_waits()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { MaxWorkers = 10 });
        var first = await InsertAsync(queue, "a");
        var second = await InsertAsync(queue, "a");
        await _worker.Of(first.Id).StartedAsync();
        await Gaffer.CancelAsync(queue, first.Id).Soon();
        await Gaffer.GetInfoAsync(queue).Soon();
        Assert.Equal(JobState.Available, (await Gaffer.GetJobAsync(queue, second.Id).Soon()).State);
        Complete(first);
        await _worker.Of(second.Id).StartedAsync();
        Complete(second);
        await FlushAsync(queue);
    }

    [SpecFact("S-72", "decision-2")]
    public async Task A_cancelled_job_that_is_retried_waits_until_its_stopped_code_has_ended()
    {
        var queue = await NewQueueAsync(_worker.PerformAsync, q => q with { MaxWorkers = 10 });
        var job = await base.InsertAsync(queue);
        await _worker.Of(job.Id).StartedAsync();
        await Gaffer.CancelAsync(queue, job.Id).Soon();
        Assert.IsType<RetryResult.Retried>(await Gaffer.RetryAsync(queue, job.Id).Soon());
        await Gaffer.GetInfoAsync(queue).Soon();
        Assert.Equal(JobState.Available, (await Gaffer.GetJobAsync(queue, job.Id).Soon()).State);
        Complete(job);
        await _worker.Of(job.Id, 2).StartedAsync();
        Complete(job, 2);
        Assert.Equal(JobState.Completed, (await WhenAsync(queue, job.Id, JobState.Completed)).State);
    }

    private Task<Job> InsertAsync(QueueName queue, string chain, int priority = 0) => InsertAsync(queue, chain, new JobOptions { Chain = chain, Priority = priority });

    private void Complete(Job job, int execution = 1) => _worker.Of(job.Id, execution).Ends(JobResult.Complete());

    private async Task FailAsync(QueueName queue, Job job)
    {
        await _worker.Of(job.Id).StartedAsync();
        _worker.Of(job.Id).Ends(JobResult.Fail("once"));
        await RetryingAsync(queue, job.Id);
    }

    private async Task<(long Blocked, long Available)> BlockedAndAvailableAsync(QueueName queue)
    {
        await Gaffer.GetInfoAsync(queue).Soon(); // what was decided with the last one is to be seen in the next
        var info = await Gaffer.GetInfoAsync(queue).Soon();
        return (info.Blocked, info.Available.Count);
    }
}

[Collection(nameof(WorkInMemory))]
public sealed class ChainInMemory(MemoryHost host) : ChainScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class ChainInPartitions(PartitionedHost host) : ChainScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class ChainOnSqlite(SqliteHost host) : ChainScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class ChainOnPostgres(PostgresHost host) : ChainScenarios(host);
