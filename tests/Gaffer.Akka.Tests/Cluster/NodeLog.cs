using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>What a node of a test says: in the test's output, and kept for the test to look at.</summary>
internal sealed class NodeLog(string node, ITestOutputHelper output) : ILoggerProvider, ILogger
{
    private static readonly Stopwatch SinceStart = Stopwatch.StartNew();
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IEnumerable<string> Errors => _lines.Where(l => l.Level >= LogLevel.Error).Select(l => l.Text);

    public IEnumerable<string> Lines => _lines.Select(l => l.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception.GetBaseException().Message}";
        _lines.Enqueue((logLevel, text));
        try
        {
            output.WriteLine($"{SinceStart.Elapsed.TotalSeconds:0.00} {node} {logLevel.ToString()[..4]} {text}");
        }
        catch (InvalidOperationException)
        {
            // The test is over, and what is still said has no reader.
        }
    }

    public void Dispose()
    {
    }
}
