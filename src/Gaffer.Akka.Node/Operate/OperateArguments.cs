using System.Collections.Immutable;
using System.Globalization;

namespace Gaffer.Node;

/// <summary>What the words of <c>status</c>, <c>work</c> and <c>health</c> ask for.</summary>
internal abstract record OperateArguments
{
    public const string Help = $"""
        status [--watch]            Shows once, or each second, which node does what.
        work <jobs> [options]       Inserts jobs and shows each second which node does them, until all are done. Ctrl+C ends the showing alone.
        health                      Exit code 0 when the node is ready, 1 when it is not.

          --http HOST:PORT[,...]    HTTP of nodes on this machine; the first that answers is asked (127.0.0.1, and GafferNode__HttpPort or 8080)
          --token TOKEN             what the nodes were told in GafferNode__Token; better in GAFFER_TOKEN: others can read the words of a command
          --queue NAME              queue of the jobs ({NodeSettings.DefaultQueue})
          --milliseconds N          how long each job takes at least, 0 to 3,600,000 (1000)
          --rounds N                how often each job hashes, 1 to 100,000,000 (1)
          --text TEXT               what it hashes, with a number behind it (gaffer)
          -h, --help                this text
        """;

    private OperateArguments()
    {
    }

    public ImmutableArray<Uri> Nodes { get; private init; } = [];

    /// <summary>What they want to be sent; null: nothing, as far as is known.</summary>
    public string? Token { get; private init; }

    public static OperateArguments Parse(IReadOnlyList<string> args)
    {
        var command = args[0];
        var words = new Queue<string>(args.Skip(1));
        string nodes = DefaultNode(), queue = NodeSettings.DefaultQueue, text = "gaffer";
        string? token = null;
        int? jobs = null;
        int milliseconds = 1000, rounds = 1;
        var watch = false;
        while (words.TryDequeue(out var word))
        {
            if (word is "-h" or "--help") return new ShowHelp();
            if (command == "status" && word == "--watch")
            {
                watch = true;
                continue;
            }

            if (command == "work" && !word.StartsWith('-'))
            {
                if (!Number(word, 1, WorkOrder.Most, out var many)) return new Wrong($"'{DemoText.Clean(word)}' is no number of jobs, 1 to {WorkOrder.Most}.");
                jobs = many;
                continue;
            }

            var (name, value) = word.Split('=', 2) is [var left, var right] ? (left, right) : (word, null);
            if (name is not ("--http" or "--token") && (command != "work" || name is not ("--queue" or "--milliseconds" or "--rounds" or "--text"))) return new Wrong($"There is no option '{DemoText.Clean(word)}' of {command}.");
            value ??= words.TryDequeue(out var next) ? next : "";
            if (value.Length == 0) return new Wrong($"{name} needs a value.");
            switch (name)
            {
                case "--http": nodes = value; break;
                case "--token": token = value; break;
                case "--queue": queue = value; break;
                case "--text": text = value; break;
                case "--milliseconds" when !Number(value, 0, DigestTask.MostMilliseconds, out milliseconds): return new Wrong($"{name} needs a number from 0 to {DigestTask.MostMilliseconds}.");
                case "--rounds" when !Number(value, 1, DigestTask.MostRounds, out rounds): return new Wrong($"{name} needs a number from 1 to {DigestTask.MostRounds}.");
                default: break;
            }
        }

        var uris = nodes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(n => Uri.TryCreate($"http://{n}", UriKind.Absolute, out var uri) ? uri : null).ToArray();
        if (uris.Length == 0 || uris.Any(uri => uri is null)) return new Wrong("--http needs hosts and ports, such as 127.0.0.1:8080.");
        token = (token ?? ApiOptions.TokenFor([.. uris!]))?.Trim();
        if (token is not null && !ApiOptions.IsToken(token)) return new Wrong(ApiOptions.NoToken);
        OperateArguments asked = (command, jobs) switch
        {
            ("status", _) => new Status(watch),
            ("health", _) => new Health(),
            (_, null) => new Wrong("How many jobs?"),
            (_, { } many) => new Work(new WorkOrder(queue, Guid.CreateVersion7(), many, new DigestTask(text, rounds, milliseconds))),
        };
        return asked with { Nodes = [.. uris!], Token = token };
    }

    private static string DefaultNode() => $"127.0.0.1:{Environment.GetEnvironmentVariable(NodeSetting.HttpPort.Variable) ?? "8080"}";

    private static bool Number(string text, int least, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;

    internal sealed record Status(bool Watch) : OperateArguments;

    internal sealed record Work(WorkOrder Order) : OperateArguments;

    internal sealed record Health : OperateArguments;

    internal sealed record ShowHelp : OperateArguments;

    internal sealed record Wrong(string Problem) : OperateArguments;
}
