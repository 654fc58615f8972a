using System.Collections.Immutable;
using System.Globalization;

namespace Gaffer.Node;

/// <summary>A command, as the node's configuration allows it. Jobs have no say in it: their payload is what it reads.</summary>
internal sealed record CommandSettings
{
    /// <summary>The exit code of a failure that will pass, as <c>sysexits.h</c> has it.</summary>
    public const int TemporaryFailure = 75;

    /// <summary>The program, with its full path.</summary>
    public string? Program { get; init; }

    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Exit codes that mean: again, later.</summary>
    public ImmutableArray<int> RetryExitCodes { get; init; } = [TemporaryFailure];

    public string? WorkingDirectory { get; init; }

    /// <summary>Variables that it gets besides those that it always has.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Variables of the node that it gets, too.</summary>
    public ImmutableArray<string> InheritVariables { get; init; } = [];

    public static SectionBinder<CommandSettings> Binder { get; } = new SectionBinder<CommandSettings>()
        .Key<string>("program", ConfigValues.Text, static (c, v) => c with { Program = v })
        .Key<ImmutableArray<string>>("arguments", WorkerValues.Texts, static (c, v) => c with { Arguments = v })
        .Key<ImmutableArray<int>>("retry-exit-codes", ExitCodes, static (c, v) => c with { RetryExitCodes = v })
        .Key<string>("working-directory", ConfigValues.Text, static (c, v) => c with { WorkingDirectory = v })
        .Key<ImmutableSortedDictionary<string, string>>("environment", WorkerValues.Pairs, static (c, v) => c with { Environment = v })
        .Key<ImmutableArray<string>>("inherit-variables", WorkerValues.Texts, static (c, v) => c with { InheritVariables = v });

    public void Check(ConfigNode node, ConfigProblems problems)
    {
        if (Program is null) problems.Add($"{node.Path} has no {node.Name("program")}; give the full path of the program.");
        else if (!Path.IsPathFullyQualified(Program)) problems.Add($"{node.PathOf("program")} is '{Program}'; use its full path, so that it is always the same one.");
        else if (!IsProgram(Program)) problems.Add($"{node.PathOf("program")} is '{Program}', which is no file that this node may run.");
        if (WorkingDirectory is not null && !Directory.Exists(WorkingDirectory)) problems.Add($"{node.PathOf("working-directory")} is '{WorkingDirectory}', which is no folder.");
        foreach (var name in Environment.Keys.Concat(InheritVariables))
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) problems.Add($"{node.Path}: '{name}' is no name of an environment variable.");
            else if (name.StartsWith(CommandWorker.OwnVariables, StringComparison.OrdinalIgnoreCase)) problems.Add($"{node.Path}: {name} is set for each job; use another name.");
        }
    }

    private static bool IsProgram(string path)
    {
        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & execute) != 0);
    }

    private static bool ExitCodes(ConfigNode node, ConfigProblems problems, out ImmutableArray<int> value)
    {
        value = [];
        if (!WorkerValues.Texts(node, problems, out var texts)) return false;
        var codes = texts.Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 1 and <= 255 ? code : 0).ToArray();
        foreach (var text in texts.Where((_, i) => codes[i] == 0)) problems.Add($"{node.Path} has '{text}'; use exit codes, each 1 to 255.");
        value = [.. codes];
        return !codes.Contains(0);
    }
}
