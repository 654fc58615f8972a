using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace Gaffer.Tests;

/// <summary>A snapshot store in memory that fails, or takes its time, when a test says so.</summary>
/// <remarks>Use: as <see cref="FaultyJournal"/>, with a <see cref="SnapshotControl"/>.</remarks>
public sealed class FaultySnapshots(Config config) : SnapshotStore
{
    private readonly SnapshotControl _control = SnapshotControl.Of(config.GetString("control"));

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken = default) =>
        Task.FromResult(_control.Newest(persistenceId, criteria)!);

    protected override async Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken = default)
    {
        await _control.OnSave(metadata.PersistenceId);
        _control.Store(metadata, snapshot);
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken = default) =>
        DeleteAsync(metadata.PersistenceId, new SnapshotSelectionCriteria(metadata.SequenceNr, DateTime.MaxValue, metadata.SequenceNr), cancellationToken);

    protected override async Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken = default)
    {
        await _control.OnDelete(persistenceId);
        _control.Delete(persistenceId, criteria);
    }
}

/// <summary>What one <see cref="FaultySnapshots"/> does, and what it holds; outlives the actor system.</summary>
public sealed class SnapshotControl
{
    private static readonly ConcurrentDictionary<string, SnapshotControl> All = new();
    private static int s_count;
    private readonly List<SelectedSnapshot> _rows = [];
    private Func<string, Task> _onSave = static _ => Task.CompletedTask;
    private Func<string, Task> _onDelete = static _ => Task.CompletedTask;

    public SnapshotControl()
    {
        PluginId = $"gaffer-tests.snapshots-{Interlocked.Increment(ref s_count)}";
        All[PluginId] = this;
    }

    public string PluginId { get; }

    /// <summary>Configures the plugin. Its circuit breaker never opens, so that real time plays no part.</summary>
    public Config Hocon => $$"""
        {{PluginId}} {
          class = "{{typeof(FaultySnapshots).AssemblyQualifiedName}}"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          control = "{{PluginId}}"
          circuit-breaker { max-failures = 1000000, call-timeout = 1h, reset-timeout = 1h }
        }
        """;

    /// <summary>What comes before a snapshot of this persistence id is there: a task that fails, or ends when the test likes.</summary>
    public Func<string, Task> OnSave
    {
        get => Volatile.Read(ref _onSave);
        set => Volatile.Write(ref _onSave, value);
    }

    /// <summary>The same before some of this persistence id are deleted.</summary>
    public Func<string, Task> OnDelete
    {
        get => Volatile.Read(ref _onDelete);
        set => Volatile.Write(ref _onDelete, value);
    }

    /// <summary>All that is there.</summary>
    public IReadOnlyList<SelectedSnapshot> Rows
    {
        get
        {
            lock (_rows) return [.. _rows];
        }
    }

    public SelectedSnapshot? Newest(string persistenceId) => Newest(persistenceId, SnapshotSelectionCriteria.Latest);

    internal SelectedSnapshot? Newest(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        lock (_rows) return _rows.Where(row => IsMeant(row, persistenceId, criteria)).MaxBy(static row => row.Metadata.SequenceNr);
    }

    internal void Store(SnapshotMetadata metadata, object snapshot)
    {
        lock (_rows)
        {
            _rows.RemoveAll(row => row.Metadata.PersistenceId == metadata.PersistenceId && row.Metadata.SequenceNr == metadata.SequenceNr);
            _rows.Add(new SelectedSnapshot(metadata, snapshot));
        }
    }

    internal void Delete(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        lock (_rows) _rows.RemoveAll(row => IsMeant(row, persistenceId, criteria));
    }

    internal static SnapshotControl Of(string pluginId) => All[pluginId];

    private static bool IsMeant(SelectedSnapshot row, string persistenceId, SnapshotSelectionCriteria criteria) =>
        row.Metadata.PersistenceId == persistenceId && row.Metadata.SequenceNr <= criteria.MaxSequenceNr && row.Metadata.SequenceNr >= criteria.MinSequenceNr && row.Metadata.Timestamp <= criteria.MaxTimeStamp;
}
