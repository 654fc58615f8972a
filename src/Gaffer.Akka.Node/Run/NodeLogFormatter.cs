using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gaffer.Node;

/// <summary>Time, level, words: one line for each entry, and what was thrown below it.</summary>
internal sealed partial class NodeLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "gaffer-node";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var words = AkkaPrefix().Replace(logEntry.Formatter(logEntry.State, logEntry.Exception), "$1");
        textWriter.WriteLine($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Level(logEntry.LogLevel)} {words.ReplaceLineEndings(" ")}");
        if (logEntry.Exception is { } exception) textWriter.WriteLine(exception);
    }

    /// <summary>Level, time, thread and actor, with which each line of Akka begins. The actor alone is not said already.</summary>
    [GeneratedRegex(@"\A\[[A-Z]+\]\[[^\]]*\]\[Thread \d+\](\[[^\]]*\] )", RegexOptions.CultureInvariant)]
    private static partial Regex AkkaPrefix();

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Warning => "WARN ",
        LogLevel.Error or LogLevel.Critical => "ERROR",
        LogLevel.Information => "info ",
        _ => "debug",
    };
}
