using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gaffer.Node;

/// <summary>Ends the commands of a node that was killed and could not do so itself: a shell beside the node, which hears when the node is gone.</summary>
/// <remarks>The kernel's own signal for this, <c>PR_SET_PDEATHSIG</c>, comes when the thread ends that started the command, and goes to that one process alone.</remarks>
/// <param name="log">Hears when there is no shell.</param>
/// <param name="startShell">Starts it: <see cref="StartShell"/>.</param>
internal sealed partial class CommandWatch(ILogger log, Func<Process> startShell)
{
    /// <summary>Starts a program in a session of its own, so that all it starts is one group. It is of util-linux and of busybox.</summary>
    private static readonly string? Setsid = OperatingSystem.IsLinux() ? new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists) : null;

    // It is told '+ 123' and '- 123' of each command. Its input ends with the node, however that ends: what has not been taken back by then is killed.
    private const string Script = """
        while read -r what group; do
          case $what in
            +) set -- "$@" "$group" ;;
            -) for one; do shift; [ "$one" = "$group" ] || set -- "$@" "$one"; done ;;
          esac
        done
        for one; do kill -s KILL -- "-$one" "$one" 2> /dev/null; done
        """;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _running = [];
    private Process? _shell;
    private bool _isTold;

    /// <summary>The same command, started so that it can be watched.</summary>
    public static ProcessStartInfo Watchable(string program, IEnumerable<string> arguments) =>
        Setsid is null ? new(program, arguments) : new(Setsid, [program, .. arguments]);

    /// <summary>Whether a command ended before its program could be started: then <c>setsid</c> says so, with an exit code of shells.</summary>
    public static bool IsUnstarted(int exitCode, string errors) => Setsid is not null && exitCode is 126 or 127 && errors.StartsWith("setsid: ", StringComparison.Ordinal);

    /// <summary>Before the start of a command: between that and <see cref="Add"/> nothing takes long. A shell that cannot be started stops no command.</summary>
    public void Prepare()
    {
        if (Setsid is null) return;
        lock (_lock)
        {
            if (_shell is null) Begin();
        }
    }

    /// <summary>From the start of a command.</summary>
    public void Add(Process command)
    {
        if (Setsid is null) return;
        lock (_lock)
        {
            _running.Add(command.Id);
            if (!Tell($"+ {command.Id}")) Begin();
        }
    }

    /// <summary>To its end: its number may be that of another process soon.</summary>
    public void Remove(Process command)
    {
        if (Setsid is null) return;
        lock (_lock)
        {
            _running.Remove(command.Id);
            Tell($"- {command.Id}");
        }
    }

    /// <summary>Starts the shell that <see cref="Prepare"/> and <see cref="Add"/> lack.</summary>
    public static Process StartShell()
    {
        var start = new ProcessStartInfo(Setsid!, ["/bin/sh", "-c", Script, "gaffer-watch"]) { RedirectStandardInput = true, UseShellExecute = false };
        var shell = Process.Start(start)!;
        shell.StandardInput.AutoFlush = true;
        return shell;
    }

    /// <summary>A new shell, which is told of all that runs.</summary>
    private void Begin()
    {
        try
        {
            _shell = startShell();
        }
        catch (Win32Exception e)
        {
            if (!_isTold) LogUnwatched(log, e.Message);
            _isTold = true;
            return;
        }

        _isTold = false;
        foreach (var id in _running) Tell($"+ {id}");
    }

    /// <returns>False when there is no shell. Where somebody ended it, the next command gets another.</returns>
    private bool Tell(string line)
    {
        try
        {
            _shell?.StandardInput.WriteLine(line);
        }
        catch (IOException)
        {
            _shell?.Dispose();
            _shell = null;
        }

        return _shell is not null;
    }

    [LoggerMessage(LogLevel.Warning, "Commands would outlive this node if it were killed now, as the shell that ends them could not be started. {Reason}")]
    private static partial void LogUnwatched(ILogger log, string reason);
}
