using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Gaffer.Node;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Real processes.</summary>
public sealed class CommandWorkerTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_payload_is_its_input_and_its_output_is_the_result() =>
        Assert.Equal("\"HELLO\"", Text(await PerformAsync("tr a-z A-Z", Job("hello"))));

    [Fact]
    public async Task No_shell_sees_its_arguments()
    {
        var settings = new CommandSettings { Program = "/usr/bin/printf", Arguments = ["%s|", "$(id)", "; rm -rf /", "a b"] };
        Assert.Equal("$(id)|; rm -rf /|a b|", JsonText(await PerformAsync(settings, Job(""))));
    }

    [Fact]
    public async Task An_exit_code_for_a_retry_is_a_failed_attempt()
    {
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync("echo busy >&2; exit 75", Job("")));
        Assert.Equal(("sh ended with exit code 75: busy", false), (failed.Error.Message, failed.ForGood));
        Assert.False(Assert.IsType<JobResult.Failed>(await PerformAsync(Shell("exit 9") with { RetryExitCodes = [8, 9] }, Job(""))).ForGood);
    }

    [Fact]
    public async Task Any_other_is_a_failure_for_good_with_the_end_of_what_it_said()
    {
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync("i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done; exit 3", Job("")));
        Assert.True(failed.ForGood);
        Assert.StartsWith("sh ended with exit code 3: …", failed.Error.Message, StringComparison.Ordinal);
        Assert.EndsWith("line 2999", failed.Error.Message, StringComparison.Ordinal);
        Assert.True(failed.Error.Message.Length < 5000);
    }

    [Fact]
    public async Task Input_that_is_not_read_is_no_failure() => Assert.IsType<JobResult.Completed>(await PerformAsync("exit 0", Job(new string('x', 1_000_000))));

    [Fact]
    public async Task It_gets_few_variables_of_the_node_and_those_of_its_job()
    {
        Environment.SetEnvironmentVariable("TEST_PASSWORD", "secret");
        Environment.SetEnvironmentVariable("TEST_REGION", "eu");
        var settings = Shell("env") with { Environment = ImmutableSortedDictionary<string, string>.Empty.Add("MODE", "fast"), InheritVariables = ["TEST_REGION"] };
        var job = Job("");
        var variables = JsonText(await PerformAsync(settings, job)).Split('\n');
        Assert.DoesNotContain(variables, v => v.StartsWith("TEST_PASSWORD", StringComparison.Ordinal));
        Assert.Superset(new HashSet<string> { "MODE=fast", "TEST_REGION=eu", $"GAFFER_JOB_ID={job.Id}", "GAFFER_QUEUE=emails", "GAFFER_KIND=default", "GAFFER_ATTEMPT=1", "GAFFER_FENCING_TOKEN=0", "GAFFER_MAX_ATTEMPTS=3", "GAFFER_CONTENT_TYPE=application/json" }, variables.ToHashSet());
    }

    [Fact]
    public async Task A_time_out_ends_it_and_all_that_it_started()
    {
        var pids = _folder.Pipe("pids");
        using var stop = new CancellationTokenSource();
        var performing = Worker(Shell($"sleep 1000 & echo $$ $! > {pids}; wait")).PerformAsync(new JobContext(Job(""), null!), stop.Token);
        var all = (await File.ReadAllTextAsync(pids).WaitAsync(Long)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray();
        Assert.Equal(2, all.Length);
        Assert.All(all, pid => Assert.True(IsRunning(pid)));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => performing.WaitAsync(Long));
        await Task.WhenAll(all.Select(GoneAsync)).WaitAsync(Long);
    }

    [Fact]
    public async Task A_process_that_is_left_behind_does_not_hold_up_the_job()
    {
        var pids = Path.Join(_folder.Path, "pid");
        var result = await PerformAsync($"sleep 1000 & echo $! > {pids}; echo done").WaitAsync(Long);
        using var left = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(pids), null));
        left.Kill();
        Assert.Equal("done", JsonText(result));
    }

    [Fact]
    public async Task A_signal_of_the_terminal_to_the_node_does_not_reach_it()
    {
        if (!OperatingSystem.IsLinux()) return;
        var stat = JsonText(await PerformAsync("cat /proc/$$/stat")).Split(") ");
        var (own, state) = (stat[0].Split(' ')[0], stat[1].Split(' '));
        Assert.Equal((own, own), (state[2], state[3]));            // its group and its session are its own
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_is_tried_again()
    {
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(new CommandSettings { Program = _folder.Write("none", "") }, Job("")));
        Assert.Contains("could not be started", failed.Error.Message, StringComparison.Ordinal);
        Assert.False(failed.ForGood);
    }

    [Fact]
    public async Task The_shell_that_watches_is_there_before_the_command()
    {
        if (!OperatingSystem.IsLinux()) return;
        var shells = 0;
        var watch = new CommandWatch(NullLogger.Instance, () =>
        {
            shells++;
            return CommandWatch.StartShell();
        });
        var settings = Shell("exit 0") with { WorkingDirectory = Path.Join(_folder.Path, "none") };
        Assert.IsType<JobResult.Failed>(await PerformAsync(settings, Job(""), watch));
        Assert.Equal(1, shells);
    }

    [Fact]
    public async Task A_command_succeeds_without_the_shell_that_watches_it_which_is_said_once()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var log = new LogProbe();
        var watch = new CommandWatch(log.CreateLogger("Gaffer.Node"), static () => throw new Win32Exception(11, "Resource temporarily unavailable."));
        for (var i = 0; i < 3; i++) Assert.Equal("done", JsonText(await PerformAsync(Shell("echo done"), Job(""), watch)));
        var entry = Assert.Single(log.Entries);
        Assert.Equal((LogLevel.Warning, "Resource temporarily unavailable."), (entry.Level, entry["Reason"]));
    }

    [Fact]
    public async Task A_command_that_cannot_be_watched_for_another_reason_does_not_go_on_beside_its_next_attempt()
    {
        if (!OperatingSystem.IsLinux()) return;
        var pid = _folder.Pipe("pid");
        var starts = 0;
        var watch = new CommandWatch(NullLogger.Instance, () =>
        {
            if (++starts == 1) throw new Win32Exception(11);        // before the command; the next is while it runs
            throw new InvalidOperationException(File.ReadAllText(pid));
        });
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => PerformAsync(Shell($"echo $$ > {pid}; sleep 1000"), Job(""), watch));
        Assert.False(IsRunning(int.Parse(thrown.Message, null)));
    }

    private static CommandSettings Shell(string script) => new() { Program = "/bin/sh", Arguments = ["-c", script] };

    private static Job Job(string payload) => Given.Job() with { Payload = Encoding.UTF8.GetBytes(payload) };

    private static Task<JobResult> PerformAsync(string script, Job? job = null) => PerformAsync(Shell(script), job ?? Job(""));

    private static CommandWorker Worker(CommandSettings settings, CommandWatch? watch = null) => new(settings, watch ?? new(NullLogger.Instance, CommandWatch.StartShell), TimeProvider.System);

    private static Task<JobResult> PerformAsync(CommandSettings settings, Job job, CommandWatch? watch = null) => Worker(settings, watch).PerformAsync(new JobContext(job, null!), CancellationToken.None).WaitAsync(Long);

    private static string Text(JobResult result) => Encoding.UTF8.GetString(Assert.IsType<JobResult.Completed>(result).Value!);

    private static string JsonText(JobResult result) => System.Text.Json.JsonSerializer.Deserialize<string>(Text(result))!;

    // A process that has ended and whose parent has not asked for it is still in the list, as a zombie.
    internal static bool IsRunning(int pid) => File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].StartsWith('Z');

    internal static async Task GoneAsync(int pid)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (IsRunning(pid)) await timer.WaitForNextTickAsync();
    }
}
