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

    /// <summary>What its changes mean, counted.</summary>
    public QueueTally Tally;

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

    /// <summary>It is durable: answers and orders leave, in messages up to a size.</summary>
    public void Release(QueuePartition partition, IActorRef self, int mostBytes)
    {
        foreach (var (supervisor, orders) in _orders) orders.Tell(partition, supervisor, self, mostBytes);
        foreach (var (caller, answers) in _answers) QueueAnswers.Tell(partition, caller, answers, self, mostBytes);
        WhenDurable?.Invoke();
    }

    /// <summary>It did not become durable: everybody who waits is told why.</summary>
    public void Fail(QueuePartition partition, GafferFailure failure, IActorRef self, int mostBytes)
    {
        foreach (var (caller, answers) in _answers)
        {
            for (var i = 0; i < answers.Count; i++) answers[i] = new QueueAnswer(answers[i].Id, failure);
            QueueAnswers.Tell(partition, caller, answers, self, mostBytes);
        }
    }

    private Orders OrdersFor(IActorRef supervisor) => _orders.TryGetValue(supervisor, out var orders) ? orders : _orders[supervisor] = new Orders();

    private sealed class Orders
    {
        public ImmutableArray<Job>.Builder Execute { get; } = ImmutableArray.CreateBuilder<Job>(1);

        public ImmutableArray<ExecutionKey>.Builder Acknowledged { get; } = ImmutableArray.CreateBuilder<ExecutionKey>(1);

        public ImmutableArray<ExecutionKey>.Builder Stop { get; } = ImmutableArray.CreateBuilder<ExecutionKey>(0);

        // One message as a rule. Several are carried out in the order in which they are told, which is that of the fields.
        public void Tell(QueuePartition partition, IActorRef supervisor, IActorRef self, int mostBytes)
        {
            var bytes = (Acknowledged.Count + Stop.Count) * (long)MessageSize.Key;
            for (var i = 0; i < Execute.Count; i++)
            {
                Execute[i] = MessageSize.Fit(Execute[i], mostBytes);
                bytes += MessageSize.Of(Execute[i]);
            }

            if (bytes <= mostBytes)
            {
                supervisor.Tell(new WorkOrders(partition, Execute.DrainToImmutable(), Acknowledged.DrainToImmutable(), Stop.DrainToImmutable()), self);
                return;
            }

            MessageSize.InParts(Execute, MessageSize.Of, mostBytes, part => supervisor.Tell(new WorkOrders(partition, part, [], []), self));
            MessageSize.InParts(Acknowledged, static _ => MessageSize.Key, mostBytes, part => supervisor.Tell(new WorkOrders(partition, [], part, []), self));
            MessageSize.InParts(Stop, static _ => MessageSize.Key, mostBytes, part => supervisor.Tell(new WorkOrders(partition, [], [], part), self));
        }
    }
}
