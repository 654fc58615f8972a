using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;

namespace Gaffer.Node;

/// <summary>The commands of the program.</summary>
internal static class CommandLine
{
    private const string Name = "gaffer";
    private const string Description = "Gaffer.Akka: durable job queues inside an Akka.NET cluster.";

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return await DispatchAsync(args);
        }
        catch (NobodyReadsException)
        {
            return ExitCode.NobodyReads;
        }
    }

    private static Task<int> DispatchAsync(string[] args) => args switch
    {
        ["run", .. var rest] => RunCommand.RunAsync(rest),
        ["status" or "work" or "health", ..] => OperateCommand.RunAsync(args),
        ["demo", .. var rest] => DemoCommand.RunAsync(rest),
        [] or ["help"] => InvokeAsync(["--help"]),
        _ => InvokeAsync(args),
    };

    public static async Task<int> Say(TextWriter to, string text, int exitCode)
    {
        await to.WriteLineAsync(text);
        return exitCode;
    }

    private static async Task<int> InvokeAsync(string[] args)
    {
        var root = Tree();
        var words = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (words.Action is HelpAction) return await HelpAsync(words);
        if (words.Errors.Count == 0 || words.Action is not ParseErrorAction) return await RunUntilInterruptedAsync(words);
        if (args is [var command, ..] && words.CommandResult.Command == root && !command.StartsWith('-'))
        {
            return await Say(Console.Error, $"There is no command '{DemoText.Clean(command)}'. More with --help.", ExitCode.Usage);
        }

        return await Say(Console.Error, $"{string.Join(" ", Problems(words))} More with {Path(words.CommandResult)}--help.", ExitCode.Usage);
    }

    // Ctrl+C is taken here, from the start and for as long as the last words of a command take; the library would not see to either. Pressed again, it ends the program at once.
    private static async Task<int> RunUntilInterruptedAsync(ParseResult words)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        });
        return await words.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
    }

    private static IEnumerable<string> Problems(ParseResult words)
    {
        // The library says that some argument is missing, but not which.
        var arguments = words.CommandResult.Command.Arguments;
        if (arguments.FirstOrDefault(argument => (words.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues) is { } missing)
        {
            return [$"<{missing.Name}> is missing: {Path(words.CommandResult)}{string.Join(' ', arguments.Select(argument => $"<{argument.Name}>"))}."];
        }

        return words.Errors.Select(error => Sentence(string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
    }

    private static string Sentence(string message) => DemoText.Clean(message.EndsWith('.') ? message : $"{message}.");

    // The library takes the name of the file for that of the program.
    private static async Task<int> HelpAsync(ParseResult words)
    {
        var text = new StringWriter();
        var exitCode = await words.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = text });
        await Console.Out.WriteAsync(text.ToString().Replace($"  {RootCommand.ExecutableName} ", $"  {Name} ", StringComparison.Ordinal));
        return exitCode;
    }

    private static string Path(CommandResult command) => command.Parent is CommandResult parent ? $"{Path(parent)}{command.Command.Name} " : "";

    private static RootCommand Tree()
    {
        var root = new RootCommand(Description);
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Options.Add(new HelpOption("--help", "-h"));
        foreach (var command in Own.Concat(QueueCommands.All).Concat(JobCommands.All)) root.Subcommands.Add(command);
        foreach (var command in new[] { InsertCommand.Make(), WatchCommand.Make(), BenchCommand.Make(), CompletionCommand.Make() }) root.Subcommands.Add(command);
        return root;
    }

    // They read their words themselves. Here are their names, for the help and for completion.
    private static IEnumerable<Command> Own =>
    [
        Named("run", "Runs a node of a cluster.", [.. NodeSetting.All.Select(setting => setting.Option), "--settings"]),
        Named("demo", "Works through all files of a folder with a durable queue, and shows its dashboard.", DemoArguments.Options),
        Named("status", "Shows which node does what, as a node of this machine sees it.", ["--watch", "--http"]),
        Named("work", "Inserts jobs for trying a cluster out, and shows which node does them.", ["--http", "--queue", "--milliseconds", "--rounds", "--text"]),
        Named("health", "Asks a node of this machine whether it is ready.", ["--http"]),
    ];

    private static Command Named(string name, string description, IEnumerable<string> options)
    {
        var command = new Command(name, description);
        foreach (var option in options) command.Options.Add(new Option<string>(option));
        return command;
    }
}

/// <summary>What a command says to the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>Of <c>run</c>: the cluster declared the node dead, or goes on without it.</summary>
    public const int Downed = 3;

    /// <summary>Of commands that talk to the HTTP API: no such queue or job.</summary>
    public const int NotFound = 3;

    /// <summary>Nobody answers, or is not able to now: the same may be tried later.</summary>
    public const int Unreachable = 4;

    /// <summary>The caller may not do this.</summary>
    public const int Refused = 5;

    public const int Interrupted = 130;

    /// <summary>What is written has no reader any more; shells say the same of programs that this ends.</summary>
    public const int NobodyReads = 141;
}
