using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.Cluster;

namespace Gaffer;

/// <summary>A member of the cluster, as far as rules about majorities look at it.</summary>
internal sealed record ClusterNode(UniqueAddress Id, MemberStatus Status, ImmutableHashSet<string> Roles)
{
    public static ClusterNode Of(Member member) => new(member.UniqueAddress, member.Status, member.Roles);

    /// <summary>Whether it is reached over the loopback interface: then so is this process, and both are in one network namespace of one machine.</summary>
    public bool IsOnLoopback => Id.Address.Host is { } host && (host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)));
}

/// <summary>Nodes in the order in which one of them is chosen.</summary>
internal sealed class ByAddress : IComparer<ClusterNode>
{
    public static readonly ByAddress Order = new();

    public int Compare(ClusterNode? x, ClusterNode? y) => Member.AddressOrdering.Compare(x?.Id.Address, y?.Id.Address);
}

/// <summary>Which of two sides of a cluster may go on: the larger one; of equal ones that with the lowest address. The rule of Akka's keep-majority.</summary>
internal static class Majority
{
    /// <param name="members">All members.</param>
    /// <param name="isHere">Whether a member is on the side in question.</param>
    /// <param name="role">Only members with this role count; empty: all do.</param>
    public static bool Keeps(IReadOnlyCollection<ClusterNode> members, Func<ClusterNode, bool> isHere, string role = "")
    {
        var counted = members.Where(m => role.Length == 0 || m.Roles.Contains(role)).Order(ByAddress.Order).ToList();
        if (!Decide(counted.Where(IsUp), isHere)) return false;

        // A change that only the other side has seen must not turn the decision: here counts who is up for certain, there who may be.
        return Decide(counted.Where(m => isHere(m) ? m.Status == MemberStatus.Up : IsUp(m) || m.Status is MemberStatus.Joining or MemberStatus.WeaklyUp), isHere);
    }

    private static bool IsUp(ClusterNode node) => node.Status is MemberStatus.Up or MemberStatus.Leaving;

    private static bool Decide(IEnumerable<ClusterNode> counted, Func<ClusterNode, bool> isHere)
    {
        var all = counted.ToList();
        var here = all.Count(isHere);
        var there = all.Count - here;
        return here != there ? here > there : here > 0 && isHere(all.First(m => m.Status is not (MemberStatus.Joining or MemberStatus.WeaklyUp)));
    }
}
