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
        var read = await FollowAsync();

        _folder.Write("new/folder/new.txt", "new");
        File.AppendAllText(changed, "\ntwo");
        await UntilAsync(async () => (await FollowProgress.ReadAsync(_gaffer, read, CancellationToken.None)).Changes == 2);
        await UntilAsync(async () => (await _gaffer.GetInfoAsync(DemoQueues.Files)).Completed.Count == 3);           // that of the first content is deleted

        var summary = await DemoSummary.ReadAsync(_gaffer, Watch, counted, FollowProgress.None, CancellationToken.None);
        Assert.Equal((3, 3, 4 + 7 + 3), (summary.Files, summary.Folders, summary.Bytes));
        Assert.Equal(0, (await _gaffer.GetInfoAsync(DemoQueues.Checks)).Failed.Count);
    }

    [Fact]
    public async Task A_file_that_is_renamed_is_counted_once_and_one_that_is_gone_not_at_all()
    {
        var gone = _folder.Write("gone/gone.txt", "gone");
        var old = _folder.Write("old.txt", "content");
        var counted = await CountAsync();
        await FollowAsync();
        await LooksAsync(1);
        File.Move(old, Path.Join(_folder.Path, "renamed.txt"));
        Directory.Delete(Path.GetDirectoryName(gone)!, recursive: true);
        await UntilAsync(async () => Watch.Last!.Folders == 1 && await PathsAsync() is ["renamed.txt"]);
        var summary = await DemoSummary.ReadAsync(_gaffer, Watch, counted, FollowProgress.None, CancellationToken.None);
        Assert.Equal((1, 1, 7, 0), (summary.Files, summary.Folders, summary.Bytes, summary.Unreadable.Count));

        File.Move(Path.Join(_folder.Path, "renamed.txt"), old);
        await UntilAsync(async () => await PathsAsync() is ["old.txt"]);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_listed_for_a_while_keeps_what_is_known_of_it()
    {
        _folder.Write("a/b.txt", "b");
        await CountAsync();
        await FollowAsync();
        await LooksAsync(1);
        var away = _folder.Path + "-away";
        Directory.Move(_folder.Path, away);
        await UntilAsync(() => Task.FromResult(Watch.Last!.Unlisted.Count == 1));
        await LooksAsync(2);
        Directory.Move(away, _folder.Path);
        Assert.Equal([Path.Join("a", "b.txt")], await PathsAsync());
    }

    [Fact]
    public async Task What_goes_before_it_is_read_is_cancelled_when_the_folder_is_followed()
    {
        await CountAsync();
        await FollowAsync();
        await LooksAsync(1);
        var file = (await _gaffer.InsertAsync(DemoQueues.Files, new FileTask(_folder.Path, "gone.txt"), new JobOptions { Kind = FileWorker.Kind })).Job.Id;
        var folder = (await _gaffer.InsertAsync(DemoQueues.Folders, new FolderTask(_run!.Id.Value, _folder.Path, "gone"), new JobOptions { Kind = FolderWorker.Kind })).Job.Id;
        await _gaffer.FlushAsync(DemoQueues.Files);
        await _gaffer.FlushAsync(DemoQueues.Folders);
        Assert.Equal(JobState.Cancelled, (await _gaffer.GetJobAsync(DemoQueues.Files, file)).State);
        Assert.Equal(JobState.Cancelled, (await _gaffer.GetJobAsync(DemoQueues.Folders, folder)).State);
    }

    [Fact]
    public async Task It_is_over_when_its_job_is_gone_and_counts_nothing_below_zero()
    {
        _folder.Write("a.txt", "a");
        await CountAsync();
        var read = await FollowAsync();
        await LooksAsync(1);
        await _gaffer.PruneAsync(DemoQueues.Files);
        Assert.Equal(FollowProgress.None, await ProgressAsync() with { Checks = 0 });
        await foreach (var job in _gaffer.ListAsync(DemoQueues.Rounds)) await _gaffer.DeleteAsync(DemoQueues.Rounds, job.Id);
        Assert.True((await ProgressAsync()).IsOver);

        Task<FollowProgress> ProgressAsync() => FollowProgress.ReadAsync(_gaffer, read, CancellationToken.None);
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
        await LooksAsync(3);
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

    private Task<long> FollowAsync() => DemoFollowing.StartAsync(_gaffer, _run!, CancellationToken.None);

    private FolderWatch Watch => _host.Services.GetRequiredService<FolderWatch>();

    /// <summary>Until the folder was looked at so often.</summary>
    private Task LooksAsync(int most)
    {
        var looks = new HashSet<FolderTree>(ReferenceEqualityComparer.Instance);
        return UntilAsync(() => Task.FromResult(Watch.Last is { } last && looks.Add(last) && looks.Count >= most));
    }

    /// <summary>The files whose content is known.</summary>
    private async Task<List<string>> PathsAsync()
    {
        var paths = new List<string>();
        await foreach (var job in _gaffer.ListAsync(DemoQueues.Files, new JobFilter { State = JobState.Completed })) paths.Add(job.PayloadAs<FileTask>()!.Path);
        return paths;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Long);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await isSo()) await timer.WaitForNextTickAsync(patience.Token);
    }
}

/// <summary>How much is checked.</summary>
public class CheckPaceTests
{
    private readonly CheckPace _pace = new();

    [Fact]
    public void Of_small_files_there_are_so_many_in_a_second()
    {
        Assert.Equal(0, Taken(1));
        _pace.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(5 * CheckPace.FilesPerSecond, Taken(1));
        _pace.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(CheckPace.FilesPerSecond, Taken(1));
    }

    [Fact]
    public void A_large_file_is_paid_back_before_the_next()
    {
        _pace.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(1, Taken(10_000_000_000));
        _pace.Pass(TimeSpan.FromSeconds(490));
        Assert.Equal(0, Taken(1));
        _pace.Pass(TimeSpan.FromSeconds(10));
        Assert.NotEqual(0, Taken(1));
    }

    [Fact]
    public void What_was_not_used_is_lost()
    {
        for (var i = 0; i < 100; i++) _pace.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(5, Taken(20_000_000));
    }

    private int Taken(long bytes)
    {
        var files = 0;
        while (_pace.TryTake(bytes)) files++;
        return files;
    }
}
