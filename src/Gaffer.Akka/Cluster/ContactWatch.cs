using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;

namespace Gaffer;

/// <summary>Keeps <see cref="ClusterContact"/> true on its node, and ends the node when the others have shut it out.</summary>
internal sealed class ContactWatch : UntypedActor, IWithTimers
{
    /// <summary>Its name in the actor system.</summary>
    public const string Name = "gaffer-contact";

    private static readonly TimeSpan BeatInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>After a standstill, the time in which this node notices what the others noticed.</summary>
    private static readonly TimeSpan Recollection = TimeSpan.FromSeconds(2);

    private readonly ClusterContact _contact;
    private readonly ContactRule _rule;
    private readonly ClusterLog _log = GafferLogs.Of(Context.System).Cluster;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Dictionary<UniqueAddress, ClusterNode> _members = [];
    private ImmutableHashSet<UniqueAddress> _unreachable = [];
    private bool _isShutOut;
    private bool _isRecollecting;

    public ContactWatch(ClusterContact contact, ContactRule rule)
    {
        _contact = contact;
        _rule = rule;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props CreateProps(ClusterContact contact, ContactRule rule) =>
        Props.Create(() => new ContactWatch(contact, rule)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(NodeAstray));
        Timers.StartPeriodicTimer(Tick.Beat, Tick.Beat, BeatInterval);
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.CurrentClusterState state:
                foreach (var member in state.Members) _members[member.UniqueAddress] = ClusterNode.Of(member);
                _unreachable = [.. state.Unreachable.Select(m => m.UniqueAddress)];
                break;
            case ClusterEvent.MemberRemoved removed when removed.Member.UniqueAddress.Equals(_cluster.SelfUniqueAddress):
                _isShutOut |= removed.PreviousStatus == MemberStatus.Down; // or it has left
                break;
            case ClusterEvent.MemberRemoved removed:
                _members.Remove(removed.Member.UniqueAddress);
                _unreachable = _unreachable.Remove(removed.Member.UniqueAddress);
                break;
            case ClusterEvent.IMemberEvent changed:
                _members[changed.Member.UniqueAddress] = ClusterNode.Of(changed.Member);
                break;
            case ClusterEvent.UnreachableMember unreachable:
                _unreachable = _unreachable.Add(unreachable.Member.UniqueAddress);
                break;
            case ClusterEvent.ReachableMember reachable:
                _unreachable = _unreachable.Remove(reachable.Member.UniqueAddress);
                break;
            case Tick tick when tick == Tick.Beat:
                if (!_contact.Beat()) return;
                _isRecollecting = true;
                Timers.StartSingleTimer(Tick.Recollected, Tick.Recollected, Recollection);
                break;
            case Tick:
                _isRecollecting = false;
                break;
            case NodeAstray:
                _isShutOut = true;
                break;
            case ThisActorSystemQuarantinedEvent shutOut:
                OnShutOut(shutOut.RemoteAddress);
                break;
            default:
                Unhandled(message);
                return;
        }

        Look();
        if (message is ClusterEvent.MemberRemoved gone) Context.System.EventStream.Publish(new NodeRemoved(gone.Member.Address));
    }

    private void Look()
    {
        var was = _contact.IsCutOff;
        var isCutOff = _isShutOut || _isRecollecting || _rule.IsCutOff(_cluster.SelfUniqueAddress, [.. _members.Values], _unreachable);
        _contact.Set(isCutOff, _members.Keys.Select(m => m.Address.ToString()), _unreachable.Select(m => m.Address.ToString()));
        if (was == isCutOff) return;
        Context.System.EventStream.Publish(new ContactChanged(isCutOff));   // when it is back, queues write and claim what has waited
        if (isCutOff) _log.ContactLost();
        else _log.ContactRegained();
    }

    // A member that has shut this node out never talks to it again, and Akka itself would leave it at that.
    private void OnShutOut(Address by)
    {
        if (_isShutOut || !_members.Values.Any(m => m.Id.Address.Equals(by) && m.Status != MemberStatus.Down)) return;
        _isShutOut = true;
        _log.NodeShutOut(by);
        _ = CoordinatedShutdown.Get(Context.System).Run(ShutOutReason.Instance);
    }

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Beat = new(), Recollected = new();
    }
}
