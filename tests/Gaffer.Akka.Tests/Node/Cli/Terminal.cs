using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Gaffer.Tests;

/// <summary>An interactive shell in a terminal of its own: what it is told comes as from a keyboard.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private Terminal(Process process) => _process = process;

    /// <summary>The program that makes a terminal, as Linux has it.</summary>
    public static string? Maker => OperatingSystem.IsLinux() ? Find("script") : null;

    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <param name="command">The shell and its words.</param>
    /// <param name="folder">Where it is.</param>
    /// <param name="variables">What its environment has besides.</param>
    public static Terminal Start(string command, string folder, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(Maker!, ["-qfec", command, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until it has said something, and forgets what it said up to there.</summary>
    public async Task<Match> HearAsync(Regex words)
    {
        using var patience = new CancellationTokenSource(Long);
        var buffer = new char[4096];
        while (true)
        {
            if (words.Match(_said.ToString()) is { Success: true } match)
            {
                _said.Remove(0, match.Index + match.Length);
                return match;
            }

            var read = 0;
            try
            {
                read = await _process.StandardOutput.ReadAsync(buffer, patience.Token);
            }
            catch (OperationCanceledException)
            {
                // Said below, with what was heard instead.
            }

            Assert.True(read > 0, $"No '{words}' in: {_said}");
            _said.Append(buffer, 0, read);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

/// <summary>A test in an interactive shell. Where there is none, or no terminal for it, it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute(string shell)
    {
        if (Terminal.Maker is null) Skip = "There is no terminal for it here: it needs 'script' of Linux.";
        else if (Terminal.Find(shell) is null) Skip = $"There is no {shell}: install it.";
    }
}

/// <summary>A test in a terminal. Where there is none, it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerminalTheoryAttribute : TheoryAttribute
{
    public TerminalTheoryAttribute()
    {
        if (Terminal.Maker is null) Skip = "There is no terminal here: it needs 'script' of Linux.";
    }
}
