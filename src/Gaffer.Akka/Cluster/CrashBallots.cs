using System.Collections.Immutable;
using Akka.Cluster;

namespace Gaffer;

/// <summary>Which members of a cluster are to be declared dead at once, because their processes are gone.</summary>
/// <param name="Gone">They are.</param>
/// <param name="Turn">0 for the node that acts at once, 1 for the one that acts if that one does not, and so on.</param>
internal sealed record CrashDecision(ImmutableArray<ClusterNode> Gone, int Turn);

/// <summary>What a node and the others found about members whose processes may be gone, and what follows. Times count from any start.</summary>
/// <remarks>
/// That a port refuses connections can be the word of a firewall. So no node's finding is enough: all that are not found gone must have found the same members gone,
/// and be the part of the cluster that may go on without them. Any two such parts share a node, and a node never takes back a finding: what it says only grows,
/// or, when it proves wrong, it says nothing more until those it was wrong about are no members. So of two decisions one contains the other,
/// and the members that one of them keeps are all among those the other keeps: there are never two that go on side by side.
/// </remarks>
/// <param name="self">The node.</param>
/// <param name="role">Queues live on nodes with this role; empty: on all.</param>
internal sealed class CrashBallots(UniqueAddress self, string role = "")
{
    /// <summary>For how long a ballot counts that is not repeated.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3);

    private readonly Dictionary<UniqueAddress, ClusterNode> _members = [];
    private readonly Dictionary<UniqueAddress, TimeSpan> _gone = [];
    private readonly HashSet<UniqueAddress> _contradicted = [];
    private readonly Dictionary<UniqueAddress, (ImmutableArray<UniqueAddress> Gone, TimeSpan At)> _others = [];

    public IEnumerable<ClusterNode> Members => _members.Values;

    /// <summary>All that this node has found gone, and that are members still.</summary>
    public IReadOnlyCollection<UniqueAddress> Gone => _gone.Keys;

    /// <summary>What this node says to the others; null while it has nothing to say, has not found it again lately, or was wrong.</summary>
    public CrashBallot? Own(TimeSpan now) =>
        _gone.Count == 0 || _contradicted.Count > 0 || _gone.Values.Any(at => now - at >= Lifetime) ? null : new CrashBallot(self, [.. _gone.Keys]);

    /// <summary>A member is new, or has another status.</summary>
    public void Put(ClusterNode member) => _members[member.Id] = member;

    public void Remove(UniqueAddress member)
    {
        _members.Remove(member);
        _gone.Remove(member);
        _contradicted.Remove(member);
        _others.Remove(member);
    }

    /// <summary>This node has found that a member's process is gone, or finds it again.</summary>
    public void Found(UniqueAddress member, TimeSpan now)
    {
        if (_members.ContainsKey(member)) _gone[member] = now;
    }

    public bool IsGone(UniqueAddress member) => _gone.ContainsKey(member);

    /// <summary>A member that was found gone may be there after all. Answers whether that is new.</summary>
    public bool Contradict(UniqueAddress member) => IsGone(member) && _contradicted.Add(member);

    /// <summary>What another node has found.</summary>
    public void Hear(CrashBallot ballot, TimeSpan now)
    {
        if (_members.ContainsKey(ballot.Observer)) _others[ballot.Observer] = (ballot.Gone, now);
    }

    /// <summary>Who is to be declared dead, and when it is this node's turn to do it; null: nobody.</summary>
    public CrashDecision? Decide(TimeSpan now)
    {
        if (Own(now) is null) return null;
        var voters = _members.Values.Where(m => m.Status == MemberStatus.Up && !IsGone(m.Id)).Order(ByAddress.Order).ToList();
        var turn = voters.FindIndex(m => m.Id.Equals(self));
        var toDown = _members.Values.Where(m => IsGone(m.Id) && m.Status != MemberStatus.Down).ToImmutableArray();
        if (turn < 0 || toDown.IsEmpty || !voters.TrueForAll(v => Agrees(v.Id, now))) return null;

        // On the loopback interface it is the kernel that says so, no network lies between, and the last survivor of a machine may go on, if it is of any use.
        var isProven = _members.Values.All(m => m.IsOnLoopback) && _members.Values.Any(m => !IsGone(m.Id) && (role.Length == 0 || m.Roles.Contains(role)));
        return isProven || Majority.Keeps(_members.Values, m => !IsGone(m.Id)) ? new CrashDecision(toDown, turn) : null;
    }

    private bool Agrees(UniqueAddress voter, TimeSpan now) =>
        voter.Equals(self) || (_others.TryGetValue(voter, out var ballot) && now - ballot.At < Lifetime && SaysTheSame(ballot.Gone));

    private bool SaysTheSame(ImmutableArray<UniqueAddress> gone)
    {
        var others = gone.Where(_members.ContainsKey).ToHashSet();
        return others.SetEquals(_gone.Keys);
    }
}
