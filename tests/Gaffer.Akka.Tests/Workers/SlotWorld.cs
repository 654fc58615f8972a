using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

/// <summary>
/// Nodes that lend slots to the partitions of a queue, on journals in memory. What partitions and nodes tell each other of jobs may be lost, and comes in order between two actors;
/// what they tell each other of slots, and the limiter of permits, may be lost, come late, and come again. Actors of a partition and supervisors are replaced while others still talk to those before.
/// </summary>
internal sealed class SlotWorld
{
    private readonly List<Action> _slots = [];
    private readonly List<((object From, object To) Link, Action Arrive)> _jobs = [];
    private readonly FakeTimeProvider _time = new(Given.Noon);
    private readonly List<LimitChange> _limiterJournal = [];
    private PermitLedger _limiter = new();

    public SlotWorld(WorkerLimit max, int partitions, int nodes, WorkerLimit? globalMax = null)
    {
        GlobalMax = globalMax ?? WorkerLimit.Unlimited;
        Runtime = new GafferRuntime
        {
            Settings = GafferSettings.From(GafferConfig.Reference.GetConfig("gaffer")),
            Clock = new GafferClock(_time, null!),
            Node = Given.NodeA,
            Services = null!,
            Storages = new Dictionary<string, StoragePlugins>(),
            EventsOf = null!,
            Limiter = new Limiter(this),
        };
        if (!GlobalMax.IsUnlimited) Commit(_limiter.Set(new QueueOptions { Name = Given.Queue }.OwnLimit, GlobalMax.Value, Now, revision: 1));
        Partitions = [.. Enumerable.Range(0, partitions).Select(i => new SlotPartition(this, new QueuePartition(Given.Queue, i)))];
        SetMax(max);
        Nodes = [.. Enumerable.Range(0, nodes).Select(i => new SlotNode(this, new WorkerNode($"node-{i}", new Guid(i + 1, 0, 0, new byte[8]))))];
    }

    public GafferRuntime Runtime { get; }

    public WorkerLimit GlobalMax { get; }

    public SlotPartition[] Partitions { get; }

    public SlotNode[] Nodes { get; }

    public DateTimeOffset Now => _time.GetUtcNow();

    public int Running => Nodes.Sum(n => n.Running);

    public int Jobs => Partitions.Sum(p => p.Actor.Jobs);

    public int SlotMessages { get; private set; }

    /// <summary>Orders above the limit.</summary>
    public int Refused { get; set; }

    /// <summary>All partitions have followed the head.</summary>
    public void SetMax(WorkerLimit max)
    {
        foreach (var partition in Partitions) partition.Configure(new QueueOptions { Name = Given.Queue, MaxWorkers = max, GlobalMaxWorkers = GlobalMax, Partitions = Partitions.Length });
    }

    public void Pass(TimeSpan time) => _time.Advance(time);

    public void SendSlots(Action arrive)
    {
        SlotMessages++;
        _slots.Add(arrive);
    }

    /// <summary>Another limiter starts, of what is durable.</summary>
    public void RestartLimiter()
    {
        _limiter = new PermitLedger();
        foreach (var change in _limiterJournal) _limiter.Apply(change);
    }

    public void RemindLimiter() => Commit(_limiter.Remind(Now));

    public void SendJobs(object from, object to, Action arrive) => _jobs.Add(((from, to), arrive));

    /// <summary>Some word of slots arrives; perhaps it arrives again later.</summary>
    public void DeliverSlots(int which, bool again)
    {
        if (_slots.Count == 0) return;
        var arrive = _slots[which % _slots.Count];
        if (!again) _slots.RemoveAt(which % _slots.Count);
        arrive();
    }

    /// <summary>The oldest word of jobs between some two actors arrives, or is lost.</summary>
    public void DeliverJobs(int which, bool lost = false)
    {
        if (_jobs.Count == 0) return;
        var link = _jobs[which % _jobs.Count].Link;
        var oldest = _jobs.FindIndex(m => m.Link == link);
        var arrive = _jobs[oldest].Arrive;
        _jobs.RemoveAt(oldest);
        if (!lost) arrive();
    }

    public void LoseSlots(int which)
    {
        if (_slots.Count > 0) _slots.RemoveAt(which % _slots.Count);
    }

    /// <summary>Lets everything arrive, in order, as long as something happens; time passes between rounds.</summary>
    public void Calm(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            Write();
            foreach (var supervisor in Nodes.SelectMany(n => n.Supervisors)) supervisor.Register();
            foreach (var partition in Partitions) partition.Actor.Tick();
            foreach (var node in Nodes) node.Remind();
            RemindLimiter();
            foreach (var partition in Partitions.Where(p => p.Actor.IsOver)) partition.Restart();
            DeliverAll();
            Pass(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Lets everything arrive, in order, as long as something happens. No timer rings.</summary>
    public void DeliverAll()
    {
        Write();
        for (var steps = 0; _slots.Count + _jobs.Count > 0 && steps < 10_000; steps++)
        {
            DeliverJobs(0);
            DeliverSlots(0, again: false);
            Write();
        }

        Assert.Empty(_slots);
        Assert.Empty(_jobs);
    }

    public override string ToString() => string.Join(
        "; ", [.. Nodes.Select(n => $"{n.Id.Address} runs {string.Join("+", n.Supervisors.Select(s => s.Running.Count))}"), .. Partitions.Select(p => $"{p.Actor}")]);

    private void Write()
    {
        foreach (var partition in Partitions) partition.Actor.Written();
    }

    private void Commit(PermitDecision decision)
    {
        _limiterJournal.AddRange(decision.Changes);
        foreach (var grant in decision.Grants) _slots.Add(() => Partitions[grant.Partition.Index].Actor.Hear(grant));
    }

    private sealed class Limiter(SlotWorld world) : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "tests")) / "limiter";

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender) =>
            world._slots.Add(() => world.Commit(world._limiter.Hear((PermitReport)message, world.Now)));
    }
}

