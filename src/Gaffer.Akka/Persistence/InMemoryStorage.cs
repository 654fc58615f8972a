using Akka.Configuration;

namespace Gaffer;

/// <summary>Akka's own in-memory plugins, one of each for a storage.</summary>
internal sealed record InMemoryStorage : Storage
{
    public static InMemoryStorage Instance { get; } = new();

    internal override bool IsExclusive => true;

    internal override Config ToConfig(string name) => ConfigurationFactory.ParseString($$"""
        {{Root(name)}} {
          journal {
            class = "Akka.Persistence.Journal.MemoryJournal, Akka.Persistence"
            plugin-dispatcher = "{{GafferRuntime.Dispatcher}}"
            replay-filter.mode = off
          }
          snapshot {
            class = "Akka.Persistence.Snapshot.MemorySnapshotStore, Akka.Persistence"
            plugin-dispatcher = "{{GafferRuntime.Dispatcher}}"
          }
        }
        """);

    public override string ToString() => "memory";
}
