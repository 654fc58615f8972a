using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using AkkaLevel = Akka.Event.LogLevel;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Gaffer;

#pragma warning disable RS0030 // the one place that writes to Akka's log

/// <summary>Writes to the log of an actor system, by its <c>akka.loglevel</c>: for one whose container has no loggers.</summary>
internal sealed class AkkaLogger(ActorSystem system, string category) : ILogger
{
    private readonly ILoggingAdapter _log = Logging.GetLogger(system, category);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && _log.IsEnabled(LevelOf(logLevel));

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) _log.Log(LevelOf(logLevel), exception, formatter(state, exception));
    }

    private static AkkaLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.Error or LogLevel.Critical => AkkaLevel.ErrorLevel,
        LogLevel.Warning => AkkaLevel.WarningLevel,
        LogLevel.Information => AkkaLevel.InfoLevel,
        _ => AkkaLevel.DebugLevel,
    };
}
