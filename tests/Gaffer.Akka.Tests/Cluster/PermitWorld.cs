using System.Collections.Immutable;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A limiter and queues with one limit between them, on journals in memory, with a network that loses, repeats and reorders what it is told to.</summary>
internal sealed class PermitWorld
{
    public const string Limit = "supplier";
    private readonly FakeTimeProvider _time = new(Given.Noon);
    private readonly List<LimitChange> _limiterJournal = [];
    private readonly List<Action> _network = [];
    private PermitLedger _limiter = new();

    public PermitWorld(int max, int queues)
    {
        Max = max;
        Queues = [.. Enumerable.Range(0, queues).Select(i => new QueueSide(this, new QueueName($"queue-{i}")))];
        Commit(_limiter.Set(Limit, max, Now));
    }

    public int Max { get; private set; }

    public QueueSide[] Queues { get; }

    public int Messages => _network.Count;

    private DateTimeOffset Now => _time.GetUtcNow();

    public void Pass(TimeSpan time) => _time.Advance(time);

    public void SetMax(int max)
    {
        Max = max;
        Commit(_limiter.Set(Limit, max, Now));
    }

    /// <summary>Some message arrives; perhaps it arrives again later.</summary>
    public void Deliver(int which, bool again)
    {
        if (_network.Count == 0) return;
        var message = _network[which % _network.Count];
        if (!again) _network.RemoveAt(which % _network.Count);
        message();
    }

    public void Lose(int which)
    {
        if (_network.Count > 0) _network.RemoveAt(which % _network.Count);
    }

    public void RestartLimiter()
    {
        _limiter = new PermitLedger();
        foreach (var change in _limiterJournal) _limiter.Apply(change);
    }

    public void RemindLimiter() => Commit(_limiter.Remind(Now));

    /// <summary>Lets everything arrive, in order, as long as something happens.</summary>
    public void DeliverAll()
    {
        for (var steps = 0; _network.Count > 0 && steps < 10_000; steps++) Deliver(0, again: false);
        Assert.Empty(_network);
    }

    /// <summary>Lets everything arrive, in order, as long as something happens; time passes between rounds.</summary>
    public void Calm(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            DeliverAll();
            Pass(TimeSpan.FromSeconds(1));
            RemindLimiter();
            foreach (var queue in Queues) queue.Tick();
        }
    }

    public void CheckSafety(int max)
    {
        Assert.True(Queues.Sum(q => q.Held) <= max, $"queues hold {string.Join("+", Queues.Select(q => q.Held))} of {max} permits");
        Assert.All(Queues, q => Assert.True(q.Executing <= q.Held, $"{q.Name} runs {q.Executing} jobs with {q.Held} permits"));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"max {Max}; limiter: {string.Join(", ", _limiter.ToChanges())}; queues: {string.Join(", ", Queues.Select(q => $"{q.Name} holds {q.Permits} runs {q.Executing} waits {q.Ready}"))}";

    private void Commit(PermitDecision decision)
    {
        _limiterJournal.AddRange(decision.Changes);
        foreach (var grant in decision.Grants)
        {
            var queue = Queues.Single(q => q.Name == grant.Partition);
            _network.Add(() => queue.Hear(grant));
        }
    }

    /// <summary>A queue: the real state, claims and permits, without the actor.</summary>
    internal sealed class QueueSide : MinimalActorRef
    {
        private readonly PermitWorld _world;
        private readonly List<QueueChange> _journal = [];
        private readonly GafferRuntime _runtime;
        private QueueState _state = null!;
        private CommitBatchWriter _commit = null!;
        private WorkerRoster _roster = null!;
        private QueuePermits _permits = null!;
        private long _inserts;

        public QueueSide(PermitWorld world, QueueName name)
        {
            (_world, Name) = (world, name);
            _runtime = new GafferRuntime
            {
                Settings = GafferSettings.From(GafferConfig.Reference.GetConfig("gaffer")),
                Clock = new GafferClock(world._time, null!),
                Node = Given.NodeA,
                Services = null!,
                Storages = ImmutableDictionary<string, StoragePlugins>.Empty,
                EventsOf = null!,
                Limiter = new Limiter(world),
            };
            Restart();
            Change(() => _commit.Do(new QueueChange.Configured(world.Now, new QueueOptions { Name = name, Limits = [Limit] }, 1, false, Guid.Empty)));
        }

        public QueueName Name { get; }

        public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "tests")) / "queue";

        public override IActorRefProvider Provider => throw new NotSupportedException();

        public int Held => _state.Permits.TryGetValue(Limit, out var held) ? held.Count : 0;

        public PermitsHeld? Permits => _state.Permits.TryGetValue(Limit, out var held) ? held : null;

        public int Executing => _state.CountOf(JobState.Executing);

        public int Ready => _state.Ready.Count;

        public void Insert() => Change(() =>
        {
            var job = Given.Job(++_inserts) with { Queue = Name, Sequence = _state.NextSequence };
            _commit.Do(new QueueChange.Inserted(_world.Now, job));
        });

        public void End(int which)
        {
            if (Executing == 0) return;
            var job = _state.InState(JobState.Executing).ElementAt(which % Executing);
            Change(() => _commit.Do(new QueueChange.Completed(_world.Now, job.Id, null)));
        }

        public void Hear(PermitGrant grant) => Change(() => _permits.Handle(grant, _world.Now));

        public void Tick() => Change(() => _permits.Repeat());

        /// <summary>Another actor of the queue starts, of what is durable.</summary>
        public void Restart()
        {
            _state = new QueueState(Name);
            _commit = new CommitBatchWriter(_state, _runtime.Settings.Queue, NoSink.Instance);
            _roster = new WorkerRoster(_state, new ClusterContact());
            _permits = new QueuePermits(Name, _state, _commit, _runtime, this);
            foreach (var change in _journal) _state.Apply(change);
            _roster.Register(new RegisterWorkers(Name, Given.NodeA, WorkerLimit.Unlimited, [JobWorker.DefaultKind], [], 0), ActorRefs.Nobody);
        }

        protected override void TellInternal(object message, IActorRef sender)
        {
        }

        // What one commit of the queue's actor does.
        private void Change(Action change)
        {
            change();
            if (_state.Options is not null)
            {
                _roster.Claim(Math.Min(1000, _permits.Budget(_roster.InUse)), _world.Now, _commit);
                _permits.Settle(_world.Now, _roster);
            }

            var batch = _commit.Take();
            _journal.AddRange(batch.Changes);
            batch.WhenDurable?.Invoke();
        }
    }

    private sealed class Limiter(PermitWorld world) : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "tests")) / "limiter";

        public override IActorRefProvider Provider => throw new NotSupportedException();

        protected override void TellInternal(object message, IActorRef sender) =>
            world._network.Add(() => world.Commit(world._limiter.Hear((PermitReport)message, world.Now)));
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
