using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;

namespace Gaffer;

/// <summary>Notices that the process of another member has crashed, and has it declared dead at once, if all others have noticed it too.</summary>
/// <remarks>
/// The end of a process ends its connections, and from then on its port refuses new ones. The first is the hint, the second is what each node tries itself and tells the others;
/// <see cref="CrashBallots"/> says when that is enough. What is not settled so is left to the split brain resolver.
/// </remarks>
internal sealed class CrashWatch : UntypedActor
{
    /// <summary>Its name in the actor system, the same on all nodes.</summary>
    public const string Name = "gaffer-crash-watch";

    /// <summary>Refusals in a row that a finding takes.</summary>
    private const int Refusals = 3;

    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TurnInterval = TimeSpan.FromMilliseconds(400);

    private readonly GafferClock _clock;
    private readonly long _startedAt;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ClusterLog _log = GafferLogs.Of(Context.System).Cluster;
    private readonly CrashBallots _ballots;
    private readonly Dictionary<UniqueAddress, int> _probing = [];
    private readonly HashSet<Address> _connected = [];
    private IDisposable? _repeating;
    private IDisposable? _turn;

    public CrashWatch(GafferClock clock, string role)
    {
        _clock = clock;
        _startedAt = clock.Time.GetTimestamp();
        _ballots = new CrashBallots(_cluster.SelfUniqueAddress, role);
    }

    private TimeSpan Now => _clock.Time.GetElapsedTime(_startedAt);

    public static Props CreateProps(GafferClock clock, string role) => Props.Create(() => new CrashWatch(clock, role)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.UnreachableMember));
        Context.System.EventStream.Subscribe(Self, typeof(AssociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
        _repeating?.Dispose();
        _turn?.Dispose();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberRemoved removed: OnRemoved(removed.Member.UniqueAddress); break;
            case ClusterEvent.IMemberEvent changed: _ballots.Put(ClusterNode.Of(changed.Member)); break;
            case ClusterEvent.UnreachableMember unreachable: Suspect(unreachable.Member.UniqueAddress); break;
            case AssociatedEvent associated: _connected.Add(associated.RemoteAddress); break;
            case AssociationEvent { RemoteAddress: { } lost }: OnConnectionLost(lost); break;   // Disassociated, AssociationError
            case ProbeAgain again: Probe(again.Member); break;
            case CrashProbed probed: OnProbed(probed); break;
            case CrashBallot ballot: OnBallot(ballot); break;
            case Repeat: OnRepeat(); break;
            case MyTurn: Act(isMyTurn: true); break;
            default: Unhandled(message); break;
        }
    }

    private void OnRemoved(UniqueAddress member)
    {
        _ballots.Remove(member);
        _probing.Remove(member);
    }

    private void OnConnectionLost(Address address)
    {
        _connected.Remove(address);
        if (_ballots.Members.FirstOrDefault(m => m.Id.Address.Equals(address)) is { } member) Suspect(member.Id);
    }

    private void Suspect(UniqueAddress member)
    {
        if (member.Equals(_cluster.SelfUniqueAddress) || _ballots.IsGone(member) || !_probing.TryAdd(member, 0)) return;
        Probe(member);
    }

    private void Probe(UniqueAddress member) => CrashProbe.RunAsync(member, ProbePatience).PipeTo(Self);

    private void OnProbed(CrashProbed probed)
    {
        var (member, result) = probed;
        if (_ballots.IsGone(member))
        {
            OnProbedAgain(member, result);
        }
        else if (_probing.Remove(member, out var refusals) && result == ProbeResult.Refused)   // or it was removed meanwhile, or nothing is said
        {
            if (refusals + 1 < Refusals)
            {
                _probing[member] = refusals + 1;
                _clock.TellAfter(ProbePause, Self, new ProbeAgain(member));
            }
            else
            {
                _ballots.Found(member, Now);
                Announce();
                Act(isMyTurn: false);
            }
        }
    }

    private void OnProbedAgain(UniqueAddress member, ProbeResult result)
    {
        if (result == ProbeResult.Refused)
        {
            _ballots.Found(member, Now);
        }
        else if (result == ProbeResult.Connected && _ballots.Contradict(member))
        {
            _log.MemberContradicted(member.Address);
        }
    }

    private void OnBallot(CrashBallot ballot)
    {
        _ballots.Hear(ballot, Now);

        // Where a connection still stands, it is a better witness.
        foreach (var member in ballot.Gone.Where(g => !_connected.Contains(g.Address) && _ballots.Members.Any(m => m.Id.Equals(g)))) Suspect(member);
        Act(isMyTurn: false);
    }

    private void OnRepeat()
    {
        _repeating = null;
        foreach (var member in _ballots.Gone) Probe(member);
        Announce();
        Act(isMyTurn: false);
    }

    private void Announce()
    {
        if (_ballots.Gone.Count > 0) _repeating ??= _clock.TellAfter(RepeatInterval, Self, Repeat.Instance);
        if (_ballots.Own(Now) is not { } own) return;
        foreach (var member in _ballots.Members.Where(m => !m.Id.Equals(_cluster.SelfUniqueAddress) && !_ballots.IsGone(m.Id)))
        {
            Context.ActorSelection(new RootActorPath(member.Id.Address) / "user" / Name).Tell(own, Self);
        }
    }

    private void Act(bool isMyTurn)
    {
        if (isMyTurn) _turn = null;
        if (_ballots.Decide(Now) is not { } decision) return;
        if (decision.Turn > 0 && !isMyTurn)
        {
            _turn ??= _clock.TellAfter(TurnInterval * decision.Turn, Self, MyTurn.Instance);
            return;
        }

        foreach (var member in decision.Gone) Down(member.Id);
    }

    // A member must be known unreachable to be removed. Its process being gone, its connection is shut for good, which says so at once and not after the failure detector's patience.
    private void Down(UniqueAddress member)
    {
        _log.MemberCrashed(member.Address);
        if (((ExtendedActorSystem)Context.System).Provider is IRemoteActorRefProvider remote) remote.Quarantine(member.Address, member.Uid);
        Context.System.EventStream.Publish(new QuarantinedEvent(member.Address, member.Uid));   // remoting is silent about one that it was just connecting to
        _cluster.Down(member.Address);
    }

    private sealed record ProbeAgain(UniqueAddress Member) : INoSerializationVerificationNeeded;

    private sealed class Repeat : INoSerializationVerificationNeeded
    {
        public static readonly Repeat Instance = new();
    }

    private sealed class MyTurn : INoSerializationVerificationNeeded
    {
        public static readonly MyTurn Instance = new();
    }
}
