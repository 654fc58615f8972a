using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;

namespace Gaffer.Node;

/// <summary>What a node knows of its cluster.</summary>
/// <param name="Node">The node that says it.</param>
/// <param name="Members">The nodes of the cluster.</param>
/// <param name="Queues">The queues that this node works for, but for those that were deleted.</param>
internal sealed record NodeStatus(string Node, ImmutableArray<MemberStatusView> Members, ImmutableArray<QueueView> Queues)
{
    public static async Task<NodeStatus> ReadAsync(ActorSystem system, IGaffer gaffer, ImmutableArray<string> queues, CancellationToken stop)
    {
        var cluster = Cluster.Get(system);
        var unreachable = cluster.State.Unreachable;
        var members = cluster.State.Members.Select(m => new MemberStatusView(Short(m.Address), m.Status.ToString(), !unreachable.Contains(m)));
        var infos = await Task.WhenAll(queues.Select(queue => TryInfoAsync(gaffer, queue, stop)));
        return new(Short(cluster.SelfAddress), [.. members.OrderBy(m => m.Node, StringComparer.Ordinal)], [.. infos.OfType<QueueInfo>().Select(QueueView.Of)]);
    }

    /// <summary>Host and port.</summary>
    public static string Short(Address address) => $"{address.Host}:{address.Port}";

    private static async Task<QueueInfo?> TryInfoAsync(IGaffer gaffer, string queue, CancellationToken stop)
    {
        try
        {
            return await gaffer.GetInfoAsync(queue, stop);
        }
        catch (UnknownQueueException)
        {
            return null;        // somebody deleted it
        }
    }

    /// <summary>Host and port of a node that a queue or a job names.</summary>
    public static string Short(WorkerNode node) => node.Address[(node.Address.IndexOf('@', StringComparison.Ordinal) + 1)..];
}

/// <summary>A node, as the cluster sees it.</summary>
internal sealed record MemberStatusView(string Node, string Status, bool IsReachable);

/// <summary>A queue in numbers.</summary>
internal sealed record QueueView(string Name, bool IsPaused, long Waiting, long Running, long Done, long Cancelled, long Failed, ImmutableArray<WorkersView> Workers)
{
    public static QueueView Of(QueueInfo info) => new(
        info.Name.Value, info.Status == QueueStatus.Paused, info.Available.Count, info.Executing.Count, info.Completed.Count, info.Cancelled.Count, info.Failed.Count,
        [.. info.Nodes.Select(n => new WorkersView(NodeStatus.Short(n.Node), n.Active, n.Max.ToString(), n.Zombies))]);
}

/// <summary>The workers of a queue on a node.</summary>
internal sealed record WorkersView(string Node, int Running, string Most, int Zombies);
