using System.Globalization;
using System.Net;

namespace Gaffer.Node;

/// <summary>What the words after <c>demo</c> ask for.</summary>
internal abstract record DemoArguments
{
    public const int MostWorkers = 1024;

    /// <summary>More than cores, because most workers wait: for the disk, or for the commit of their result.</summary>
    public const int WorkersPerCore = 8;

    public const string Usage = "demo <folder> [options]";

    public static readonly IReadOnlyList<string> Options = ["--workers", "--data", "--port", "--dashboard", "--once", "--follow"];

    public const string Help = $"""
        {Usage}

        Each file under the folder becomes a durable job: its SHA-256, its size and its lines are computed, several files at once.
        Kill it at any moment, even with kill -9: the same command goes on where it was. No file is lost, none is counted twice.

        In a terminal it then follows the folder until Ctrl+C: files that are new or have changed become jobs within seconds, and
        all of them are read again, little by little, to see whether they are still what they were.

          --workers N      Files that are read at once, 1 to 1024. Default: eight for each core.
          --data FILE      SQLite file that holds the queues. Default: a file for each folder in the user's application data.
          --port N         Port of the dashboard, http://127.0.0.1:N/gaffer; 0 for any free one. Default: 8080, or any free one
                           if that is taken. It serves callers of this machine alone, and ends with the demo.
          --dashboard WHO  local, or off: no dashboard and no port.
          --once           End when all files have been counted. This is the default where the output is no terminal.
          --follow         Follow the folder there, too.
          -h, --help       This text.

        All files are included, hidden ones and folders such as .git and bin, too; the data file itself is not. Symbolic links
        are counted and not followed. What cannot be read is tried 5 times, and ends in the dead-letter queue 'unreadable' with
        its reason; pipes, sockets and devices end there, too. A start after a finished count counts afresh.

        Exit code: 0 every file was dealt with, even if some are unreadable; 1 the demo itself failed; 2 wrong arguments;
        130 interrupted with Ctrl+C while it counted, to be gone on with.
        """;

    private DemoArguments()
    {
    }

    public static DemoArguments Parse(IReadOnlyList<string> args)
    {
        var run = new Run("", null, WorkersPerCore * Environment.ProcessorCount);
        var words = new Queue<string>(args);
        var onlyFolder = false;
        while (words.TryDequeue(out var word))
        {
            if (onlyFolder || !word.StartsWith('-'))
            {
                if (run.Folder.Length > 0) return new Wrong($"One folder, please: '{run.Folder}' or '{word}'?");
                run = run with { Folder = word };
                continue;
            }

            var (name, value) = word.Split('=', 2) is [var left, var right] ? (left, right) : (word, null);
            if (name == "--") onlyFolder = true;
            else if (name is "-h" or "--help") return new ShowHelp();
            else if (With(run, name, value, words) is Run changed) run = changed;
            else return new Wrong(Needs(name) ?? $"There is no option '{word}'.");
        }

        return run.Folder.Length == 0 ? new Wrong("Which folder?")
            : run is { HasDashboard: false, Port: not null } ? new Wrong("--port is for the dashboard, and --dashboard is off.")
            : run;
    }

    /// <summary>The run with one more option; null when there is no such option, or its value is none.</summary>
    private static Run? With(Run run, string name, string? value, Queue<string> words) => name switch
    {
        "--once" when value is null => run with { Follow = false },
        "--follow" when value is null => run with { Follow = true },
        "--workers" => Number(value ?? Next(words), 1, MostWorkers) is { } workers ? run with { Workers = workers } : null,
        "--port" => Number(value ?? Next(words), 0, IPEndPoint.MaxPort) is { } port ? run with { Port = port } : null,
        "--data" => (value ?? Next(words)) is { } data && !string.IsNullOrWhiteSpace(data) ? run with { Data = data } : null,
        "--dashboard" => (value ?? Next(words)) switch { "local" => run with { HasDashboard = true }, "off" => run with { HasDashboard = false }, _ => null },
        _ => null,
    };

    private static string? Needs(string name) => name switch
    {
        "--workers" => $"--workers needs a number from 1 to {MostWorkers}.",
        "--port" => $"--port needs a number from 0 to {IPEndPoint.MaxPort}.",
        "--data" => "--data needs the path of a file.",
        "--dashboard" => "--dashboard needs local or off.",
        _ => null,
    };

    private static int? Number(string? text, int from, int to) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to ? number : null;

    private static string? Next(Queue<string> words) => words.TryDequeue(out var word) ? word : null;

    internal sealed record Run(string Folder, string? Data, int Workers) : DemoArguments
    {
        /// <summary>Where the dashboard is to be; null: where it likes.</summary>
        public int? Port { get; init; }

        public bool HasDashboard { get; init; } = true;

        /// <summary>Whether it goes on when all files have been counted; null: in a terminal.</summary>
        public bool? Follow { get; init; }
    }

    internal sealed record ShowHelp : DemoArguments;

    internal sealed record Wrong(string Problem) : DemoArguments;
}
