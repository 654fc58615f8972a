using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>How long a failed job waits for its next attempt.</summary>
public abstract class RetryScenarios(SpecHost host) : WorkSpecTests(host)
{
    private static readonly Func<JobContext, CancellationToken, Task<JobResult>> s_fails = Answering(JobResult.Fail("no"));

    [SpecFact("S-28", "S-26")]
    public async Task A_job_waits_one_second_between_its_three_attempts_by_default() =>
        Assert.Equal([1, 1], await DelaysAsync());

    [SpecFact("S-101")]
    public async Task The_nth_failure_waits_the_nth_delay_and_the_last_one_repeats() =>
        Assert.Equal([5, 1, 10, 10], await DelaysAsync(Backoff.Schedule(5 * Second, Second, 10 * Second), attempts: 5));

    [SpecFact("S-101", "S-02")]
    public async Task An_exponential_backoff_grows_up_to_its_longest() =>
        Assert.Equal([1, 3, 9, 20, 20], await DelaysAsync(Backoff.Exponential(Second, factor: 3, max: 20 * Second, jitter: 0), attempts: 6));

    [SpecFact("S-102")]
    public async Task Jitter_varies_an_exponential_backoff_by_its_part()
    {
        var delays = await DelaysAsync(Backoff.Exponential(10 * Second, factor: 1), attempts: 6);
        Assert.All(delays, delay => Assert.InRange(delay, 9, 11));
        Assert.True(delays.Distinct().Count() > 1);
    }

    [SpecFact("S-102")]
    public async Task The_delay_counts_from_the_failure()
    {
        var worker = new HeldWorker();
        var queue = await NewQueueAsync(worker.PerformAsync, q => q with { Backoff = Backoff.Fixed(10 * Second) });
        var job = await InsertAsync(queue);
        await worker.Of(job.Id).StartedAsync();
        Time.Advance(3 * Second);
        worker.Of(job.Id).Ends(JobResult.Fail("no"));
        Assert.Equal(Now + (10 * Second), (await RetryingAsync(queue, job.Id)).ScheduledAt);
    }

    [SpecFact("S-43", "S-101")]
    public async Task A_job_may_have_a_backoff_of_its_own_and_a_failure_knows_better()
    {
        var queue = await NewQueueAsync(Answering(JobResult.Fail("by the job"), JobResult.Fail("by the worker", 3 * Second)), q => q with { Backoff = Backoff.Fixed(Second) });
        var job = await InsertAsync(queue, options: new JobOptions { Backoff = Backoff.Fixed(2 * Second) });
        Assert.Equal(Now + (2 * Second), (await RetryingAsync(queue, job.Id)).ScheduledAt);
        Time.Advance(2 * Second);
        Assert.Equal(Now + (3 * Second), (await RetryingAsync(queue, job.Id, attempts: 2)).ScheduledAt);
    }

    [SpecFact("S-82", "S-100")]
    public async Task Without_a_delay_all_attempts_are_made_at_once()
    {
        var job = await PerformedAsync(s_fails, JobState.Failed, q => q with { MaxAttempts = 5, Backoff = Backoff.Fixed(TimeSpan.Zero) });
        Assert.Equal((5, 5), (job.Attempt, job.Errors.Count));
        Assert.Equal([5, 4, 3, 2, 1], job.Errors.Select(e => e.Attempt));
    }

    [SpecFact("S-103", "S-156")]
    public async Task A_failure_is_told_alike_whether_the_job_is_retried_or_has_failed()
    {
        var queue = await NewQueueAsync(s_fails, q => q with { MaxAttempts = 2 });
        var job = await InsertAsync(queue);
        var first = await Events.FirstAsync<JobFailed>(queue);
        Assert.Equal((true, Now + Second, JobState.Available, EventActor.Worker, "no"), (first.WillRetry, first.NextRunAt!.Value, first.Job.State, first.Actor, first.Error.Message));
        Time.Advance(Second);
        var last = await Events.FirstAsync<JobFailed>(queue, e => !e.WillRetry);
        Assert.Equal((job.Id, null, JobState.Failed, 2), (last.Job.Id, last.NextRunAt, last.Job.State, last.Job.Attempt));
    }

    [SpecFact("defect-12", "S-45")]
    public async Task An_empty_backoff_is_refused()
    {
        var queue = await NewQueueAsync();
        await Assert.ThrowsAsync<InvalidJobException>(() => InsertAsync(queue, options: new JobOptions { Backoff = Backoff.Schedule() }));
        await Assert.ThrowsAsync<InvalidQueueConfigException>(() => Gaffer.CreateQueueAsync(new QueueOptions { Name = NewName(), Backoff = Backoff.Schedule() }).Soon());
        await Assert.ThrowsAsync<InvalidQueueConfigException>(() => Gaffer.UpdateQueueAsync(queue, q => q with { Backoff = Backoff.Schedule() }).Soon());
    }

    // The delays in seconds between the attempts of a job that always fails.
    private async Task<IReadOnlyList<double>> DelaysAsync(Backoff? backoff = null, int? attempts = null)
    {
        var queue = await NewQueueAsync(s_fails, q => q with { Backoff = backoff ?? q.Backoff, MaxAttempts = attempts ?? q.MaxAttempts });
        var job = await InsertAsync(queue);
        List<double> delays = [];
        for (var attempt = 1; ; attempt++)
        {
            job = await UntilAsync(queue, job.Id, j => j.Attempt == attempt && j.State != JobState.Executing);
            if (job.State == JobState.Failed) return delays;
            var delay = job.ScheduledAt!.Value - Now;
            delays.Add(delay.TotalSeconds);
            Time.Advance(delay);
        }
    }
}

[Collection(nameof(WorkInMemory))]
public sealed class RetryInMemory(MemoryHost host) : RetryScenarios(host);

[Collection(nameof(WorkInPartitions))]
public sealed class RetryInPartitions(PartitionedHost host) : RetryScenarios(host);

[Collection(nameof(WorkOnSqlite))]
public sealed class RetryOnSqlite(SqliteHost host) : RetryScenarios(host);

[Collection(nameof(WorkOnPostgres))]
public sealed class RetryOnPostgres(PostgresHost host) : RetryScenarios(host);
