using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Gaffer.Tests;

/// <summary>A line that a node said, and when it was heard.</summary>
public sealed record RescueLine(RescueNode Node, string Text, long At);

/// <summary>A node of a cluster in a process of its own, seen from outside. Disposing it ends it.</summary>
public sealed class RescueNode : IDisposable
{
    private const int SigStop = 19, SigContinue = 18;
    private readonly Process _process;
    private readonly ChannelWriter<RescueLine> _heard;

    private RescueNode(ProcessStartInfo start, int port, ChannelWriter<RescueLine> heard)
    {
        Port = port;
        _heard = heard;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Hear(e.Data);
        _process.ErrorDataReceived += (_, e) => Hear(e.Data);
    }

    public int Port { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public bool HasExited => _process.HasExited;

    public static RescueNode Start(RescueOptions options, ChannelWriter<RescueLine> heard)
    {
        ArgumentNullException.ThrowIfNull(options);
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var node = new RescueNode(
            new ProcessStartInfo(dotnet, [typeof(RescueNode).Assembly.Location, .. options.ToArguments()])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            },
            options.Port, heard);
        node._process.Start();
        node._process.BeginOutputReadLine();
        node._process.BeginErrorReadLine();
        return node;
    }

    public void Say(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
    }

    /// <summary>Ends it at once, wherever it is: SIGKILL.</summary>
    public void Kill() => _process.Kill(entireProcessTree: false);

    /// <summary>Holds it where it is.</summary>
    public void Pause() => Send(SigStop);

    public void Resume() => Send(SigContinue);

    /// <summary>Waits until it ends by itself.</summary>
    public Task ExitAsync(TimeSpan within) => _process.WaitForExitAsync().WaitAsync(within);

    public override string ToString() => $"{Port}";

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Send(int signal) => _ = SendSignal(_process.Id, signal) == 0 ? 0 : throw new InvalidOperationException($"Node {Port} could not be sent signal {signal}.");

    private void Hear(string? line)
    {
        if (line is not null) _heard.TryWrite(new RescueLine(this, line, Stopwatch.GetTimestamp()));
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
