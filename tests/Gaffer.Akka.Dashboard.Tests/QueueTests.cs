using System.Collections.Immutable;
using System.Text.Json;
using Xunit;

namespace Gaffer.Dashboard.Tests;

public sealed class QueueTests
{
    public static TheoryData<int> Samples => [.. Enumerable.Range(0, Options.Length)];

    private static readonly QueueOptions[] Options =
    [
        new() { Name = "q" },
        new()
        {
            Name = "q", MaxWorkers = WorkerLimit.Unlimited, GlobalMaxWorkers = 7, Partitions = 3, Limits = ["a", "b"], PollInterval = TimeSpan.FromMilliseconds(1500), MaxAttempts = 9,
            Timeout = Timeout.InfiniteTimeSpan, Backoff = Backoff.Schedule(TimeSpan.Zero, TimeSpan.FromTicks(15), TimeSpan.FromHours(36)), Priority = -4,
            ShutdownTimeout = TimeSpan.FromSeconds(61), OnFailed = "dead", OnCompleted = "done", OnCancelled = "gone", Prune = PruneOptions.Never, ChainPolicy = ChainPolicy.SkipOnRetry,
            MaxSnoozes = 3, MaxPayloadBytes = 1, MaxJobs = 5, KeepLog = true, Storage = "audit",
        },
        new()
        {
            Name = "q", PollInterval = Timeout.InfiniteTimeSpan, Backoff = Backoff.Exponential(TimeSpan.FromSeconds(1), 1.5, TimeSpan.FromDays(2), 0.25),
            Prune = new PruneOptions { AllowNonTerminal = true, DefaultAge = TimeSpan.FromDays(1), MaxAge = ImmutableSortedDictionary<JobState, Age>.Empty.Add(JobState.Available, Age.Immediately) },
        },
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Options_are_read_back_as_they_were_written(int sample)
    {
        var options = Options[sample];
        var problems = new ConfigProblems();
        var others = new QueueOptions { Name = "q", Prune = PruneOptions.Never, MaxAttempts = 77 };
        Assert.Equal(options, QueueOptionsBinder.Binder.Bind(others, ConfigNode.From(OptionsText.Of(options)), problems));
        Assert.Empty(problems.All);
    }

    [Fact]
    public void Each_option_is_written() => Assert.Equal(
        QueueOptionsBinder.Binder.Keys.Except(["forward"]).Select(ConfigNode.From(JsonElement.Parse("{}")).Name).Order(), OptionsText.Of(Options[0]).EnumerateObject().Select(p => p.Name).Order());

    [Fact]
    public async Task A_change_leaves_what_it_does_not_name()
    {
        await using var host = await DashboardHost.StartAsync();
        var changed = await host.JsonAsync("PATCH", "queues/idle", """{"maxWorkers":3,"onFailed":"work","prune":{"interval":"2m"}}""");
        Assert.Equal(2, changed.GetProperty("version").GetInt32());
        var options = (await host.Gaffer.GetQueueAsync("idle")).Options;
        Assert.Equal((3, "work", TimeSpan.FromMinutes(2), 3), (options.MaxWorkers.Value, options.OnFailed?.Value, options.Prune.Interval, options.MaxAttempts));
        await host.JsonAsync("PATCH", "queues/idle", """{"onFailed":null}""");
        Assert.Null((await host.Gaffer.GetQueueAsync("idle")).Options.OnFailed);
    }

    [Fact]
    public async Task Pages_of_queues_are_by_name()
    {
        await using var host = await DashboardHost.StartAsync();
        for (var i = 0; i < 5; i++) await host.JsonAsync("POST", "queues", $$"""{"name":"q{{i}}"}""");
        var first = await host.JsonAsync("GET", "queues?limit=4");
        Assert.Equal(["idle", "q0", "q1", "q2"], Names(first));
        var second = await host.JsonAsync("GET", "queues?limit=4&after=" + first.GetProperty("next").GetString());
        Assert.Equal(["q3", "q4", "work"], Names(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Creating_a_queue_twice_changes_nothing()
    {
        await using var host = await DashboardHost.StartAsync();
        using var first = await host.SendAsync("POST", "queues", """{"name":"new","options":{"maxWorkers":2}}""");
        using var second = await host.SendAsync("POST", "queues", """{"name":"new","options":{"maxWorkers":5}}""");
        Assert.Equal((201, 200), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal("/gaffer/api/queues/new", first.Headers.Location?.ToString());
        Assert.Equal(2, (await host.Gaffer.GetQueueAsync("new")).Options.MaxWorkers.Value);
    }

    [Fact]
    public async Task A_queue_is_made_as_it_is_said()
    {
        await using var host = await DashboardHost.StartAsync();
        using var made = await host.SendAsync("PUT", "queues/new", """{"maxWorkers":2,"maxAttempts":9}""");
        using var changed = await host.SendAsync("PUT", "queues/new", """{"maxWorkers":5}""");
        Assert.Equal((201, 200), ((int)made.StatusCode, (int)changed.StatusCode));
        var options = (await host.Gaffer.GetQueueAsync("new")).Options;
        Assert.Equal((5, 3), (options.MaxWorkers.Value, options.MaxAttempts));
    }

    [Fact]
    public async Task A_flush_says_what_is_left()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.Gaffer.InsertAsync("idle", 1);
        await host.Gaffer.InsertAsync("idle", 2, new JobOptions { Delay = TimeSpan.FromHours(1) });
        var left = await host.JsonAsync("POST", "queues/idle/flush?timeout=0s");
        Assert.Equal((false, 1, 1), (left.GetProperty("flushed").GetBoolean(), left.GetProperty("available").GetInt32(), left.GetProperty("scheduled").GetInt32()));
    }

    [Fact]
    public async Task Pausing_draining_and_resuming()
    {
        await using var host = await DashboardHost.StartAsync();
        var job = (await host.Gaffer.InsertAsync("work", "wait")).Job;
        var drain = await host.JsonAsync("POST", "queues/work/drain?timeout=0s");
        Assert.False(drain.GetProperty("drained").GetBoolean());
        Assert.Equal(job.Id.ToString(), drain.GetProperty("stillRunning")[0].GetString());
        host.Open();
        Assert.True((await host.JsonAsync("POST", "queues/work/drain?timeout=30s")).GetProperty("drained").GetBoolean());
        Assert.False((await host.JsonAsync("POST", "queues/work/pause")).GetProperty("changed").GetBoolean());
        Assert.Equal("paused", (await host.JsonAsync("GET", "queues/work")).GetProperty("status").GetString());
        Assert.True((await host.JsonAsync("POST", "queues/work/resume")).GetProperty("changed").GetBoolean());
    }

    [Theory]
    [InlineData(GafferError.Overloaded, 429, "overloaded", true)]
    [InlineData(GafferError.QueueFull, 429, "queue-full", true)]
    [InlineData(GafferError.Unavailable, 503, "unavailable", true)]
    [InlineData(GafferError.Timeout, 504, "timeout", true)]
    [InlineData(GafferError.VersionConflict, 409, "version-conflict", false)]
    [InlineData(GafferError.Incompatible, 500, "incompatible", false)]
    public void Failures_have_their_status(GafferError error, int status, string code, bool again)
    {
        var problem = Problem.Of(new GafferFailure(error, "words", "q").ToException());
        Assert.Equal((status, code, "words", "q", again), (problem.Status, problem.Code, problem.Detail, problem.Queue, problem.RetryAfter is not null));
    }

    [Fact]
    public void Each_failure_has_a_status_and_inner_ones_say_nothing()
    {
        Assert.All(Enum.GetValues<GafferError>(), error => Assert.NotEqual("internal", Problem.Of(new GafferFailure(error, "words").ToException()).Code));
        Assert.DoesNotContain("secret", Problem.Of(new InvalidOperationException("secret")).ToString(), StringComparison.Ordinal);
    }

    private static string[] Names(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(q => q.GetProperty("name").GetString()!)];
}
