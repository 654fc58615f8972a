using System.Net;
using System.Net.Sockets;
using Gaffer.Node;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The whole demo, with its queues in a SQLite file.</summary>
public sealed class DemoCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _data = new();
    private readonly StringWriter _output = new();

    private DemoSettings Settings => new(_folder.Path, Path.Join(_data.Path, "demo.db"), Workers: 4);

    [Fact]
    public async Task Each_file_is_counted_and_each_start_after_a_finished_run_counts_afresh()
    {
        for (var i = 0; i < 50; i++) _folder.Write($"{i % 5}/{i}.txt", $"{i}\n");
        Assert.Equal(ExitCode.Done, await RunAsync());
        Assert.Equal("50", Summary("Files counted"));
        Assert.Equal("6", Summary("Folders"));

        _folder.Write("new.txt", "new\n");
        Assert.Equal(ExitCode.Done, await RunAsync());
        Assert.Equal("51", Summary("Files counted"));
        Assert.Equal("51 in 51 text files", Summary("Lines"));
    }

    [Fact]
    public async Task What_cannot_be_read_ends_as_a_dead_letter_with_its_reason()
    {
        if (OperatingSystem.IsWindows()) return;
        _folder.Write("good.txt", "good");
        _folder.Pipe("pipe");
        Assert.Equal(ExitCode.Done, await RunAsync());
        Assert.Equal("1", Summary("Files counted"));
        Assert.Equal("1", Summary("Unreadable"));
        Assert.Contains("  pipe: a pipe, not a file (5 attempts)", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_summary_was_not_shown_is_gone_on_with()
    {
        for (var i = 0; i < 20; i++) _folder.Write($"{i}.txt", $"{i}\n");
        using (var host = DemoHost.Build(Settings, new PlainView(_output, TimeProvider.System)))
        {
            await host.StartAsync();
            Assert.False((await DemoRun.StartAsync(host.Services.GetRequiredService<IGaffer>(), _folder.Path, CancellationToken.None)).IsResumed);
            await host.StopAsync();
        }

        Assert.Equal(ExitCode.Done, await RunAsync());
        Assert.Contains("Going on with the run that was interrupted", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal("20", Summary("Files counted"));
    }

    [Fact]
    public async Task A_job_that_names_another_folder_fails_at_once_and_tells_nothing_of_it()
    {
        using var other = new TemporaryFolder();
        other.Write("secret", "secret");
        using var host = DemoHost.Build(Settings, new PlainView(_output, TimeProvider.System));
        await host.StartAsync();
        var gaffer = host.Services.GetRequiredService<IGaffer>();
        await DemoRun.StartAsync(gaffer, _folder.Path, CancellationToken.None);
        var file = (await gaffer.InsertAsync(DemoQueues.Files, new FileTask(other.Path, "secret"), new JobOptions { Kind = FileWorker.Kind })).Job.Id;
        var folder = (await gaffer.InsertAsync(DemoQueues.Folders, new FolderTask(Guid.NewGuid(), other.Path, ""), new JobOptions { Kind = FolderWorker.Kind })).Job.Id;
        await gaffer.FlushAsync(DemoQueues.Folders);
        await gaffer.FlushAsync(DemoQueues.Files);
        foreach (var job in (Job[])[await gaffer.GetJobAsync(DemoQueues.Files, file), await gaffer.GetJobAsync(DemoQueues.Folders, folder)])
        {
            Assert.Equal((JobState.Failed, 1, DemoText.Outside), (job.State, job.Attempt, job.Errors.Single().Error.Message));
        }

        Assert.Equal(0, (await gaffer.GetInfoAsync(DemoQueues.Files)).Completed.Count);
        await host.StopAsync();
    }

    [Fact]
    public async Task An_unfinished_run_over_another_folder_is_left_alone()
    {
        using (var host = DemoHost.Build(Settings, new PlainView(_output, TimeProvider.System)))
        {
            await host.StartAsync();
            var gaffer = host.Services.GetRequiredService<IGaffer>();
            await gaffer.InsertAsync(DemoQueues.Runs, new RunTask("/other"));
            await gaffer.InsertAsync(DemoQueues.Files, new FileTask("/other", "a.txt"), new JobOptions { Kind = FileWorker.Kind });
            await host.StopAsync();
        }

        Assert.Contains("/other", (await Assert.ThrowsAsync<DemoException>(() => RunAsync())).Message, StringComparison.Ordinal);
        using var after = DemoHost.Build(Settings, new PlainView(_output, TimeProvider.System));
        await after.StartAsync();
        Assert.Equal(1, (await after.Services.GetRequiredService<IGaffer>().GetInfoAsync(DemoQueues.Files)).Available.Count);
        await after.StopAsync();
    }

    [Fact]
    public async Task What_following_left_behind_when_it_was_killed_neither_runs_nor_counts_again()
    {
        for (var i = 0; i < 20; i++) _folder.Write($"{i}.txt", $"{i}\n");
        using (var host = DemoHost.Build(Settings, new PlainView(_output, TimeProvider.System)))
        {
            await host.StartAsync();
            var gaffer = host.Services.GetRequiredService<IGaffer>();
            var run = await DemoRun.StartAsync(gaffer, _folder.Path, CancellationToken.None);
            await gaffer.FlushAsync(DemoQueues.Folders);
            await gaffer.FlushAsync(DemoQueues.Files);
            await run.EndAsync(gaffer, CancellationToken.None);
            await DemoFollowing.StartAsync(gaffer, run, CancellationToken.None);
            await host.StopAsync();
        }

        _folder.Write("0.txt", "another\n");
        Assert.Equal(ExitCode.Done, await RunAsync());
        Assert.Equal("20", Summary("Files counted"));
        using var after = DemoHost.Build(Settings, new PlainView(_output, TimeProvider.System));
        await after.StartAsync();
        var queues = new List<string>();
        await foreach (var queue in after.Services.GetRequiredService<IGaffer>().ListQueuesAsync()) queues.Add(queue.Name.Value);
        await after.StopAsync();
        Assert.Equal(["files", "folders", "runs", "unreadable"], queues.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_no_obstacle_unless_it_was_asked_for()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.Equal(ExitCode.Done, await RunAsync(Settings with { Dashboard = new DemoDashboard(port, IsNamed: false) }));
        Assert.Matches("(?m)^Dashboard: http://127[.]0[.]0[.]1:[0-9]+/gaffer$", _output.ToString());
        Assert.DoesNotContain($":{port}/", _output.ToString(), StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<DemoException>(() => RunAsync(Settings with { Dashboard = new DemoDashboard(port, IsNamed: true) }));
        Assert.Contains($"port {port}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_folder_works()
    {
        Assert.Equal(ExitCode.Done, await RunAsync());
        Assert.Equal("0", Summary("Files counted"));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _data.Dispose();
        _output.Dispose();
    }

    private Task<int> RunAsync(DemoSettings? settings = null) => DemoCommand.RunAsync(settings ?? Settings, new PlainView(_output, TimeProvider.System));

    /// <summary>What the newest summary says.</summary>
    private string Summary(string name) =>
        _output.ToString().Split('\n').Last(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();
}
