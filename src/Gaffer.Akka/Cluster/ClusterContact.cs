using System.Collections.Frozen;
using Akka.Actor;

namespace Gaffer;

/// <summary>Whether this node is in contact with the part of the cluster that goes on. Any thread may ask; <see cref="ContactWatch"/> alone tells.</summary>
/// <remarks>A node that is cut off gives up its jobs and hands out none, before the others may take them over.</remarks>
internal sealed class ClusterContact
{
    /// <summary>A process that gives no sign of life for so long stood still: a suspended machine, a debugger, a stop signal. The others may have declared it dead meanwhile.</summary>
    public static readonly TimeSpan Standstill = TimeSpan.FromSeconds(3);

    private volatile bool _isCutOff;
    private volatile int _generation;
    private long _beatAt;
    private volatile FrozenSet<string>? _members;
    private volatile FrozenSet<string> _unreachable = FrozenSet<string>.Empty;

    /// <summary>Whether the others may declare this node dead, or have done so. False while nothing is known.</summary>
    public bool IsCutOff => _isCutOff;

    /// <summary>Whether what this node knows of the cluster is fresh, and it is in contact: then what it writes, nobody else has written meanwhile.</summary>
    /// <remarks>The journal refuses two writes with one number. But an actor that takes over may have trimmed the journal behind it, numbers and all: so whoever was cut off, or stood still, must not write on.</remarks>
    public bool IsCurrent => !_isCutOff && !HasStoodStill;

    /// <summary>Grows whenever contact is lost.</summary>
    public int Generation => _generation;

    private bool HasStoodStill => Volatile.Read(ref _beatAt) is not 0 and var at && _members is { Count: > 1 } && TimeProvider.System.GetElapsedTime(at) > Standstill;

    /// <summary>A sign of life, several in a second. Answers whether the process stood still before it.</summary>
    public bool Beat()
    {
        var stoodStill = HasStoodStill;
        Volatile.Write(ref _beatAt, TimeProvider.System.GetTimestamp());
        return stoodStill;
    }

    /// <summary>Whether a node is no member: it has left, or was declared dead and removed. False while nothing is known.</summary>
    public bool IsGone(WorkerNode node) => _members is { } members && !members.Contains(node.Address);

    /// <summary>Whether a node is a member. False while nothing is known.</summary>
    public bool IsMember(WorkerNode node) => _members is { } members && members.Contains(node.Address);

    /// <summary>Whether a node is a member that cannot be reached: it may be dead, and a job that is given to it would have to wait for that to be known.</summary>
    public bool IsSilent(WorkerNode node) => _unreachable.Count > 0 && _unreachable.Contains(node.Address);

    public void Set(bool isCutOff, IEnumerable<string> members, IEnumerable<string> unreachable)
    {
        _unreachable = unreachable.ToFrozenSet(StringComparer.Ordinal);
        _members = members.ToFrozenSet(StringComparer.Ordinal);
        if (isCutOff && !_isCutOff) Interlocked.Increment(ref _generation);
        _isCutOff = isCutOff;
    }
}

/// <summary>On the event stream of a node: a member was removed, and <see cref="ClusterContact.IsGone"/> says so.</summary>
internal sealed record NodeRemoved(Address Address) : INoSerializationVerificationNeeded;

/// <summary>On the event stream of a node: <see cref="ClusterContact.IsCutOff"/> has changed.</summary>
internal sealed record ContactChanged(bool IsCutOff) : INoSerializationVerificationNeeded;
