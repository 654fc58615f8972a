using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;

namespace Gaffer;

/// <summary>Says whether a node is in a cluster of its own, while the one that all others join is elsewhere. Times count from any start.</summary>
/// <remarks>
/// Two ways lead there, and Akka leaves a node there for ever. A member lets a newcomer in, and dies before it told the others: they ignore the newcomer, which waits to be let up.
/// Or the seed nodes died, and when they start again nobody they know is left: they found a new cluster, beside the one of the survivors.
/// In the first case the newcomer ends, in the second the cluster that has no seed node; if both have one, the smaller; of equal ones that which lacks the first seed node.
/// </remarks>
/// <param name="self">The node.</param>
/// <param name="seeds">The seed nodes that it is configured with, in their order.</param>
internal sealed class StrayRule(UniqueAddress self, ImmutableArray<Address> seeds)
{
    // Akka ignores seed nodes of other systems, and so must this.
    private readonly ImmutableArray<Address> _seeds = [.. seeds.Where(s => s.System == self.Address.System && s.Protocol == self.Address.Protocol)];

    /// <summary>For how long another must have said the same: longer than news take to spread, and nodes to be removed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    /// <summary>What is not said again counts no longer.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(4);

    /// <summary>So many members are asked, where all are as good.</summary>
    private const int Witnesses = 5;

    private readonly Dictionary<UniqueAddress, (TimeSpan First, TimeSpan Last)> _findings = [];

    /// <summary>Whom to ask; nobody, when all is well.</summary>
    /// <param name="members">All members as the node sees them, itself included.</param>
    public IEnumerable<Address> ToAsk(IReadOnlyCollection<ClusterNode> members) => members.FirstOrDefault(m => m.Id.Equals(self))?.Status switch
    {
        MemberStatus.Joining or MemberStatus.WeaklyUp => members.Where(m => m.Status == MemberStatus.Up).Order(ByAddress.Order).Select(m => m.Id.Address).Take(Witnesses),
        MemberStatus.Up => _seeds.Where(s => !members.Any(m => m.Id.Address.Equals(s))),
        _ => [],
    };

    /// <summary>Takes an answer. Says why the node is astray, or null: it is not, or not for long enough.</summary>
    public string? Hear(MembershipAnswer answer, IReadOnlyCollection<ClusterNode> members, TimeSpan now)
    {
        if (answer.KnowsAsker) _findings.Clear();   // one that knows it is enough
        var why = WhyAstray(answer, members);
        if (why is null)
        {
            _findings.Remove(answer.Member);
            return null;
        }

        var first = _findings.TryGetValue(answer.Member, out var before) && now - before.Last < Lifetime ? before.First : now;
        _findings[answer.Member] = (first, now);
        return now - first >= Patience ? why : null;
    }

    private string? WhyAstray(MembershipAnswer answer, IReadOnlyCollection<ClusterNode> members)
    {
        if (answer.KnowsAsker || !answer.Up.Contains(answer.Member)) return null;
        var status = members.FirstOrDefault(m => m.Id.Equals(self))?.Status;
        if (status is not (MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up)) return null;   // it leaves already
        if (status != MemberStatus.Up) return members.Any(m => m.Id.Equals(answer.Member)) ? $"member {answer.Member.Address} does not know of it, as the member that let it in died too soon" : null;
        var here = members.Where(m => m.Status == MemberStatus.Up).Select(m => m.Id).ToList();
        return members.Any(m => m.Id.Address.Equals(answer.Member.Address)) || !Precedes(answer.Up, here)
            ? null
            : $"seed node {answer.Member.Address} is in another cluster, of {answer.Up.Length}, and this one, of {here.Count}, has {(RankOf(here) == int.MaxValue ? "no seed node" : "no more nodes than that")}";
    }

    private bool Precedes(ImmutableArray<UniqueAddress> there, List<UniqueAddress> here)
    {
        var rank = RankOf(here);
        if (rank == int.MaxValue || there.Length == here.Count) return RankOf(there) < rank;
        return there.Length > here.Count;
    }

    private int RankOf(IEnumerable<UniqueAddress> members)
    {
        for (var i = 0; i < _seeds.Length; i++)
        {
            if (members.Any(m => m.Address.Equals(_seeds[i]))) return i;
        }

        return int.MaxValue;
    }
}
