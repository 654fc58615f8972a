using System.CommandLine;
using System.Text.Json;

namespace Gaffer.Node;

/// <summary>A command that talks to the HTTP API: its options, its errors and its exit code are as those of all others.</summary>
internal static class ApiCommand
{
    public static readonly Argument<string> Queue = new("queue") { Description = "name of the queue" };

    public static Command Of(string name, string description, IEnumerable<Argument> arguments, IEnumerable<Option> options, Func<ParseResult, ApiClient, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (var argument in arguments) command.Arguments.Add(argument);
        foreach (var option in options.Concat(ApiOptions.All)) command.Options.Add(option);
        command.SetAction((words, stop) => RunAsync(words, run, stop));
        return command;
    }

    public static bool IsJson(this ParseResult words) => words.GetValue(ApiOptions.Json);

    /// <summary>What programs are told, in one line.</summary>
    public static void WriteJson(JsonElement json) => Console.Out.Write(JsonSerializer.Serialize(json, ApiClient.Json) + "\n");

    public static void WriteJson<T>(T value) => Console.Out.Write(JsonSerializer.Serialize(value, ApiClient.Json) + "\n");

    private static async Task<int> RunAsync(ParseResult words, Func<ParseResult, ApiClient, CancellationToken, Task<int>> run, CancellationToken stop)
    {
        try
        {
            using var client = ApiOptions.Client(words);
            return await run(words, client, stop);
        }
        catch (ApiException e)
        {
            return await Problem(e.Message, e.Code);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    /// <summary>Says what is wrong.</summary>
    public static Task<int> Problem(string message, int exitCode) => CommandLine.Say(Console.Error, Clean(message), exitCode);

    /// <summary>Lines stay lines, and nothing else of it is obeyed by a terminal.</summary>
    public static string Clean(string message) => string.Join('\n', message.Split('\n').Select(DemoText.Clean));
}
