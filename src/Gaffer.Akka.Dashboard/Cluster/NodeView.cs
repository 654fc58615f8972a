using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;

namespace Gaffer.Dashboard;

/// <summary>A node of the cluster and what it runs. Its capacity is how many jobs it may run at once, in all queues; null is no limit.</summary>
internal sealed record NodeView(
    string Node, string Status, bool Reachable, bool Self, bool Leader, IReadOnlyList<string> Roles, int Running, int? Capacity, int Zombies, IReadOnlyList<string> Queues)
{
    /// <summary>Host and port of a node that a queue or a job names.</summary>
    public static string? Short(WorkerNode? node) => node?.Address[(node.Address.IndexOf('@', StringComparison.Ordinal) + 1)..];
}

/// <summary>Reads who is in the cluster, and joins it with what the queues say of their workers.</summary>
internal sealed class NodeReader(ActorSystem system)
{
    private readonly Cluster _cluster = Cluster.Get(system);

    public string Self => Short(_cluster.SelfAddress);

    public IReadOnlyList<NodeView> Read(IReadOnlyList<QueueView> queues)
    {
        var state = _cluster.State;
        var work = queues.SelectMany(q => (q.Workers?.Nodes ?? []).Select(n => (Queue: q.Name, Workers: n))).ToLookup(w => w.Workers.Node);
        var members = state.Members.Select(m => Of(m, state, work[Short(m.Address)])).ToImmutableArray();
        return [.. members.OrderBy(n => n.Node, StringComparer.Ordinal)];
    }

    private NodeView Of(Member member, ClusterEvent.CurrentClusterState state, IEnumerable<(string Queue, NodeWorkersView Workers)> work)
    {
        var workers = work.ToArray();
        return new(
            Short(member.Address), JobRow.Camel(member.Status), !state.Unreachable.Contains(member), member.Address.Equals(_cluster.SelfAddress), member.Address.Equals(state.Leader),
            [.. member.Roles.Order(StringComparer.Ordinal)], workers.Sum(w => w.Workers.Active),
            workers.Any(w => w.Workers.Max is null) ? null : workers.Sum(w => w.Workers.Max), workers.Sum(w => w.Workers.Zombies), [.. workers.Select(w => w.Queue).Distinct()]);
    }

    private static string Short(Address address) => $"{address.Host}:{address.Port}";
}
