using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Which nodes have workers for which queues, as they last said. Memory only: nodes say it again and again.</summary>
internal sealed class CatalogPresence
{
    /// <summary>After which a node that says nothing is forgotten.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, Presence> _nodes = [];

    /// <summary>A node serves these queues and no others. An earlier life at its address is over.</summary>
    public void Heard(WorkerNode node, ImmutableArray<QueueName> queues, DateTimeOffset now)
    {
        foreach (var (address, presence) in _nodes)
        {
            if (IsOver(presence, now)) _nodes.Remove(address);
        }

        _nodes[node.Address] = new(node, queues.IsDefault ? [] : [.. queues], now);
    }

    /// <summary>A node is gone.</summary>
    public void Gone(WorkerNode node)
    {
        if (_nodes.TryGetValue(node.Address, out var presence) && presence.Node == node) _nodes.Remove(node.Address);
    }

    /// <summary>The nodes that serve the queue, by address.</summary>
    public ImmutableArray<WorkerNode> ServedBy(QueueName queue, DateTimeOffset now) =>
        [.. _nodes.Values.Where(p => !IsOver(p, now) && p.Queues.Contains(queue)).Select(p => p.Node).OrderBy(n => n.Address, StringComparer.Ordinal)];

    private static bool IsOver(Presence presence, DateTimeOffset now) => now - presence.HeardAt >= Lifetime;

    private sealed record Presence(WorkerNode Node, HashSet<QueueName> Queues, DateTimeOffset HeardAt);
}
