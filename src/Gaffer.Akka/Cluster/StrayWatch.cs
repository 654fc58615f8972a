using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace Gaffer;

/// <summary>Ends its node when that is in a cluster of its own, as <see cref="StrayRule"/> says: started again, it joins the others.</summary>
/// <remarks>It is there before the node has joined, and asks others only while something is amiss: this node is not let up, or a seed node is no member.</remarks>
internal sealed class StrayWatch : UntypedActor, IWithTimers
{
    /// <summary>Its name in the actor system, the same on all nodes.</summary>
    public const string Name = "gaffer-stray-watch";

    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ClusterLog _log = GafferLogs.Of(Context.System).Cluster;
    private readonly Dictionary<UniqueAddress, ClusterNode> _members = [];
    private readonly StrayRule _rule;
    private bool _isAstray;

    public StrayWatch(TimeProvider time)
    {
        _time = time;
        _startedAt = time.GetTimestamp();
        _rule = new StrayRule(_cluster.SelfUniqueAddress, [.. _cluster.Settings.SeedNodes]);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props CreateProps(TimeProvider time) => Props.Create(() => new StrayWatch(time)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberRemoved removed:
                _members.Remove(removed.Member.UniqueAddress);
                AskInTime();
                break;
            case ClusterEvent.IMemberEvent changed:
                _members[changed.Member.UniqueAddress] = ClusterNode.Of(changed.Member);
                AskInTime();
                break;
            case Tick:
                foreach (var address in _rule.ToAsk(_members.Values)) TryAsync(address).PipeTo(Self);
                AskInTime();
                break;
            case Reached { IsThere: true } reached:
                Context.ActorSelection(new RootActorPath(reached.Address) / "user" / Name).Tell(new MembershipQuestion(_cluster.SelfUniqueAddress), Self);
                break;
            case Reached:
                break;
            case MembershipQuestion when _isAstray:
                break;   // nobody is to give way to a node that ends
            case MembershipQuestion question:
                Sender.Tell(new MembershipAnswer(_cluster.SelfUniqueAddress, _members.ContainsKey(question.Asker), [.. _members.Values.Where(m => m.Status == MemberStatus.Up).Select(m => m.Id)]), Self);
                break;
            case MembershipAnswer answer:
                if (!_isAstray && _rule.Hear(answer, _members.Values, _time.GetElapsedTime(_startedAt)) is { } why) End(why);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void AskInTime()
    {
        if (!_isAstray && !Timers.IsTimerActive(Tick.Instance) && _rule.ToAsk(_members.Values).Any()) Timers.StartSingleTimer(Tick.Instance, Tick.Instance, AskInterval);
    }

    // Akka would complain, and hold back messages for a while, where nobody listens.
    private static async Task<Reached> TryAsync(Address address) =>
        new(address, await CrashProbe.TryAsync(address, ProbePatience).ConfigureAwait(false) == ProbeResult.Connected);

    private void End(string why)
    {
        _isAstray = true;
        Context.System.EventStream.Publish(NodeAstray.Instance);
        _log.NodeAstray(_cluster.SelfAddress, why);
        if (_members.TryGetValue(_cluster.SelfUniqueAddress, out var self) && self.Status == MemberStatus.Up) _ = CoordinatedShutdown.Get(Context.System).Run(ShutOutReason.Instance);
        else _cluster.Down(_cluster.SelfAddress);   // to leave in order, a node must be known
    }

    private sealed record Reached(Address Address, bool IsThere) : INoSerializationVerificationNeeded;

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}

/// <summary>On the event stream of a node: it is in a cluster of its own, and ends. Others may start its jobs.</summary>
internal sealed class NodeAstray : INoSerializationVerificationNeeded
{
    public static readonly NodeAstray Instance = new();
}
