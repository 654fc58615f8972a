namespace Gaffer.Node;

/// <summary>The commands of the node.</summary>
internal static class CommandLine
{
    public const string Help = """
        Gaffer.Akka: durable job queues inside an Akka.NET cluster.

        Commands:
          run              Runs a node of a cluster. More: run --help
          status           Shows which node does what, as a node of this machine sees it. More: status --help
          work <jobs>      Inserts jobs into a running cluster and shows which node does them. More: work --help
          health           Asks a node of this machine whether it is ready.
          demo <folder>    Works through all files of a folder with a durable queue. More: demo --help
          --help           This text.
        """;

    public static Task<int> RunAsync(string[] args) => args switch
    {
        [] or ["-h" or "--help" or "help"] => Say(Console.Out, Help, ExitCode.Done),
        ["run", .. var rest] => RunCommand.RunAsync(rest),
        ["status" or "work" or "health", ..] => OperateCommand.RunAsync(args),
        ["demo", .. var rest] => DemoCommand.RunAsync(rest),
        [var command, ..] => Say(Console.Error, $"There is no command '{DemoText.Clean(command)}'.\n\n{Help}", ExitCode.Usage),
    };

    public static async Task<int> Say(TextWriter to, string text, int exitCode)
    {
        await to.WriteLineAsync(text);
        return exitCode;
    }
}

/// <summary>What a command says to the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Downed = 3;
    public const int Interrupted = 130;
}
