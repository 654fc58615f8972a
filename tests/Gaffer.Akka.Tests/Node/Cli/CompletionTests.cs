using System.Text.RegularExpressions;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The real shells, the scripts that the program gives them, and a person who presses the tabulator.</summary>
public sealed partial class CompletionTests : IDisposable
{
    private const string Prompt = "READY> ";
    private const string Tab = "\t", ShowLine = "\u0014";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ShellTheory("bash")]
    [MemberData(nameof(Lines))]
    public Task Bash_completes(string typed, string line) => CompletesAsync(typed, line, "bash --noprofile --rcfile start -i", _folder.Write("start", $$"""
        eval "$(gaffer completion bash)"
        bind -x '"\C-t": printf "<<%s>>" "$READLINE_LINE"'
        PS1='{{Prompt}}'
        """));

    [ShellTheory("zsh")]
    [MemberData(nameof(Lines))]
    public Task Zsh_completes(string typed, string line) => CompletesAsync(typed, line, "zsh -d -i", _folder.Write(".zshrc", $$"""
        autoload -Uz compinit && compinit -u -D
        eval "$(gaffer completion zsh)"
        show() { print -rn -- "<<$BUFFER>>" }
        zle -N show
        bindkey '^T' show
        PS1='{{Prompt}}'
        """));

    public static TheoryData<string, string> Lines => new()
    {
        { "gaffer pa", "gaffer pause " },
        { "gaffer job re", "gaffer job retry " },
        { "gaffer run --sq", "gaffer run --sqlite " },
        { "gaffer run --otlp http://127.0.0.1:4317 --me", "gaffer run --otlp http://127.0.0.1:4317 --metrics " },
        { "gaffer jobs work --state co", "gaffer jobs work --state completed " },
        { "gaffer insert work --file pay", "gaffer insert work --file payloads.ndjson " },      // not a word of the program, so a file
    };

    private async Task CompletesAsync(string typed, string line, string shell, string start)
    {
        Assert.True(File.Exists(start));
        _folder.Write("payloads.ndjson", "");
        var program = _folder.Write("bin/gaffer", $"#!/bin/sh\nexec '{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}' '{typeof(RunHost).Assembly.Location}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var terminal = Terminal.Start(shell, _folder.Path, new Dictionary<string, string>
        {
            ["PATH"] = $"{Path.GetDirectoryName(program)}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
            ["HOME"] = _folder.Path, ["ZDOTDIR"] = _folder.Path, ["TERM"] = "xterm", ["COLUMNS"] = "200", ["LINES"] = "40",
        });
        await terminal.HearAsync(ReadyPattern());
        await terminal.TypeAsync(typed + Tab + ShowLine);
        Assert.Equal(line, (await terminal.HearAsync(LinePattern())).Groups[1].Value);
    }

    [GeneratedRegex(Prompt)]
    private static partial Regex ReadyPattern();

    [GeneratedRegex("<<(.*?)>>")]
    private static partial Regex LinePattern();
}
