using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;

namespace Gaffer;

/// <summary>Says whether a node is cut off: on a side of the cluster that will not be kept, as far as it can see.</summary>
/// <remarks>It follows the split brain resolver that the cluster has. Where that asks what no single node knows, a node is cut off when it reaches none of the others.</remarks>
internal sealed class ContactRule
{
    private const string Resolver = "akka.cluster.split-brain-resolver";

    private readonly Func<IReadOnlyList<ClusterNode>, Func<ClusterNode, bool>, bool> _keeps;

    private ContactRule(Func<IReadOnlyList<ClusterNode>, Func<ClusterNode, bool>, bool> keeps) => _keeps = keeps;

    /// <param name="config">All HOCON of the actor system.</param>
    public static ContactRule Of(Config config)
    {
        var provider = config.GetString("akka.cluster.downing-provider-class", "") ?? "";
        if (provider.Length > 0 && !provider.Contains("SplitBrainResolver", StringComparison.Ordinal)) return Alone();
        return config.GetString($"{Resolver}.active-strategy", "") switch
        {
            "keep-majority" => KeepMajority(config.GetString($"{Resolver}.keep-majority.role", "") ?? ""),
            "static-quorum" => StaticQuorum(config.GetInt($"{Resolver}.static-quorum.quorum-size"), config.GetString($"{Resolver}.static-quorum.role", "") ?? ""),
            _ => Alone(),
        };
    }

    public static ContactRule KeepMajority(string role) => new((members, isHere) => Majority.Keeps(members, isHere, role));

    public static ContactRule StaticQuorum(int size, string role) =>
        new((members, isHere) => members.Count(m => isHere(m) && m.Status is (MemberStatus.Up or MemberStatus.Leaving) && (role.Length == 0 || m.Roles.Contains(role))) >= size);

    public static ContactRule Alone() => new(static (members, isHere) => members.Count(isHere) > 1);

    /// <summary>Whether the node is cut off, or declared dead.</summary>
    /// <param name="self">The node.</param>
    /// <param name="members">All members that it knows, itself included.</param>
    /// <param name="unreachable">Those of them that it, or another one that it reaches, does not reach.</param>
    public bool IsCutOff(UniqueAddress self, IReadOnlyList<ClusterNode> members, ImmutableHashSet<UniqueAddress> unreachable)
    {
        if (members.Any(m => m.Id.Equals(self) && m.Status is (MemberStatus.Down or MemberStatus.Removed))) return true;
        var alive = members.Where(m => m.Status is not (MemberStatus.Down or MemberStatus.Exiting)).ToList();
        bool IsHere(ClusterNode node) => !unreachable.Contains(node.Id);
        return !alive.TrueForAll(IsHere) && !_keeps(alive, IsHere);
    }
}
