using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What is there when a node is back on the file of an earlier one.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(SpecHost.Start);
    private readonly OwnFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData("4MiB", "8MiB")]    // from the journal
    [InlineData("1", "8MiB")]       // from a snapshot
    [InlineData("1", "1")]          // from one in parts
    [Trait("spec", "S-58")]
    [Trait("spec", "S-35")]
    public async Task All_of_a_queue_is_there_after_a_crash(string snapshotFloor, string snapshotPart)
    {
        var worker = new HeldWorker();
        await using var first = await StartAsync(_file, ("Queue:SnapshotFloor", snapshotFloor), ("Queue:SnapshotPart", snapshotPart));
        var (gaffer, deleted) = (first.Gaffer, JobId.New());
        await gaffer.CreateQueueAsync(new QueueOptions { Name = "target" }).Soon();
        await gaffer.CreateQueueAsync(new QueueOptions { Name = "jobs", OnFailed = "target", Backoff = Backoff.Schedule(TimeSpan.FromHours(1)), Prune = PruneOptions.Never }).Soon();
        await gaffer.UpdateQueueAsync("jobs", o => o with { MaxAttempts = 2, MaxWorkers = 20 }).Soon();
        await gaffer.ServeAsync("jobs", [JobWorker.FromDelegate(worker.PerformAsync)]).Soon();
        async Task<Job> EndedAsync(JobResult result, int maxAttempts = 1)
        {
            var job = (await gaffer.InsertAsync("jobs", "payload", new JobOptions { MaxAttempts = maxAttempts }).Soon()).Job;
            await worker.Of(job.Id).StartedAsync();
            worker.Of(job.Id).Ends(result);
            return job;
        }

        await EndedAsync(JobResult.Complete(new { Sent = true }));
        await EndedAsync(JobResult.Cancel("not needed"));
        await EndedAsync(JobResult.FailWith("boom", new { Code = 7 }));
        await EndedAsync(JobResult.Fail("retried"), maxAttempts: 2);
        await EndedAsync(JobResult.Snooze(TimeSpan.FromHours(2)));
        var running = (await gaffer.InsertAsync("jobs", "running").Soon()).Job;
        await worker.Of(running.Id).StartedAsync();
        await gaffer.InsertAsync("jobs", "gone", new JobOptions { Id = deleted, Delay = TimeSpan.FromHours(1) }).Soon();
        await gaffer.DeleteAsync("jobs", deleted).Soon();
        await gaffer.InsertAsync("jobs", "scheduled", new JobOptions
        {
            Delay = TimeSpan.FromHours(1), Priority = 3, Chain = "c", UniqueKey = "u", Tags = ["a", "b"], ExpiresAt = _time.GetUtcNow().AddDays(1), Meta = new Dictionary<string, string> { ["k"] = "v" }.ToImmutableDictionary(),
        }).Soon();
        await UntilAsync(async () => await gaffer.GetInfoAsync("jobs") is { Completed.Count: 1, Cancelled.Count: 1, Failed.Count: 1, Scheduled: 3, PendingForwards: 0 });
        await gaffer.PauseAsync("jobs").Soon();
        await gaffer.InsertAsync("jobs", "waits").Soon();
        var before = await PictureAsync(gaffer, running.Id);

        if (snapshotPart == "1") await UntilAsync(() => Task.FromResult(_file.Count("SELECT COUNT(*) FROM gaffer_snapshot WHERE persistence_id LIKE 'gaffer-queue-jobs/part-%'") > 0)); // on a slow disk it is not there yet
        using var crashed = _file.Crash();
        if (snapshotFloor == "1") Assert.NotEqual(0, crashed.Count("SELECT COUNT(*) FROM gaffer_snapshot WHERE persistence_id = 'gaffer-queue-jobs'"));
        if (snapshotPart == "1") Assert.NotEqual(0, crashed.Count("SELECT COUNT(*) FROM gaffer_snapshot WHERE persistence_id LIKE 'gaffer-queue-jobs/part-%'"));
        await using var second = await StartAsync(crashed);
        Assert.Equal(before, await PictureAsync(second.Gaffer, running.Id));
        Assert.Equal(QueueStatus.Paused, (await second.Gaffer.GetInfoAsync("jobs").Soon()).Status);
        Assert.Equal(2, (await second.Gaffer.GetQueueAsync("jobs").Soon()).Version);
        Assert.True((await second.Gaffer.InsertAsync("jobs", "gone", new JobOptions { Id = deleted }).Soon()).IsDuplicate);
        Assert.True((await second.Gaffer.InsertAsync("jobs", "again", new JobOptions { UniqueKey = "u" }).Soon()).IsDuplicate);
        Assert.Equal(1, (await second.Gaffer.GetInfoAsync("target").Soon()).Available.Count);

        var rescued = await second.Gaffer.GetJobAsync("jobs", running.Id).Soon();
        Assert.Equal((JobState.Available, 1, JobErrorKind.NodeLost), (rescued.State, rescued.Attempt, Assert.Single(rescued.Errors).Error.Kind));
        var again = new HeldWorker();
        await second.Gaffer.ServeAsync("jobs", [JobWorker.FromDelegate(again.PerformAsync)]).Soon();
        await second.Gaffer.ResumeAsync("jobs").Soon();
        Assert.Equal(2, (await again.Of(running.Id, 2).StartedAsync()).AttemptNumber);
        again.Of(running.Id, 2).Ends(JobResult.Complete());
        worker.Of(running.Id).Ends(JobResult.Complete());
        foreach (var job in await ListAsync(second.Gaffer)) again.Of(job.Id, job.Execution).Ends(JobResult.Complete());
    }

    [Fact]
    [Trait("spec", "S-142")]
    public async Task A_forward_that_was_under_way_arrives_after_the_crash_once()
    {
        await using var first = await StartAsync(_file);
        await first.Gaffer.CreateQueueAsync(new QueueOptions { Name = "target" }).Soon();
        await first.Gaffer.CreateQueueAsync(new QueueOptions { Name = "jobs", OnCancelled = "target" }).Soon();
        _file.Execute("CREATE TRIGGER held BEFORE INSERT ON gaffer_journal WHEN NEW.persistence_id = 'gaffer-queue-target' BEGIN SELECT RAISE(ABORT, 'held'); END");
        var job = (await first.Gaffer.InsertAsync("jobs", "payload").Soon()).Job;
        await first.Gaffer.CancelAsync("jobs", job.Id).Soon();
        Assert.Equal(1, (await first.Gaffer.GetInfoAsync("jobs").Soon()).PendingForwards);

        using var crashed = _file.Crash();
        crashed.Execute("DROP TRIGGER held");
        await using var second = await StartAsync(crashed);
        await UntilAsync(async () => (await second.Gaffer.GetInfoAsync("jobs")).PendingForwards == 0);
        var forwarded = Assert.Single((await second.Gaffer.ListPageAsync("target", JobFilter.All).Soon()).Jobs);
        Assert.Equal(job.Id, forwarded.PayloadAs<ForwardedJob>()!.SourceId);
    }

    [Fact]
    [Trait("spec", "S-171")]
    public async Task Jobs_that_are_inserted_together_are_one_event_of_the_journal()
    {
        await using var node = await StartAsync(_file);
        await node.Gaffer.CreateQueueAsync(new QueueOptions { Name = "jobs" }).Soon();
        var before = Rows();
        await node.Gaffer.InsertManyAsync("jobs", [.. Enumerable.Range(0, 500).Select(n => InsertJob.Of("jobs", n))]).Soon();
        Assert.Equal(before + 1, Rows());

        long Rows() => _file.Count("SELECT COUNT(*) FROM gaffer_journal WHERE persistence_id = 'gaffer-queue-jobs'");
    }

    [Fact]
    [Trait("spec", "S-165")]
    public async Task A_journal_of_a_newer_version_stops_its_queue_alone()
    {
        await using (var first = await OwnNode.StartAsync(g => g.UseSqlite(_file.Path)))
        {
            foreach (var queue in (string[])["newer", "other"])
            {
                await first.Gaffer.CreateQueueAsync(new QueueOptions { Name = queue }).Soon();
                await first.Gaffer.InsertAsync(queue, "payload").Soon();
            }
        }

        Assert.Equal(1, _file.Execute("UPDATE gaffer_journal SET manifest = 'commit.9' WHERE persistence_id = 'gaffer-queue-newer' AND sequence_number = (SELECT MAX(sequence_number) FROM gaffer_journal WHERE persistence_id = 'gaffer-queue-newer')"));
        await using (var second = await OwnNode.StartAsync(g => g.UseSqlite(_file.Path)))
        {
            foreach (var call in (Func<Task>[])[() => second.Gaffer.InsertAsync("newer", "more"), () => second.Gaffer.GetInfoAsync("newer"), () => second.Gaffer.PauseAsync("newer"), () => second.Gaffer.EnsureQueueAsync(new QueueOptions { Name = "newer" })])
            {
                var told = await Assert.ThrowsAsync<IncompatibleJournalException>(() => call().Soon());
                Assert.Contains("commit.9", told.Message, StringComparison.Ordinal);
                Assert.Equal("newer", told.Failure.Queue);
            }

            await second.Gaffer.InsertAsync("other", "more").Soon();
            Assert.Equal(2, (await second.Gaffer.GetInfoAsync("other").Soon()).Available.Count);
            await second.Gaffer.CreateQueueAsync(new QueueOptions { Name = "third" }).Soon();
        }

        var refused = await Assert.ThrowsAsync<IncompatibleJournalException>(() => OwnNode.StartAsync(g => g.UseSqlite(_file.Path).AddQueue("newer")));
        Assert.Contains("commit.9", refused.Message, StringComparison.Ordinal);
    }

    private Task<OwnNode> StartAsync(OwnFile file, params (string, string)[] settings) => OwnNode.StartAsync(g => g.UseSqlite(file.Path).UseTimeProvider(_time), settings);

    private static async Task<List<Job>> ListAsync(IGaffer gaffer) => [.. (await gaffer.ListPageAsync("jobs", JobFilter.All, 1000).Soon()).Jobs];

    // All of the queue but the job that ran at the moment of the crash.
    private static async Task<string> PictureAsync(IGaffer gaffer, JobId but) =>
        Dump.Of((object[])[await gaffer.GetQueueAsync("jobs").Soon(), (await ListAsync(gaffer)).Where(j => j.Id != but), (await gaffer.ListPageAsync("target", JobFilter.All).Soon()).Jobs]);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var deadline = DateTime.UtcNow + Patience.Longest;
        while (!await holds().Soon()) Assert.True(DateTime.UtcNow < deadline, "It did not come to that in time.");
    }
}
