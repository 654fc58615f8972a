using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Gaffer.Tests;

/// <summary>A journal in memory that fails, rejects or holds what it is asked when a test says so.</summary>
/// <remarks>Use: <c>var journal = new JournalControl()</c>, add <see cref="JournalControl.Hocon"/> to the configuration of the system, and name <see cref="JournalControl.PluginId"/> as the plugin.</remarks>
public sealed class FaultyJournal(Config config) : MemoryJournal
{
    private static readonly ConcurrentDictionary<string, JournalStorage> Storages = new();
    private readonly JournalControl _control = JournalControl.Of(config.GetString("control"));

    protected override JournalStorage Storage => Storages.GetOrAdd(_control.PluginId, _ => new JournalStorage());

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        await _control.Recoveries.PassAsync() is { } cause ? throw cause : await base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr, cancellationToken);

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToImmutableList();
        if (await _control.Writes.PassAsync() is { } rejection) return [.. writes.Select(_ => rejection)];
        var results = await base.WriteMessagesAsync(writes, cancellationToken);
        foreach (var write in writes) _control.Record(write);
        return results;
    }

    protected override async Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        await base.DeleteMessagesToAsync(persistenceId, toSequenceNr, cancellationToken);
        _control.Forget(persistenceId, toSequenceNr);
    }
}

/// <summary>What one <see cref="FaultyJournal"/> does, and what it holds; outlives the actor system.</summary>
public sealed class JournalControl
{
    private static readonly ConcurrentDictionary<string, JournalControl> All = new();
    private static int s_count;
    private readonly List<IPersistentRepresentation> _events = [];

    public JournalControl()
    {
        PluginId = $"gaffer-tests.journal-{Interlocked.Increment(ref s_count)}";
        All[PluginId] = this;
    }

    public string PluginId { get; }

    /// <summary>Configures the plugin. Its circuit breaker never opens, so that real time plays no part.</summary>
    public Config Hocon => $$"""
        {{PluginId}} {
          class = "{{typeof(FaultyJournal).AssemblyQualifiedName}}"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          control = "{{PluginId}}"
          recovery-event-timeout = 1h
          circuit-breaker { max-failures = 1000000, call-timeout = 1h, reset-timeout = 1h }
        }
        """;

    /// <summary>One pass for each batch of writes.</summary>
    public JournalGate Writes { get; } = new();

    /// <summary>One pass for each recovery; it cannot be rejected, only failed.</summary>
    public JournalGate Recoveries { get; } = new();

    /// <summary>The events of one actor that are there, oldest first.</summary>
    public IReadOnlyList<object> Events(string persistenceId)
    {
        lock (_events) return [.. _events.Where(e => e.PersistenceId == persistenceId).Select(e => e.Payload)];
    }

    internal void Record(AtomicWrite write)
    {
        lock (_events) _events.AddRange((IEnumerable<IPersistentRepresentation>)write.Payload);
    }

    internal void Forget(string persistenceId, long toSequenceNr)
    {
        lock (_events) _events.RemoveAll(e => e.PersistenceId == persistenceId && e.SequenceNr <= toSequenceNr);
    }

    internal static JournalControl Of(string pluginId) => All[pluginId];
}

/// <summary>Lets through, holds, fails or rejects. Faults are decided when a pass leaves the gate, so that a held one can still fail.</summary>
public sealed class JournalGate
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _held = [];
    private readonly Queue<(Exception Cause, bool Rejected)> _faults = [];
    private bool _closed;
    private int _attempts;

    /// <summary>How many have come.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>How many wait.</summary>
    public int Held
    {
        get
        {
            lock (_lock) return _held.Count;
        }
    }

    /// <summary>From now on they wait.</summary>
    public void Hold()
    {
        lock (_lock) _closed = true;
    }

    /// <summary>Lets the one through that has waited longest.</summary>
    public void ReleaseOne()
    {
        lock (_lock) _held.Dequeue().SetResult();
    }

    /// <summary>Lets all through that wait, and all that come.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _closed = false;
            while (_held.TryDequeue(out var next)) next.SetResult();
        }
    }

    /// <summary>The next ones fail: whether they were stored is unknown to the actor (they are not).</summary>
    public void Fail(int times = 1, string reason = "the disk is on fire") => Add(times, new IOException(reason), rejected: false);

    /// <summary>The next one fails for a certain cause.</summary>
    public void Fail(Exception cause) => Add(1, cause, rejected: false);

    /// <summary>The next ones are rejected: they are not stored, and the actor is told so.</summary>
    public void Reject(int times = 1, string reason = "the disk does not like it") => Add(times, new InvalidOperationException(reason), rejected: true);

    internal async Task<Exception?> PassAsync()
    {
        Task turn;
        lock (_lock)
        {
            _attempts++;
            turn = _closed ? Wait() : Task.CompletedTask;
        }

        await turn;
        lock (_lock)
        {
            if (!_faults.TryDequeue(out var fault)) return null;
            return fault.Rejected ? fault.Cause : throw fault.Cause;
        }
    }

    private Task Wait()
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held.Enqueue(turn);
        return turn.Task;
    }

    private void Add(int times, Exception cause, bool rejected)
    {
        lock (_lock)
        {
            for (var i = 0; i < times; i++) _faults.Enqueue((cause, rejected));
        }
    }
}
