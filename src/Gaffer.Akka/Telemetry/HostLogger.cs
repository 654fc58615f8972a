using Microsoft.Extensions.Logging;

namespace Gaffer;

/// <summary>A logger of the host, whose failures are its own: sinks and filters are code of the application, and one that throws, or is closed already, stops no queue and no job.</summary>
internal sealed class HostLogger(ILogger host) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => host.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return host.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            host.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // The other sinks have the entry, and there is nowhere to tell of this one but to them.
        }
    }
}
