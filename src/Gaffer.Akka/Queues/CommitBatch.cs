using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>What becomes durable with one journal event, and all that may leave the queue when it has.</summary>
internal sealed class CommitBatch
{
    private readonly Dictionary<IActorRef, ImmutableArray<QueueAnswer>.Builder> _answers = [];
    private readonly Dictionary<IActorRef, Orders> _orders = [];

    public List<QueueChange> Changes { get; } = [];

    public List<GafferEvent> Events { get; } = [];

    /// <summary>Jobs that ended and are to be forwarded.</summary>
    public List<PendingForward> Forwards { get; } = [];

    /// <summary>Bytes of the journal event, roughly.</summary>
    public int Bytes { get; private set; }

    /// <summary>The state as of this batch, if a snapshot of it is to be written.</summary>
    public QueueSnapshot? Snapshot { get; set; }

    /// <summary>What else is to be done when it is durable; rare.</summary>
    public Action? WhenDurable { get; set; }

    public bool IsEmpty => Changes.Count == 0 && _answers.Count == 0 && _orders.Count == 0 && WhenDurable is null;

    public void Add(QueueChange change)
    {
        Changes.Add(change);
        Bytes += SizeOf(change);
    }

    /// <summary>Bytes that a change takes in the journal, roughly.</summary>
    public static int SizeOf(QueueChange change) => change switch
    {
        QueueChange.Inserted i => i.Job.ApproximateSize,
        QueueChange.Completed c => 40 + (c.Result?.Length ?? 0),
        QueueChange.Failed f => 80 + f.Error.Message.Length + (f.Error.StackTrace?.Length ?? 0) + (f.Error.Data?.Length ?? 0),
        QueueChange.Pruned p => 32 + (p.Jobs.Length * 18),
        _ => 40,
    };

    public void Answer(IActorRef caller, long call, GafferReply reply)
    {
        if (!_answers.TryGetValue(caller, out var answers)) _answers[caller] = answers = ImmutableArray.CreateBuilder<QueueAnswer>();
        answers.Add(new QueueAnswer(call, reply));
    }

    public void Execute(IActorRef supervisor, Job job) => OrdersFor(supervisor).Execute.Add(job);

    public void Acknowledge(IActorRef supervisor, ExecutionKey execution) => OrdersFor(supervisor).Acknowledged.Add(execution);

    public void Stop(IActorRef supervisor, ExecutionKey execution) => OrdersFor(supervisor).Stop.Add(execution);

    /// <summary>It is durable: answers and orders leave.</summary>
    public void Release(QueueName queue, IActorRef self)
    {
        foreach (var (supervisor, orders) in _orders)
        {
            supervisor.Tell(new WorkOrders(queue, orders.Execute.DrainToImmutable(), orders.Acknowledged.DrainToImmutable(), orders.Stop.DrainToImmutable()), self);
        }

        foreach (var (caller, answers) in _answers) caller.Tell(new QueueAnswers(queue, answers.DrainToImmutable()), self);
        WhenDurable?.Invoke();
    }

    /// <summary>It did not become durable: everybody who waits is told why.</summary>
    public void Fail(QueueName queue, GafferFailure failure, IActorRef self)
    {
        foreach (var (caller, answers) in _answers) caller.Tell(new QueueAnswers(queue, [.. answers.Select(a => new QueueAnswer(a.Id, failure))]), self);
    }

    private Orders OrdersFor(IActorRef supervisor) => _orders.TryGetValue(supervisor, out var orders) ? orders : _orders[supervisor] = new Orders();

    private sealed class Orders
    {
        public ImmutableArray<Job>.Builder Execute { get; } = ImmutableArray.CreateBuilder<Job>(1);

        public ImmutableArray<ExecutionKey>.Builder Acknowledged { get; } = ImmutableArray.CreateBuilder<ExecutionKey>(1);

        public ImmutableArray<ExecutionKey>.Builder Stop { get; } = ImmutableArray.CreateBuilder<ExecutionKey>(0);
    }
}
