namespace Gaffer.Node;

/// <summary>What the words after <c>run</c> ask for.</summary>
internal abstract record RunArguments
{
    public const string Usage = "run [options]";

    private RunArguments()
    {
    }

    public static string Help { get; } = $"""
        {Usage}

        A node of a cluster. Its configuration says what it does: queues, and workers that deliver webhooks or run commands (docs/command-line.md).
        Queues without such a worker perform jobs of the kind 'digest', for trying it out: the SHA-256 of a text, of that again, as often as is said.
        A queue that others forward to, such as one of dead letters, has no workers but those that are set.

        Each option is also a key of the configuration, in a JSON file or in an environment variable. An option counts more than a variable,
        that more than the file; an unknown key ends the start.

        {string.Join(Environment.NewLine, NodeSetting.All.Select(s => $"  {$"{s.Option} {s.Value}",-22} {s.Variable,-26} {s.Help}"))}
          --settings FILE        JSON file with sections GafferNode and Gaffer (appsettings.json of the working directory, if it is there)
          -h, --help             this text

        Queues and all else of Gaffer are set in the section Gaffer: Gaffer__Queues__emails__MaxWorkers=10 makes the queue 'emails'. Workers are in
        GafferNode:Workers, each under the name of its queue. Without any queue there is one, 'work', for 4 jobs at once on each node.

        HTTP: /health/live, /health/ready; /gaffer, the dashboard and its API, for those whom --dashboard names. To callers of this machine alone: /status, /work.
        SIGTERM and Ctrl+C: running jobs get some time to end, the node leaves its cluster, exit code 0.
        Other exit codes: 1 it could not start, 2 wrong options, 3 the others declared it dead: start it again.
        """;

    public static RunArguments Parse(IReadOnlyList<string> args)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        string? file = null;
        var words = new Queue<string>(args);
        while (words.TryDequeue(out var word))
        {
            if (word is "-h" or "--help") return new ShowHelp();
            var (name, value) = word.Split('=', 2) is [var left, var right] ? (left, right) : (word, null);
            var setting = NodeSetting.All.FirstOrDefault(s => s.Option == name);
            if (setting is null && name != "--settings") return new Wrong($"There is no option '{word}'.");
            value ??= words.TryDequeue(out var next) ? next : "";
            if (value.Length == 0) return new Wrong($"{name} needs a value.");
            if (setting is null) file = value;
            else if (!settings.TryAdd(setting.Key, value) && !setting.IsList) return new Wrong($"{name} is there twice.");
            else if (settings[setting.Key] != value) settings[setting.Key] += "," + value;
        }

        return new Run(settings, file);
    }

    /// <param name="Settings">What the options say, by keys of the configuration.</param>
    /// <param name="File">The JSON file, if one is named.</param>
    internal sealed record Run(IReadOnlyDictionary<string, string?> Settings, string? File) : RunArguments;

    internal sealed record ShowHelp : RunArguments;

    internal sealed record Wrong(string Problem) : RunArguments;
}
