using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Gaffer.Node;

/// <summary>Warnings and errors, each as one line.</summary>
internal sealed partial class LineLoggerProvider(Action<string> write) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(write);

    public void Dispose()
    {
    }

    /// <summary>Level, time, thread and actor, with which each line of Akka begins.</summary>
    [GeneratedRegex(@"\A\[[A-Z]+\]\[[^\]]*\]\[Thread \d+\]\[[^\]]*\] ", RegexOptions.CultureInvariant)]
    private static partial Regex AkkaPrefix();

    private sealed class LineLogger(Action<string> write) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var cause = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
            var words = AkkaPrefix().Replace(formatter(state, exception), "");
            write(DemoText.Clean($"{(logLevel == LogLevel.Warning ? "warning" : "error")}: {words}{cause}".ReplaceLineEndings(" ")));
        }
    }
}
