using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The command of the README as a process of its own, and its dashboard as a browser asks it.</summary>
public sealed class DemoProcessTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task Its_dashboard_counts_the_files_follows_the_folder_and_refuses_strangers()
    {
        if (OperatingSystem.IsWindows()) return;
        for (var i = 0; i < 40; i++) _folder.Write($"{i % 4}/{i}.txt", $"{i}\n");
        using var demo = Start("--follow");
        var errors = demo.StandardError.ReadToEndAsync();
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri(await LineAsync(demo, "Dashboard: ") + "/") };
            var rest = demo.StandardOutput.ReadToEndAsync();
            Assert.Contains("<title>Gaffer</title>", await http.GetStringAsync(new Uri("", UriKind.Relative)), StringComparison.Ordinal);
            await UntilAsync(async () => await CompletedAsync(http) == 40);
            using var overview = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/overview", UriKind.Relative)));
            Assert.Contains("files", overview.RootElement.GetProperty("queues").EnumerateArray().Select(queue => queue.GetProperty("name").GetString()));

            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, HttpMethod.Get, "api/overview", message => message.Headers.Host = "evil.example"));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, HttpMethod.Get, "api/overview", message => message.Headers.Add("X-Forwarded-For", "10.0.0.1")));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, HttpMethod.Post, "api/queues/files/pause", message => message.Headers.Add("Origin", "https://evil.example")));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Post, "api/queues/files/pause", static _ => { }));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Post, "api/queues/files/resume", static _ => { }));

            _folder.Write("new.txt", "new\n");
            await UntilAsync(async () => await CompletedAsync(http) == 41);
            demo.Interrupt();
            await demo.WaitForExitAsync().WaitAsync(Long);
            var output = await rest;
            Assert.True(demo.ExitCode == ExitCode.Done, $"{demo.ExitCode}: {output}{await errors}");
            Assert.Matches("(?m)^Files counted: +41$", output);
            Assert.Matches("(?m)^New or changed: +1 since the count$", output);
        }
        finally
        {
            if (!demo.HasExited) demo.Kill();
        }
    }

    [Theory]
    [InlineData("checks")]
    [InlineData("rounds")]
    public async Task Deleting_what_follows_the_folder_on_its_dashboard_is_a_good_end(string queue)
    {
        _folder.Write("a.txt", "a\n");
        using var demo = Start("--follow");
        var errors = demo.StandardError.ReadToEndAsync();
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri(await LineAsync(demo, "Dashboard: ") + "/") };
            await LineAsync(demo, "Following the folder");
            var rest = demo.StandardOutput.ReadToEndAsync();
            await UntilAsync(async () => await StatusAsync(http, HttpMethod.Get, "api/queues/rounds", static _ => { }) == HttpStatusCode.OK);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Delete, $"api/queues/{queue}?mode=purge", static _ => { }));
            await demo.WaitForExitAsync().WaitAsync(Long);
            Assert.True(demo.ExitCode == ExitCode.Done, $"{demo.ExitCode}: {await rest}{await errors}");
            Assert.Matches($"(?m)^The folder is not followed any more: .*{queue}", await rest);
            Assert.Matches("(?m)^Checks: +[0-9]+ done, 0 failed$", await rest);
        }
        finally
        {
            if (!demo.HasExited) demo.Kill();
        }
    }

    [Fact]
    public async Task Deleting_the_queue_of_the_files_while_the_folder_is_followed_ends_it_with_a_sentence()
    {
        _folder.Write("a.txt", "a\n");
        using var demo = Start("--follow");
        var errors = demo.StandardError.ReadToEndAsync();
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri(await LineAsync(demo, "Dashboard: ") + "/") };
            await LineAsync(demo, "Following the folder");
            var rest = demo.StandardOutput.ReadToEndAsync();
            await UntilAsync(async () => await StatusAsync(http, HttpMethod.Get, "api/queues/rounds", static _ => { }) == HttpStatusCode.OK);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Delete, "api/queues/files?mode=purge", static _ => { }));
            await demo.WaitForExitAsync().WaitAsync(Long);
            Assert.True(demo.ExitCode == ExitCode.Done, $"{demo.ExitCode}: {await rest}{await errors}");
            Assert.Matches("(?m)^The folder is not followed any more: .*files", await rest);
            Assert.Matches("(?m)^There is no new summary: .*files", await rest);
            Assert.DoesNotContain("error: ", await errors, StringComparison.Ordinal);
        }
        finally
        {
            if (!demo.HasExited) demo.Kill();
        }
    }

    [Fact]
    public async Task Where_nobody_looks_on_it_ends_by_itself_and_says_where_its_dashboard_was()
    {
        _folder.Write("a.txt", "a\n");
        using var demo = Start();
        var errors = demo.StandardError.ReadToEndAsync();
        var output = demo.StandardOutput.ReadToEndAsync();
        await demo.WaitForExitAsync().WaitAsync(Long);
        Assert.True(demo.ExitCode == ExitCode.Done, $"{demo.ExitCode}: {await output}{await errors}");
        Assert.Matches("(?m)^Dashboard: http://127[.]0[.]0[.]1:[0-9]+/gaffer$", await output);
        Assert.Matches("(?m)^Files counted: +1$", await output);
        Assert.DoesNotContain('\e', await output);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _data.Dispose();
    }

    /// <summary>With the words of the README, in the folder.</summary>
    private Process Start(params string[] more)
    {
        var words = ReadmeTests.Between("README.md", "<!-- command:demo -->", "```").Single().Split(" -- ")[1].Split(' ');
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(DemoCommand).Assembly.Location, .. words, .. more])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = _folder.Path,
        };
        start.Environment["XDG_DATA_HOME"] = _data.Path;
        return Signals.Start(start);
    }

    /// <summary>The rest of the first line with that begin.</summary>
    private static async Task<string> LineAsync(Process process, string begin)
    {
        using var patience = new CancellationTokenSource(Long);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(begin, StringComparison.Ordinal)) return line[begin.Length..];
        }

        throw new InvalidOperationException($"It ended without a line '{begin}'.");
    }

    private static async Task<long> CompletedAsync(HttpClient http)
    {
        using var queue = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/queues/files", UriKind.Relative)));
        return queue.RootElement.GetProperty("counts").GetProperty("completed").GetInt64();
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, HttpMethod method, string path, Action<HttpRequestMessage> change)
    {
        using var message = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Headers = { { "X-Gaffer", "1" } } };
        change(message);
        using var answer = await http.SendAsync(message);
        return answer.StatusCode;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Long);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await isSo()) await timer.WaitForNextTickAsync(patience.Token);
    }
}
