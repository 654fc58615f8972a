using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Gaffer.Node;

/// <summary>Warnings and errors, each as one line.</summary>
internal sealed class LineLoggerProvider(Action<string> write) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(write);

    public void Dispose()
    {
    }

    private sealed class LineLogger(Action<string> write) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var cause = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
            var words = state is LogEvent akka ? $"{akka.Message}" : formatter(state, exception);      // Akka's text begins with time, thread and actor
            write(DemoText.Clean($"{(logLevel == LogLevel.Warning ? "warning" : "error")}: {words}{cause}".ReplaceLineEndings(" ")));
        }
    }
}