/// <summary>A node: real slots, and supervisors that run what they are told to, until the test says otherwise.</summary>
internal sealed class SlotNode
{
    private readonly SlotWorld _world;
    private NodeSlots _slots;
    private WorkerLimit? _own;
    private int _lives;

    public SlotNode(SlotWorld world, WorkerNode id)
    {
        (_world, Id) = (world, id);
        Supervisors = null!;
        _slots = null!;
        Gate = null!;
        Crash();
    }

    public WorkerNode Id { get; }

    public SlotGate Gate { get; private set; }

    public SlotSupervisor[] Supervisors { get; private set; }

    public int Running => Supervisors.Sum(s => s.Running.Count);

    public WorkerLimit? Own
    {
        get => _own;
        set
        {
            Tell(_slots.Set(_own = value, _world.Now));
            foreach (var supervisor in Supervisors) supervisor.Register();
        }
    }

    /// <summary>The node's work on the queue ends, and begins anew.</summary>
    public void Crash()
    {
        foreach (var supervisor in Supervisors ?? []) supervisor.Die();
        Gate = new SlotGate();
        _slots = new NodeSlots(Given.Queue, Id, Gate);
        _lives++;
        Supervisors = [.. _world.Partitions.Select(p => new SlotSupervisor(_world, this, p, _lives))];
        Tell(_slots.Set(_own, _world.Now));
        foreach (var supervisor in Supervisors) supervisor.Register();
    }

    public void CrashSupervisor(int which)
    {
        var before = Supervisors[which % Supervisors.Length];
        before.Die();
        Supervisors[which % Supervisors.Length] = new SlotSupervisor(_world, this, before.Partition, before.Life);
        Tell(_slots.Release(before.Partition.Id, _world.Now));
        Supervisors[which % Supervisors.Length].Register();
    }

    public void OnRegistered(WorkersRegistered registered, SlotActor actor) => Tell(_slots.Meet(registered, actor, _own, _world.Now));

    // A word that a supervisor forwarded may come after its end, but not after that of its parent.
    public void Hear(SlotsHeld held, IActorRef speaker, int parent)
    {
        if (parent == _lives) Tell(_slots.Hear(held, speaker, _world.Now));
    }

    public void Remind() => Tell(_slots.Remind(_world.Now));

    private void Tell(IEnumerable<SlotsGrant> grants)
    {
        foreach (var (to, lent) in grants)
        {
            var supervisor = Supervisors[lent.Partition.Index];
            _world.SendSlots(() => ((SlotActor)to).Hear(lent, supervisor));
        }
    }
}

/// <summary>A supervisor: it takes jobs from the actor that it is registered with, and tells their ends until they are acknowledged.</summary>
internal sealed class SlotSupervisor(SlotWorld world, SlotNode node, SlotPartition partition, int parent) : MinimalActorRef
{
    private readonly HashSet<ExecutionKey> _ends = [];
    private SlotActor? _link;
    private bool _isDead;

    public SlotPartition Partition => partition;

    public int Life => parent;

    public HashSet<ExecutionKey> Running { get; } = [];

    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "tests")) / Guid.NewGuid().ToString();

    public override IActorRefProvider Provider => throw new NotSupportedException();

    public void Die()
    {
        _isDead = true;
        node.Gate.Exit(Running.Count);
        Running.Clear();
        foreach (var actor in partition.Actors) world.SendJobs(this, actor, () => actor.OnSupervisorEnded(this));
    }

    public void Register()
    {
        var registration = new RegisterWorkers(partition.Id, node.Id, node.Own, [JobWorker.DefaultKind], [.. Running, .. _ends], 0);
        world.SendJobs(this, partition, () => partition.Actor.Hear(registration, this));
    }

    public void End(int which)
    {
        if (Running.Count == 0) return;
        var key = Running.ElementAt(which % Running.Count);
        Ended(key);
        TellEnds();
    }

    public void EndAll()
    {
        foreach (var key in Running.ToList()) Ended(key);
        TellEnds();
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        var actor = (SlotActor)sender;
        if (message is SlotsHeld held) world.SendSlots(() => node.Hear(held, actor, parent));
        else world.SendJobs(actor, this, () => Hear(message, actor));
    }

    private void Hear(object message, SlotActor sender)
    {
        if (_isDead) return;
        if (message is WorkOrders orders)
        {
            foreach (var job in orders.Execute)
            {
                var key = new ExecutionKey(job.Id, job.Execution);
                if (sender != _link || _ends.Contains(key) || Running.Contains(key)) continue;
                if (node.Gate.TryEnter()) Running.Add(key);
                else world.Refused++;
            }

            foreach (var key in orders.Acknowledged) _ends.Remove(key);
            foreach (var key in orders.Stop)
            {
                Ended(key);
            }

            if (orders.Stop.Length > 0) TellEnds();
        }
        else
        {
            _link = sender;
            var registered = (WorkersRegistered)message;
            node.Gate.Open((node.Own ?? registered.MaxWorkers).Value);
            node.OnRegistered(registered, sender);
            TellEnds();
        }
    }

    private void Ended(ExecutionKey key)
    {
        if (Running.Remove(key)) node.Gate.Exit();
        _ends.Add(key);
    }

    private void TellEnds()
    {
        if (_link is not { } actor || _ends.Count == 0) return;
        var finished = new WorkFinished(partition.Id, node.Id, [.. _ends.Select(key => new FinishedExecution(key, JobResult.Complete()))], 0);
        world.SendJobs(this, actor, () => actor.Hear(finished, this));
    }
}
