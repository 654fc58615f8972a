using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Gaffer.Tests;

/// <summary>A life of the subject, seen from outside. Disposing it ends it.</summary>
public sealed class SubjectProcess : IDisposable
{
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _questions = new();
    private int _lastQuestion;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SubjectProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, e) => Hear(e.Data);
        _process.ErrorDataReceived += (_, e) => Hear(e.Data);
        _process.Exited += (_, _) => Ended();
    }

    public string Output => string.Join(Environment.NewLine, _output);

    public bool HasExited => _process.HasExited;

    public static SubjectProcess Start(SubjectOptions options) => Start(["crash-subject", .. options.ToArguments()]);

    /// <summary>Starts this assembly as a program.</summary>
    public static SubjectProcess Start(IEnumerable<string> arguments)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var subject = new SubjectProcess(new ProcessStartInfo(dotnet, [typeof(SubjectProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        });
        subject._process.Start();
        subject._process.BeginOutputReadLine();
        subject._process.BeginErrorReadLine();
        return subject;
    }

    public async Task ReadyAsync(TimeSpan within)
    {
        try
        {
            await _ready.Task.WaitAsync(within);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            throw new InvalidOperationException($"The subject was not ready within {within}. It said:{Environment.NewLine}{Output}", e);
        }
    }

    /// <summary>Ends it at once, wherever it is: SIGKILL.</summary>
    public void Kill() => _process.Kill(entireProcessTree: false);

    /// <summary>Asks it to end: SIGTERM.</summary>
    public void Terminate() => Signal(SigTerm);

    /// <summary>Holds it where it is, all its threads: SIGSTOP.</summary>
    public void Suspend() => Signal(SigStop);

    /// <summary>Lets it go on: SIGCONT.</summary>
    public void Resume() => Signal(SigCont);

    /// <summary>Gives it a command and waits for the answer to it.</summary>
    public async Task<string> AskAsync(string command, TimeSpan within)
    {
        var number = Interlocked.Increment(ref _lastQuestion);
        var answer = _questions[number] = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (HasExited) Ended();
        try
        {
            await _process.StandardInput.WriteLineAsync($"{number} {command}");
            await _process.StandardInput.FlushAsync();
            return await answer.Task.WaitAsync(within);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            throw new InvalidOperationException($"The subject did not answer '{command}' within {within}.", e);
        }
        finally
        {
            _questions.TryRemove(number, out _);
        }
    }

    public async Task<int> ExitAsync(TimeSpan within)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(within);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException($"The subject did not end within {within}. It said:{Environment.NewLine}{Output}", e);
        }

        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line == CrashSubject.ReadyWord) _ready.TrySetResult();
        else if (line?.Split(' ', 3) is ["answer", var number, var answer] && _questions.TryGetValue(int.Parse(number, provider: null), out var question)) question.TrySetResult(answer);
        else if (line is not null) _output.Enqueue(line);
    }

    private void Ended()
    {
        _ready.TrySetException(new InvalidOperationException("The subject ended before it was ready."));
        foreach (var question in _questions.Values) question.TrySetException(new InvalidOperationException("The subject ended before it answered."));
    }

    private void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0) throw new InvalidOperationException($"The subject could not be sent the signal {signal}.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
