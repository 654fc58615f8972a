using System.Diagnostics;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A node in a process of its own, and the same program as its command line.</summary>
public sealed class CliNode : IAsyncLifetime
{
    public const string Token = "a-token-of-some-length";

    private static readonly Dictionary<string, string> NoVariables = [];
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private readonly int _http = Loopback.FreePort();
    private Process? _node;

    /// <summary>What the environment of the node has besides.</summary>
    internal IReadOnlyDictionary<string, string> NodeVariables { get; init; } = NoVariables;

    /// <summary>The first line that the node says.</summary>
    internal Task<string?> FirstLine { get; private set; } = null!;

    public string Url => $"http://127.0.0.1:{_http}/gaffer";

    public async Task InitializeAsync()
    {
        var settings = _folder.Write("settings.json", $$"""
            {
              "Gaffer": { "Storage": { "Sqlite": "{{_folder.Path}}/jobs.db" }, "Queues": { "bench": { "MaxWorkers": 4 }, "kept": {}, "lines": {}, "slow": {}, "idle": { "MaxWorkers": 1 } } },
              "GafferNode": {
                "Port": {{Loopback.FreePort()}}, "HttpPort": {{_http}}, "Token": "{{Token}}",
                "Workers": { "copies": { "Command": { "Program": "/bin/cat" } }, "sleepers": { "Command": { "Program": "/bin/sleep", "Arguments": "1000" } } }
              },
              "Logging": { "LogLevel": { "Default": "Warning", "Gaffer.Node": "Information" } }
            }
            """);
        _node = Start(["run", "--settings", settings], NodeVariables);
        FirstLine = FirstLineAsync(_node.StandardOutput);
        _ = _node.StandardError.ReadToEndAsync();
        var patience = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var http = new HttpClient();
        while (!await IsReadyAsync(http))
        {
            Assert.True(patience.Elapsed < Long && !_node.HasExited, "The node did not start.");
            await timer.WaitForNextTickAsync();
        }
    }

    public async Task DisposeAsync()
    {
        _node!.Kill(entireProcessTree: true);
        await _node.WaitForExitAsync();
        _node.Dispose();
        _folder.Dispose();
    }

    /// <summary>Runs a command until its end.</summary>
    internal Task<CliRun> RunWithInputAsync(string? input, params string[] words) => RunAsync(input, NoVariables, words);

    /// <summary>Runs a command where the environment has more; an empty variable is taken away.</summary>
    internal Task<CliRun> RunWithAsync(IReadOnlyDictionary<string, string> variables, params string[] words) => RunAsync(null, variables, words);

    internal Task<CliRun> RunAsync(params string[] words) => RunAsync(null, NoVariables, words);

    internal string Write(string name, string content) => _folder.Write(name, content);

    private async Task<CliRun> RunAsync(string? input, IReadOnlyDictionary<string, string> variables, string[] words)
    {
        using var process = Start(words, variables);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Long);
        return new(process.ExitCode, await output, await errors);
    }

    /// <summary>A command that runs: whoever started it feeds it, reads it and ends it.</summary>
    internal Process Start(params string[] words) => Start(words, NoVariables);

    private Process Start(string[] words, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(RunHost).Assembly.Location, .. words])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = _folder.Path,
        };
        start.Environment["GAFFER_URL"] = Url;
        start.Environment["GAFFER_TOKEN"] = Token;
        start.Environment[NodeSetting.HttpPort.Variable] = $"{_http}";
        foreach (var (name, value) in variables) start.Environment[name] = value;
        foreach (var (name, _) in variables.Where(variable => variable.Value.Length == 0)) start.Environment.Remove(name);
        return Signals.Start(start);
    }

    private static async Task<string?> FirstLineAsync(StreamReader output)
    {
        var line = await output.ReadLineAsync();
        _ = output.ReadToEndAsync();
        return line;
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync(new Uri($"http://127.0.0.1:{_http}{NodeEndpoints.Ready}"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

/// <summary>What a command said.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
}
