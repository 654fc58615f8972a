using System.Diagnostics;

namespace Gaffer.Node;

/// <summary>Ends the commands of a node that was killed and could not do so itself: a shell beside the node, which hears when the node is gone.</summary>
/// <remarks>The kernel's own signal for this, <c>PR_SET_PDEATHSIG</c>, comes when the thread ends that started the command, and goes to that one process alone.</remarks>
internal sealed class CommandWatch
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
    private Process? _shell;

    /// <summary>The same command, started so that it can be watched.</summary>
    public static ProcessStartInfo Watchable(string program, IEnumerable<string> arguments) =>
        Setsid is null ? new(program, arguments) : new(Setsid, [program, .. arguments]);

    /// <summary>Whether a command ended before its program could be started: then <c>setsid</c> says so, with an exit code of shells.</summary>
    public static bool IsUnstarted(int exitCode, string errors) => Setsid is not null && exitCode is 126 or 127 && errors.StartsWith("setsid: ", StringComparison.Ordinal);

    /// <summary>From the start of a command.</summary>
    public void Add(Process command) => Tell($"+ {command.Id}");

    /// <summary>To its end: its number may be that of another process soon.</summary>
    public void Remove(Process command) => Tell($"- {command.Id}");

    private void Tell(string line)
    {
        if (Setsid is null) return;
        lock (_lock)
        {
            try
            {
                _shell ??= Start(Setsid);
                _shell.StandardInput.WriteLine(line);
            }
            catch (IOException)
            {
                _shell?.Dispose();                                  // somebody ended it: the next command gets another
                _shell = null;
            }
        }
    }

    private static Process Start(string setsid)
    {
        var start = new ProcessStartInfo(setsid, ["/bin/sh", "-c", Script, "gaffer-watch"]) { RedirectStandardInput = true, UseShellExecute = false };
        var shell = Process.Start(start)!;
        shell.StandardInput.AutoFlush = true;
        return shell;
    }
}
