using System.Diagnostics;
using Gaffer.Node;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Real processes. That the node is gone is the end of a shell's input.</summary>
public sealed class CommandWatchTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly List<Process> _shells = [];
    private readonly List<Process> _commands = [];
    private readonly CommandWatch _watch;

    public CommandWatchTests() => _watch = new(NullLogger.Instance, () =>
    {
        _shells.Add(CommandWatch.StartShell());
        return _shells[^1];
    });

    public void Dispose()
    {
        foreach (var process in _commands.Concat(_shells.TakeLast(1)))      // the watch has disposed of those before
        {
            process.Kill();
            process.Dispose();
        }
    }

    [Fact]
    public async Task What_runs_when_the_node_is_gone_is_killed_and_what_had_ended_is_not()
    {
        if (!OperatingSystem.IsLinux()) return;
        var running = Command();
        var over = Command();
        _watch.Remove(over);
        await EndAsync(Assert.Single(_shells), running);
        Assert.False(over.HasExited);
    }

    [Fact]
    public async Task A_shell_that_somebody_ended_is_followed_by_one_that_knows_what_runs()
    {
        if (!OperatingSystem.IsLinux()) return;
        var (first, over) = (Command(), Command());
        _shells[0].Kill();
        await _shells[0].WaitForExitAsync().WaitAsync(Long);
        _watch.Remove(over);
        Assert.Single(_shells);                                     // none is started for what has ended
        var second = Command();
        Assert.Equal(2, _shells.Count);
        await EndAsync(_shells[1], first, second);
        Assert.False(over.HasExited);
    }

    private static async Task EndAsync(Process shell, params Process[] commands)
    {
        shell.StandardInput.Close();
        await Task.WhenAll(commands.Select(command => command.WaitForExitAsync()).Append(shell.WaitForExitAsync())).WaitAsync(Long);
    }

    private Process Command()
    {
        _watch.Prepare();
        var command = Process.Start(CommandWatch.Watchable("/bin/sleep", ["1000"]))!;
        _commands.Add(command);
        _watch.Add(command);
        return command;
    }
}
