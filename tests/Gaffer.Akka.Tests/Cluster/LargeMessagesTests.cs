using System.Text;
using Gaffer.Tests.Spec;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>Remoting drops what exceeds its frame, without a word. So nothing that a queue says to another node may be larger.</summary>
[Collection(SeveralNodes.Name)]
public sealed class LargeMessagesTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Settings = "gaffer { role = hosts, client.timeout = 8s }\n";
    private const int Large = 1_000_000;

    private readonly ClusterKit _kit = new(output);
    private readonly HeldWorker _worker = new();
    private KitNode _other = null!;

    private IGaffer Gaffer => _other.Gaffer;

    public async Task InitializeAsync()
    {
        await _kit.StartAsync(g => g.AddQueue("archive", o => o with { MaxPayloadBytes = 8_000_000 }).AddQueue("jobs", o => o with { MaxWorkers = 100, MaxPayloadBytes = 8_000_000, OnFailed = "archive", Backoff = Backoff.Fixed(TimeSpan.Zero) }), "hosts", Settings);
        _other = await _kit.StartAsync(_ => { }, hocon: Settings);
    }

    public Task DisposeAsync() => _kit.DisposeAsync().AsTask();

    [PostgresFact]
    public async Task Many_large_jobs_go_to_and_fro()
    {
        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Gaffer.InsertAsync(new InsertJob("jobs", new byte[Large], ContentType: "x/y")))).Soon();

        Assert.Equal(24, await CountAsync(JobFilter.All));
        Assert.Equal(24, await CountAsync(new JobFilter { Kind = JobWorker.DefaultKind }));
        await Gaffer.ServeAsync("jobs", [JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.CompleteWithJson(Json(Large))))]).Soon();
        Assert.True((await Gaffer.FlushAsync("jobs", Patience.Longest).Soon()).Flushed);
        Assert.Equal(24, await CountAsync(new JobFilter { State = JobState.Completed }));
        await foreach (var job in Gaffer.ListAsync("jobs")) Assert.Equal((1, Large, Large), (job.Attempt + job.History.Length - 1, job.Payload.Length, job.ResultJson!.Value.Length));
    }

    [PostgresFact]
    public async Task A_large_insert_of_many_is_answered_even_if_its_jobs_have_grown()
    {
        InsertJob[] jobs = [.. Enumerable.Range(0, 3500).Select(n => new InsertJob("jobs", new byte[900], new JobOptions { Id = JobId.New(), Kind = "small" }, "x/y"))];
        await Gaffer.InsertManyAsync("jobs", jobs).Soon();
        await Gaffer.ServeAsync("jobs", [JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.CompleteWithJson(Json(1000))), "small")]).Soon();
        Assert.True((await Gaffer.FlushAsync("jobs", Patience.Longest).Soon()).Flushed);

        var again = await Gaffer.InsertManyAsync("jobs", jobs).Soon();

        Assert.Equal(3500, again.Jobs.Length);
        Assert.All(again.Jobs, r => Assert.True(r.IsDuplicate && r.Job.State == JobState.Completed));
    }

    [PostgresFact]
    public async Task A_result_that_does_not_fit_beside_its_payload_fails_the_attempt_and_says_so()
    {
        await Gaffer.ServeAsync("jobs", [JobWorker.FromDelegate((job, _) => Task.FromResult(JobResult.CompleteWithJson(Json(job.AttemptNumber == 1 ? Large : 400_000))))]).Soon();
        var id = (await Gaffer.InsertAsync(new InsertJob("jobs", new byte[3_500_000], ContentType: "x/y")).Soon()).Job.Id;
        Assert.True((await Gaffer.FlushAsync("jobs", Patience.Longest).Soon()).Flushed);

        var job = await Gaffer.GetJobAsync("jobs", id).Soon();

        Assert.Equal((JobState.Completed, 400_000), (job.State, job.ResultJson!.Value.Length));
        Assert.Equal(JobErrorKind.Serialization, Assert.Single(job.Errors).Error.Kind);
        Assert.Contains("gaffer.client.max-message-size", job.Errors[0].Error.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_payload_that_leaves_no_room_for_the_rest_of_its_job_is_refused()
    {
        var e = await Assert.ThrowsAsync<PayloadTooLargeException>(() => Gaffer.InsertAsync(new InsertJob("jobs", new byte[3_990_000], ContentType: "x/y")));
        var reason = await Assert.ThrowsAsync<GafferException>(() => Gaffer.CancelAsync("jobs", JobId.New(), new string('x', 5_000_000)));

        Assert.Contains("gaffer.client.max-message-size", e.Message, StringComparison.Ordinal);
        Assert.Equal(GafferError.InvalidRequest, reason.Failure.Error);
    }

    [PostgresFact]
    public async Task A_job_that_failed_often_and_at_length_is_told_and_forwarded()
    {
        await Gaffer.ServeAsync("jobs", [JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.FailWith(new string('ü', 8000), new string('ö', 4000))))]).Soon();
        var id = (await Gaffer.InsertAsync(new InsertJob("jobs", Json(3_600_000), new JobOptions { MaxAttempts = 25 })).Soon()).Job.Id;
        await ClusterKit.UntilAsync(async () => (await Gaffer.GetJobAsync("jobs", id)).State == JobState.Failed, "it has failed");

        var job = await Gaffer.GetJobAsync("jobs", id).Soon();
        Assert.Equal((25, 20), (job.Attempt, job.Errors.Count));
        Assert.All(job.Errors, e => Assert.StartsWith("üü", e.Error.Message, StringComparison.Ordinal));
        await ClusterKit.UntilAsync(async () => (await Gaffer.GetInfoAsync("archive")).Available.Count == 1, "it is forwarded");
        var archived = Assert.Single((await Gaffer.ListPageAsync("archive", JobFilter.All).Soon()).Jobs).PayloadAs<ForwardedJob>()!;
        Assert.Equal((id, 20, 3_599_998), (archived.SourceId, archived.Errors.Length, archived.Payload!.Value.GetString()!.Length));
    }

    [PostgresFact]
    public async Task Many_refusals_are_all_told()
    {
        // Not in the context of the test, which starts a thread for each continuation.
        await Task.Run(() => Task.WhenAll(Enumerable.Range(0, 12_000).Select(_ => Assert.ThrowsAsync<UnknownQueueException>(() => Gaffer.PauseAsync("nowhere-" + new string('x', 110)))))).Soon();
    }

    private async Task<int> CountAsync(JobFilter filter)
    {
        var count = 0;
        await foreach (var job in Gaffer.ListAsync("jobs", filter)) count++;
        return count;
    }

    /// <summary>A JSON text of so many bytes.</summary>
    private static byte[] Json(int bytes) => Encoding.UTF8.GetBytes($"\"{new string('j', bytes - 2)}\"");
}
