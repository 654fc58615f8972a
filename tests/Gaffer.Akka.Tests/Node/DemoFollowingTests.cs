using Gaffer.Node;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Rounds over a folder that changes.</summary>
public sealed class DemoFollowingTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _data = new();
    private readonly IHost _host;
    private readonly IGaffer _gaffer;
    private DemoRun? _run;

    public DemoFollowingTests()
    {
        _host = DemoHost.Build(Settings, new PlainView(TextWriter.Null, TimeProvider.System));
        _gaffer = _host.Services.GetRequiredService<IGaffer>();
    }

    private DemoSettings Settings => new(_folder.Path, Path.Join(_data.Path, "demo.db"), Workers: 4);

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _folder.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task A_new_file_and_a_changed_one_are_read_once_each_and_counted_by_their_paths()
    {
        _folder.Write("same.txt", "same");
        var changed = _folder.Write("changed.txt", "one");
        var counted = await CountAsync();
        await FollowAsync();

        _folder.Write("new/folder/new.txt", "new");
        File.AppendAllText(changed, "\ntwo");
        await UntilAsync(async () => (await FollowProgress.ReadAsync(_gaffer, counted.Contents, CancellationToken.None)).Changes == 2);
        await RoundsAsync(2);

        var summary = await DemoSummary.ReadAsync(_gaffer, counted, FollowProgress.None, CancellationToken.None);
        Assert.Equal((3, 4, 2), (summary.Files, summary.Contents, summary.Followed!.Changes));
        Assert.Equal((3, 4 + 7 + 3), (summary.Folders, summary.Bytes));
        Assert.Equal(0, (await _gaffer.GetInfoAsync(DemoQueues.Checks)).Failed.Count);
    }

    [Fact]
    public async Task A_file_whose_content_changed_behind_its_time_fails_its_check()
    {
        var path = _folder.Write("a.bin", "good");
        _folder.Write("b.bin", "good");
        await CountAsync();
        var time = File.GetLastWriteTimeUtc(path);
        _folder.Write("a.bin", "evil");
        File.SetLastWriteTimeUtc(path, time);
        await FollowAsync();

        await UntilAsync(async () => (await _gaffer.GetInfoAsync(DemoQueues.Checks)).Totals is { Failed: > 0, Completed: > 0 });
        var failed = (await _gaffer.ListPageAsync(DemoQueues.Checks, new JobFilter { State = JobState.Failed }, 1)).Jobs[0];
        Assert.Equal("a.bin", failed.PayloadAs<CheckTask>()!.Path);
        Assert.StartsWith("a.bin has another content", failed.Errors[0].Error.Message, StringComparison.Ordinal);
        Assert.Empty((await DemoSummary.ReadAsync(_gaffer, new DemoMeter(TimeProvider.System), CancellationToken.None)).Unreadable);
    }

    [Fact]
    public async Task What_could_not_be_read_is_one_dead_letter_however_many_rounds_there_are()
    {
        if (OperatingSystem.IsWindows()) return;
        _folder.Pipe("pipe");
        await CountAsync();
        await FollowAsync();
        await RoundsAsync(3);
        Assert.Equal(1, (await _gaffer.GetInfoAsync(DemoQueues.Unreadable)).Available.Count);
    }

    private async Task<DemoSummary> CountAsync()
    {
        var run = await DemoRun.StartAsync(_gaffer, _folder.Path, CancellationToken.None);
        var meter = _host.Services.GetRequiredService<DemoMeter>();
        await UntilAsync(async () => (await DemoProgress.ReadAsync(_gaffer, meter, CancellationToken.None)).IsOver);
        await run.EndAsync(_gaffer, CancellationToken.None);
        _run = run;
        return await DemoSummary.ReadAsync(_gaffer, meter, CancellationToken.None);
    }

    private Task FollowAsync() => DemoFollowing.StartAsync(_gaffer, _run!, Settings, CancellationToken.None);

    /// <summary>Until so many rounds have listed the folder, and their checks are done.</summary>
    private Task RoundsAsync(int most) => UntilAsync(async () =>
    {
        var rounds = new HashSet<long>();
        await foreach (var job in _gaffer.ListAsync(DemoQueues.Rounds, new JobFilter { Kind = FolderWorker.Kind, State = JobState.Completed })) rounds.Add(job.PayloadAs<FolderTask>()!.Round!.Number);
        var checks = await _gaffer.GetInfoAsync(DemoQueues.Checks);
        return rounds.Count >= most && checks.Available.Count + checks.Executing.Count == 0;
    });

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Long);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await isSo()) await timer.WaitForNextTickAsync(patience.Token);
    }
}

/// <summary>How long a round is.</summary>
public class RoundTests
{
    [Fact]
    public void A_round_over_few_files_is_short_and_one_over_many_leaves_the_machine_in_peace()
    {
        Assert.Equal(Round.Shortest, Round.Of(1, 0).Length);
        Assert.Equal(Round.Shortest, Round.Of(1, 1_000).Length);
        Assert.Equal(TimeSpan.FromSeconds(500), Round.Of(1, 100_000).Length);
    }

    [Fact]
    public void Its_checks_are_spread_over_all_of_it_each_at_a_moment_of_its_own()
    {
        var round = Round.Of(1, 0);
        TimeSpan[] delays = [.. Enumerable.Range(0, 1_000).Select(_ => round.DelayOf(new JobId(Guid.NewGuid())))];
        Assert.InRange(delays.Min(), TimeSpan.Zero, round.Length / 10);
        Assert.InRange(delays.Max(), round.Length * 0.9, round.Length);
        var id = JobId.New();
        Assert.Equal(round.DelayOf(id), round.DelayOf(id));
    }
}
