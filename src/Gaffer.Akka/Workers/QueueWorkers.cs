using Akka.Actor;

namespace Gaffer;

/// <summary>The work of this node on one queue: a supervisor for each partition, and the slots that they share. It stops when it was told to leave and the last of them has ended.</summary>
/// <remarks>The first partition says how many there are; until it does, because it is not there, the catalog. No message of a job passes through it, and with one partition it lends nothing.</remarks>
internal sealed class QueueWorkers : UntypedActor
{
    private readonly GafferRuntime _runtime;
    private readonly QueueName _queue;
    private readonly WorkerLog _log = GafferLogs.Of(Context.System).Workers;
    private readonly SortedDictionary<int, IActorRef> _supervisors = [];
    private readonly HashSet<int> _surplus = [];
    private readonly HashSet<int> _crashed = [];
    private readonly SlotGate _gate = new();
    private readonly NodeSlots _slots;
    private ServeQueue _serve;
    private int _partitions = 1;
    private bool _headHasSpoken;
    private bool _catalogHasAnswered;
    private bool _leaving;
    private bool _tickIsSet;

    public QueueWorkers(GafferRuntime runtime, ServeQueue serve)
    {
        (_runtime, _queue, _serve) = (runtime, serve.Queue, serve);
        _slots = new NodeSlots(serve.Queue, runtime.Node, _gate);
    }

    private DateTimeOffset Now => _runtime.Clock.Now;

    public static Props CreateProps(GafferRuntime runtime, ServeQueue serve) => Props.Create(() => new QueueWorkers(runtime, serve)).WithDispatcher(GafferRuntime.Dispatcher);

    // A supervisor that crashes is a defect. Its end tells its partition that its jobs are lost; it starts again, as another actor, after a while. The others go on.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(maxNrOfRetries: 0, withinTimeRange: TimeSpan.Zero, localOnlyDecider: static _ => Directive.Stop);

    protected override void PreStart()
    {
        StartMissing();
        AskCatalog();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WorkersRegistered registered: OnRegistered(registered); break;
            case SlotsHeld held: OnHeld(held); break;
            case PartitionLost lost when _partitions > 1: Tell(_slots.Release(lost.Partition, Now)); break;
            case Tick: OnTick(); break;
            case CatalogAnswer { Failure: null } answer: OnFound(answer); break;
            case CatalogAnswer: break;   // it is asked again
            case AskAgain: AskCatalog(); break;
            case ServeQueue serve: OnServe(serve); break;
            case LeaveQueue leave: OnLeave(leave); break;
            case Terminated { ActorRef: var supervisor }: OnEnded(supervisor); break;
            case StartAgain again: OnStartAgain(again.Index); break;
            default: Unhandled(message); break;
        }

        if (_leaving && _supervisors.Count == 0) Context.Stop(Self);
    }

    private void OnRegistered(WorkersRegistered registered)
    {
        if (registered.Partitions > 1 && _supervisors.ContainsKey(registered.Partition.Index)) Tell(_slots.Meet(registered, Sender, _serve.Max, Now));
        if (!registered.Partition.IsHead) return;
        _headHasSpoken = true;
        if (registered.Partitions == _partitions) return;
        _partitions = registered.Partitions;
        if (_partitions == 1) _slots.Lift();
        foreach (var (index, supervisor) in _supervisors)
        {
            if (index >= _partitions && _surplus.Add(index)) supervisor.Tell(new LeaveQueue(null), Self);   // the queue was made anew, with fewer
        }

        StartMissing();
    }

    // A queue whose first partition is down works in the others.
    private void AskCatalog()
    {
        if (_headHasSpoken || _catalogHasAnswered) return;
        _runtime.Catalog.Tell(new CatalogRequest.Find(0, _queue));
        _runtime.Clock.TellAfter(_runtime.Settings.Worker.RetryInterval, Self, AskAgain.Instance);
    }

    private void OnFound(CatalogAnswer answer)
    {
        _catalogHasAnswered = true;
        if (_headHasSpoken || answer.Queues is not [var found, ..]) return;
        _partitions = found.Options.Partitions;
        StartMissing();
    }

    private void OnHeld(SlotsHeld held)
    {
        if (_partitions > 1) Tell(_slots.Hear(held, Sender, Now));
    }

    private void OnTick()
    {
        _tickIsSet = false;
        Tell(_slots.Remind(Now));
    }

    private void OnServe(ServeQueue serve)
    {
        _serve = serve;
        if (_partitions > 1) Tell(_slots.Set(serve.Max, Now));
        foreach (var supervisor in _supervisors.Values) supervisor.Tell(serve, Self);
    }

    private void OnLeave(LeaveQueue leave)
    {
        _leaving = true;
        foreach (var supervisor in _supervisors.Values) supervisor.Tell(leave, Self);
    }

    private void OnEnded(IActorRef supervisor)
    {
        var index = _supervisors.First(s => s.Value.Equals(supervisor)).Key;
        _supervisors.Remove(index);
        Tell(_slots.Release(new QueuePartition(_queue, index), Now));
        if (_surplus.Remove(index))
        {
            StartMissing();   // or it is needed again
        }
        else if (!_leaving)
        {
            _crashed.Add(index);
            _runtime.Clock.TellAfter(_runtime.Settings.Worker.RetryInterval, Self, new StartAgain(index));
            _log.SupervisorCrashed(_queue, new QueuePartition(_queue, index), _runtime.Settings.Worker.RetryInterval);
        }
    }

    private void OnStartAgain(int index)
    {
        _crashed.Remove(index);
        StartMissing();
    }

    private void StartMissing()
    {
        for (var index = 0; index < _partitions && !_leaving; index++)
        {
            if (_supervisors.ContainsKey(index) || _crashed.Contains(index)) continue;
            var (runtime, serve, partition, gate) = (_runtime, _serve, new QueuePartition(_queue, index), _gate);
            var props = Props.Create(() => new WorkerSupervisor(runtime, serve, partition, gate)).WithDispatcher(GafferRuntime.Dispatcher);
            _supervisors[index] = Context.Watch(Context.ActorOf(props, index.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    // In the name of the supervisor: a partition that knows another has jobs of that one's in mind.
    private void Tell(IEnumerable<SlotsGrant> grants)
    {
        foreach (var (to, lent) in grants)
        {
            if (_supervisors.TryGetValue(lent.Partition.Index, out var supervisor)) to.Tell(lent, supervisor);
        }

        if (_tickIsSet || !_slots.IsUnsettled) return;
        _tickIsSet = true;
        _runtime.Clock.TellAfter(_runtime.Settings.Worker.RetryInterval, Self, Tick.Instance);
    }

    /// <summary>Time to ask again for slots that others wait for.</summary>
    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }

    /// <summary>Time to ask the catalog again.</summary>
    private sealed class AskAgain : INoSerializationVerificationNeeded
    {
        public static AskAgain Instance { get; } = new();
    }

    private sealed record StartAgain(int Index) : INoSerializationVerificationNeeded;
}
