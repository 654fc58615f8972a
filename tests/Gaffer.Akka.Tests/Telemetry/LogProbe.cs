using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Tests;

/// <summary>An entry as a sink gets it.</summary>
internal sealed record LogEntry(string Category, LogLevel Level, EventId Id, string Text, IReadOnlyDictionary<string, object?> Values, Exception? Thrown)
{
    /// <summary>A named value as text; null when the entry has none of that name.</summary>
    public string? this[string name] => Values.TryGetValue(name, out var value) ? value?.ToString() : null;
}

/// <summary>A sink that keeps what is logged.</summary>
internal sealed class LogProbe : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyList<LogEntry> Entries => [.. _entries];

    /// <summary>The loggers of a host that has this sink alone.</summary>
    public ILoggerFactory ToFactory(LogLevel minimum = LogLevel.Information) => LoggerFactory.Create(logs => logs.SetMinimumLevel(minimum).AddProvider(this));

    /// <summary>The entry of an event, which comes once.</summary>
    public async Task<LogEntry> TheAsync(string name)
    {
        await ClusterKit.UntilAsync(() => _entries.Any(e => e.Id.Name == name), $"'{name}' is logged");
        return Assert.Single(_entries, e => e.Id.Name == name);
    }

    public ILogger CreateLogger(string categoryName) => new Sink(categoryName, _entries);

    public void Dispose()
    {
    }

    private sealed class Sink(string category, ConcurrentQueue<LogEntry> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            entries.Enqueue(new LogEntry(category, logLevel, eventId, formatter(state, exception), values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal), exception));
        }
    }
}
