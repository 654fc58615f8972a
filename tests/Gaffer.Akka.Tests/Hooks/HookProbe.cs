using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What hooks saw and what was logged, in order.</summary>
internal sealed class HookProbe
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();
    private readonly Channel<LogEntry> _logged = Channel.CreateUnbounded<LogEntry>();

    public HookProbe() => Log = new HookLog(new ProbeLog(_logged.Writer));

    public HookLog Log { get; }

    /// <summary>A hook that tells the probe its name and the number of each event, and then does what it is told.</summary>
    public IGafferHook Hook(string name, Func<int, CancellationToken, ValueTask>? then = null) => new ProbeHook(name, _seen.Writer, then ?? ((_, _) => default));

    /// <summary>Event number <paramref name="n"/>.</summary>
    public static GafferEvent Event(int n) => new QueuePaused("q", EventActor.User, DateTimeOffset.UnixEpoch.AddSeconds(n));

    public static IReadOnlyList<GafferEvent> Events(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(Event)];

    public static int Number(GafferEvent e) => (int)e.At.ToUnixTimeSeconds();

    public void Note(string what) => Assert.True(_seen.Writer.TryWrite(what));

    public async Task<string> NextAsync() => await _seen.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    public async Task<List<string>> NextAsync(int count)
    {
        var all = new List<string>();
        while (all.Count < count) all.Add(await NextAsync());
        return all;
    }

    public async Task<LogEntry> NextWarningAsync()
    {
        var entry = await _logged.Reader.ReadAsync().AsTask().WaitAsync(Deadline);
        Assert.Equal(LogLevel.Warning, entry.Level);
        return entry;
    }

    public void ExpectNothingMore()
    {
        Assert.False(_seen.Reader.TryRead(out var seen), $"unexpected: {seen}");
        Assert.False(_logged.Reader.TryRead(out var logged), $"unexpected: {logged}");
    }

    internal sealed record LogEntry(LogLevel Level, string Text, Exception? Cause);

    private sealed class ProbeHook(string name, ChannelWriter<string> seen, Func<int, CancellationToken, ValueTask> then) : IGafferHook
    {
        public ValueTask OnEventAsync(GafferEvent gafferEvent, CancellationToken cancellationToken)
        {
            Assert.True(seen.TryWrite($"{name}{Number(gafferEvent)}"));
            return then(Number(gafferEvent), cancellationToken);
        }
    }

    private sealed class ProbeLog(ChannelWriter<LogEntry> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Assert.True(entries.TryWrite(new LogEntry(logLevel, formatter(state, exception), exception)));
    }
}
