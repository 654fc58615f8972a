using System.Globalization;

namespace Gaffer.Node;

/// <summary>What the words after <c>demo</c> ask for.</summary>
internal abstract record DemoArguments
{
    public const int MostWorkers = 1024;

    /// <summary>More than cores, because most workers wait: for the disk, or for the commit of their result.</summary>
    public const int WorkersPerCore = 8;

    public const string Usage = "demo <folder> [--workers N] [--data FILE]";

    public const string Help = $"""
        {Usage}

        Each file under the folder becomes a durable job: its SHA-256, its size and its lines are computed, several files at once.
        Kill it at any moment, even with kill -9: the same command goes on where it was. No file is lost, none is counted twice.

          --workers N      Files that are read at once, 1 to 1024. Default: eight for each core.
          --data FILE      SQLite file that holds the queues. Default: a file for each folder in the user's application data.
          -h, --help       This text.

        All files are included, hidden ones and folders such as .git and bin, too; the data file itself is not. Symbolic links
        are counted and not followed. What cannot be read is tried 5 times, and ends in the dead-letter queue 'unreadable' with
        its reason; pipes, sockets and devices end there, too. A start after a finished run counts afresh.

        Exit code: 0 every file was dealt with, even if some are unreadable; 1 the demo itself failed; 2 wrong arguments;
        130 interrupted with Ctrl+C, to be gone on with.
        """;

    private DemoArguments()
    {
    }

    public static DemoArguments Parse(IReadOnlyList<string> args)
    {
        string? folder = null, data = null;
        var workers = WorkersPerCore * Environment.ProcessorCount;
        var words = new Queue<string>(args);
        var onlyFolder = false;
        while (words.TryDequeue(out var word))
        {
            if (onlyFolder || !word.StartsWith('-'))
            {
                if (folder is not null) return new Wrong($"One folder, please: '{folder}' or '{word}'?");
                folder = word;
                continue;
            }

            var (name, value) = word.Split('=', 2) is [var left, var right] ? (left, right) : (word, null);
            switch (name)
            {
                case "--":
                    onlyFolder = true;
                    break;
                case "-h" or "--help":
                    return new ShowHelp();
                case "--workers":
                    if (!int.TryParse(value ?? Next(words), NumberStyles.None, CultureInfo.InvariantCulture, out workers) || workers is < 1 or > MostWorkers)
                    {
                        return new Wrong($"--workers needs a number from 1 to {MostWorkers}.");
                    }

                    break;
                case "--data":
                    data = value ?? Next(words);
                    if (string.IsNullOrWhiteSpace(data)) return new Wrong("--data needs the path of a file.");
                    break;
                default:
                    return new Wrong($"There is no option '{word}'.");
            }
        }

        return string.IsNullOrEmpty(folder) ? new Wrong("Which folder?") : new Run(folder, data, workers);
    }

    private static string? Next(Queue<string> words) => words.TryDequeue(out var word) ? word : null;

    internal sealed record Run(string Folder, string? Data, int Workers) : DemoArguments;

    internal sealed record ShowHelp : DemoArguments;

    internal sealed record Wrong(string Problem) : DemoArguments;
}
