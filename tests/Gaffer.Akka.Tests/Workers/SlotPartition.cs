using Akka.Actor;

namespace Gaffer.Tests;

/// <summary>A partition in a <see cref="SlotWorld"/>: its journal, and the actors that believe to be it.</summary>
internal sealed class SlotPartition(SlotWorld world, QueuePartition id)
{
    public QueuePartition Id => id;

    public List<QueueChange> Journal { get; } = [];

    public List<SlotActor> Actors { get; } = [];

    public SlotActor Actor => Actors[^1];

    public void Configure(QueueOptions options)
    {
        if (Actors.Count == 0) Journal.Add(new QueueChange.Configured(world.Now, options, 1, false, Guid.Empty));
        if (Actors.Count == 0) Restart();
        else Actor.Configure(options);
    }

    /// <summary>Another actor of the partition starts, of what is durable. The one before may be alive yet, and learns of it when it writes.</summary>
    public void Restart() => Actors.Add(new SlotActor(world, this));
}

/// <summary>An actor of a partition: the real state, claims, slots and permits, and a write that takes its time.</summary>
internal sealed class SlotActor : MinimalActorRef
{
    private readonly SlotWorld _world;
    private readonly SlotPartition _partition;
    private readonly QueueState _state = new(Given.Queue);
    private readonly CommitBatchWriter _commit;
    private readonly WorkerRoster _roster;
    private readonly QueueSlots _slots;
    private readonly QueuePermits _permits;
    private CommitBatch? _writing;
    private int _written;

    public SlotActor(SlotWorld world, SlotPartition partition)
    {
        (_world, _partition) = (world, partition);
        _commit = new CommitBatchWriter(_state, world.Runtime.Settings.Queue, NoSink.Instance);
        _roster = new WorkerRoster(_state, new ClusterContact());
        _slots = new QueueSlots(partition.Id, _state, _commit, _roster, world.Runtime, this);
        _permits = new QueuePermits(partition.Id, _state, _commit, world.Runtime, this);
        foreach (var change in partition.Journal) _state.Apply(change);
        _written = partition.Journal.Count;
        Change(() => _commit.Do(new QueueChange.Opened(world.Now, Given.NodeA)));
    }

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "tests")) / Guid.NewGuid().ToString();

    public override IActorRefProvider Provider => throw new NotSupportedException();

    /// <summary>Whether it has learned that the queue is elsewhere.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Jobs that have not ended.</summary>
    public int Jobs => _state.CountOf(JobState.Available) + _state.CountOf(JobState.Executing);

    public void Configure(QueueOptions options) => Change(() => _commit.Do(new QueueChange.Configured(_world.Now, options, _state.Version + 1, false, Guid.Empty)));

    public void Insert() => Change(() =>
    {
        var job = Given.Job(((_state.NextSequence + 1) * 64) + _partition.Id.Index) with { Sequence = _state.NextSequence };
        _commit.Do(new QueueChange.Inserted(_world.Now, job));
    });

    /// <summary>Somebody cancels a job that runs; its code runs until it is told to stop.</summary>
    public void Cancel() => Change(() =>
    {
        if (_state.InState(JobState.Executing).FirstOrDefault() is { } job) _commit.Do(new QueueChange.Cancelled(_world.Now, job.Id, null, EventActor.User, Guid.NewGuid()));
    });

    public void Hear(SlotsLent lent, IActorRef supervisor) => Change(() => _slots.Handle(lent, supervisor));

    public void Hear(PermitGrant grant) => Change(() => _permits.Handle(grant, _world.Now));

    public void Tick() => Change(() =>
    {
        _slots.Repeat();
        _permits.Repeat();
    });

    public void Hear(RegisterWorkers registration, IActorRef supervisor) => Change(() =>
    {
        if (_roster.SupervisorOf(registration.Node) is { } known && !known.Equals(supervisor)) Rescue(registration.Node);
        _roster.Register(registration, supervisor);
        var running = registration.Running.ToHashSet();
        foreach (var id in _state.ExecutingOn(registration.Node))
        {
            if (!_state.TryGet(id, out var job) || running.Contains(new ExecutionKey(id, job.Execution))) continue;
            if (_commit.Batch.Changes.Count == 0) _commit.Do(new QueueChange.Opened(_world.Now, Given.NodeA));
            _commit.Batch.Execute(supervisor, job);
        }

        foreach (var execution in running.Where(e => !_roster.IsExecuting(e, registration.Node)).Concat(_roster.ToStopOn(registration.Node))) _commit.Batch.Stop(supervisor, execution);
        supervisor.Tell(_slots.Registered(Guid.Empty), this);
    });

    public void Hear(WorkFinished finished, IActorRef supervisor) => Change(() =>
    {
        foreach (var (key, _) in finished.Finished)
        {
            if (_roster.IsExecuting(key, finished.Node)) _commit.Do(new QueueChange.Completed(_world.Now, key.Job, null));
            else _roster.Ended(key, finished.Node, _world.Now, _commit);
            _commit.Batch.Acknowledge(supervisor, key);
        }
    });

    public void OnSupervisorEnded(IActorRef supervisor) => Change(() =>
    {
        if (_roster.Remove(supervisor) is { } node) Rescue(node);
    });

    /// <summary>What was being written is durable, unless somebody else has written meanwhile.</summary>
    public void Written()
    {
        if (_writing is not { } batch || IsOver) return;
        _writing = null;
        IsOver = _written != _partition.Journal.Count;
        if (IsOver) return;
        _partition.Journal.AddRange(batch.Changes);
        _written = _partition.Journal.Count;
        batch.Release(_partition.Id, this, int.MaxValue);
        WriteNext();
    }

    public override string ToString() => $"{_partition.Id}: {_state.Ready.Count} ready, {_state.CountOf(JobState.Executing)} execute, {_state.Stopping.Count} stop, slots {string.Join("+", _roster.Seats.Select(s => s.Slots.Usable))}, permits {string.Join("+", _state.Permits.Values.Select(p => p.Count))}";

    protected override void TellInternal(object message, IActorRef sender)
    {
    }

    private void Change(Action change)
    {
        if (IsOver) return;
        change();
        if (_writing is null) WriteNext();
    }

    // What the queue's actor does when the mailbox is drained.
    private void WriteNext()
    {
        _roster.Claim(Math.Min(1000, _permits.Budget(_roster.InUse)), _world.Now, _commit);
        _slots.Settle(mayClaim: true, _world.Now);
        _permits.Settle(_world.Now, _roster);
        var batch = _commit.Take();
        if (batch.Changes.Count > 0) _writing = batch;
        else batch.Release(_partition.Id, this, int.MaxValue);
    }

    private void Rescue(WorkerNode node)
    {
        if (_state.Stopping.CountOn(node) > 0) _commit.Do(new QueueChange.NodeGone(_world.Now, node));
        _roster.Remove(node);
        foreach (var id in _state.ExecutingOn(node).ToList())
        {
            if (_state.TryGet(id, out var job)) _commit.Do(JobMachine.Rescue(job, _world.Now));
        }
    }

    private sealed class NoSink : IEventSink
    {
        public static NoSink Instance { get; } = new();

        public bool HasListeners => false;

        public void Publish(IReadOnlyList<GafferEvent> events)
        {
        }
    }
}
