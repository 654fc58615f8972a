using System.Diagnostics;
using System.Net.Http.Json;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A node in a process of its own, which is killed while it runs a command.</summary>
public sealed class KilledNodeTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private readonly int _http = Loopback.FreePort();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Its_commands_end_with_it_and_all_that_they_started()
    {
        if (!OperatingSystem.IsLinux()) return;
        string pids = _folder.Pipe("pids"), leftPid = _folder.Pipe("left");
        var settings = _folder.Write("settings.json", $$"""
            {
              "Gaffer": { "Storage": { "Sqlite": "{{_folder.Path}}/jobs.db" } },
              "GafferNode": {
                "Port": {{Loopback.FreePort()}}, "HttpPort": {{_http}},
                "Workers": {
                  "daemons": { "Kind": "daemon", "Queue": "commands", "Command": { "Program": "/bin/sh", "Arguments": ["-c", "sleep 1000 > /dev/null 2>&1 & echo $! > {{leftPid}}"] } },
                  "commands": { "Command": { "Program": "/bin/sh", "Arguments": ["-c", "sleep 1000 & echo $$ $! > {{pids}}; wait"] } }
                }
              }
            }
            """);
        using var node = Start(settings);
        _ = node.StandardOutput.ReadToEndAsync();
        _ = node.StandardError.ReadToEndAsync();
        List<int> started = [];
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_http}/gaffer/api/queues/commands/") };
            http.DefaultRequestHeaders.Add("X-Gaffer", "1");
            await UntilAsync(async () => await AnswersAsync(http));
            await InsertAsync(http, "daemon");
            var left = Assert.Single(await NumbersAsync(leftPid));
            started.Add(left);
            await UntilAsync(async () => (await http.GetStringAsync(new Uri("jobs?state=completed", UriKind.Relative))).Contains("daemon", StringComparison.Ordinal));
            await InsertAsync(http, JobWorker.DefaultKind);
            var running = await NumbersAsync(pids);
            started.AddRange(running);
            Assert.Equal(2, running.Length);
            Assert.All(running, pid => Assert.True(CommandWorkerTests.IsRunning(pid)));

            node.Kill();
            await Task.WhenAll(running.Select(CommandWorkerTests.GoneAsync)).WaitAsync(Long);
            Assert.True(CommandWorkerTests.IsRunning(left), "What a command that had ended left behind is no business of the node.");
        }
        finally
        {
            node.Kill();
            foreach (var pid in started.Where(CommandWorkerTests.IsRunning)) Process.GetProcessById(pid).Kill();
        }
    }

    private static Process Start(string settings)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(RunHost).Assembly.Location, "run", "--settings", settings])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        return Process.Start(start)!;
    }

    private static async Task InsertAsync(HttpClient http, string kind)
    {
        using var answer = await http.PostAsJsonAsync(new Uri("jobs", UriKind.Relative), new { kind, payload = 1 });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("jobs", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<int[]> NumbersAsync(string pipe) =>
        [.. (await File.ReadAllTextAsync(pipe).WaitAsync(Long)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Long);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await isSo()) await timer.WaitForNextTickAsync(patience.Token);
    }
}
