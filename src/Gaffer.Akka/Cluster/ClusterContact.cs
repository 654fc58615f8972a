using System.Collections.Frozen;
using Akka.Actor;

namespace Gaffer;

/// <summary>Whether this node is in contact with the part of the cluster that goes on. Any thread may ask; <see cref="ContactWatch"/> alone tells.</summary>
/// <remarks>A node that is cut off gives up its jobs and hands out none, before the others may take them over.</remarks>
internal sealed class ClusterContact
{
    private volatile bool _isCutOff;
    private volatile FrozenSet<string>? _members;
    private volatile FrozenSet<string> _unreachable = FrozenSet<string>.Empty;

    /// <summary>Whether the others may declare this node dead, or have done so. False while nothing is known.</summary>
    public bool IsCutOff => _isCutOff;

    /// <summary>Whether a node is no member: it has left, or was declared dead and removed. False while nothing is known.</summary>
    public bool IsGone(WorkerNode node) => _members is { } members && !members.Contains(node.Address);

    /// <summary>Whether a node is a member that cannot be reached: it may be dead, and a job that is given to it would have to wait for that to be known.</summary>
    public bool IsSilent(WorkerNode node) => _unreachable.Count > 0 && _unreachable.Contains(node.Address);

    public void Set(bool isCutOff, IEnumerable<string> members, IEnumerable<string> unreachable)
    {
        _unreachable = unreachable.ToFrozenSet(StringComparer.Ordinal);
        _members = members.ToFrozenSet(StringComparer.Ordinal);
        _isCutOff = isCutOff;
    }
}

/// <summary>On the event stream of a node: a member was removed, and <see cref="ClusterContact.IsGone"/> says so.</summary>
internal sealed record NodeRemoved(Address Address) : INoSerializationVerificationNeeded;

/// <summary>On the event stream of a node: <see cref="ClusterContact.IsCutOff"/> has changed.</summary>
internal sealed record ContactChanged(bool IsCutOff) : INoSerializationVerificationNeeded;
