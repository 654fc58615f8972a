using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>What goes to a partition of a queue, by its name.</summary>
internal interface IQueueMessage : IGafferWire
{
    QueuePartition Partition { get; }
}

/// <summary>Requests of one client, gathered while the ones before were under way. Answered with <see cref="QueueAnswers"/>, perhaps in several parts.</summary>
/// <param name="Partition">The partition of the queue.</param>
/// <param name="Calls">The requests.</param>
/// <param name="Partitions">How many the queue has, as far as the sender knows. A partition that knows better answers <see cref="Misrouted"/>.</param>
internal sealed record QueueCalls(QueuePartition Partition, ImmutableArray<QueueCall> Calls, int Partitions = 1) : IQueueMessage;

/// <summary>The request has come to the wrong partition, or its sender does not know how many there are: nothing was done. Never leaves the client.</summary>
/// <param name="Partitions">How many the queue has.</param>
internal sealed record Misrouted(int Partitions) : GafferReply;

/// <summary>The job is not in the state that <see cref="DeleteJob.IfState"/> names; nothing changed.</summary>
/// <param name="State">The state that it is in.</param>
internal sealed record JobNotDeleted(JobState State) : GafferReply;

/// <summary>A request and the number by which its sender recognises the answer. Sent again until it is answered.</summary>
internal readonly record struct QueueCall(long Id, GafferRequest Request);

internal sealed record QueueAnswers(QueuePartition Partition, ImmutableArray<QueueAnswer> Answers) : IGafferWire
{
    /// <summary>Tells answers to one who asked, in messages up to a size.</summary>
    public static void Tell(QueuePartition partition, IActorRef caller, ImmutableArray<QueueAnswer>.Builder answers, IActorRef self, int mostBytes)
    {
        for (var i = 0; i < answers.Count; i++)
        {
            var fit = MessageSize.Fit(answers[i].Reply, partition.Queue, mostBytes);
            if (!ReferenceEquals(fit, answers[i].Reply)) answers[i] = answers[i] with { Reply = fit };
        }

        MessageSize.InParts(answers, static a => MessageSize.Of(a.Reply), mostBytes, part => caller.Tell(new QueueAnswers(partition, part), self));
    }
}

internal readonly record struct QueueAnswer(long Id, GafferReply Reply);

/// <summary>One queue hands a job that ended to another. Reply: <see cref="InsertResult"/>.</summary>
/// <param name="Queue">The target.</param>
/// <param name="Job">Derived from the source job and its state, so that a repetition is one job.</param>
/// <param name="Payload">A <see cref="ForwardedJob"/> as JSON.</param>
/// <param name="Hops">How often it has been forwarded, from 1.</param>
internal sealed record ForwardJob(QueueName Queue, JobId Job, ReadOnlyMemory<byte> Payload, int Hops) : GafferRequest(Queue)
{
    /// <summary>The span that the source job comes of, and so this one.</summary>
    public TraceContext? Trace { get; init; }
}

/// <summary>A node works on the queue: told at its start, whenever the queue moves or starts, and periodically. Answered with <see cref="WorkersRegistered"/>.</summary>
/// <param name="Partition">The partition of the queue.</param>
/// <param name="Node">The node.</param>
/// <param name="Max">Overrides the queue's own limit per node.</param>
/// <param name="Kinds">The kinds of jobs it knows, aliases included.</param>
/// <param name="Running">What it executes, stopped executions whose code has not ended included, and what has ended but is not acknowledged.</param>
/// <param name="Zombies">Abandoned attempts whose code has not returned.</param>
/// <param name="IsAnew">Whether the node, which had no word of the partition, has lent the slots of that to others: it holds none. Queues of several partitions only.</param>
internal sealed record RegisterWorkers(
    QueuePartition Partition, WorkerNode Node, WorkerLimit? Max, ImmutableArray<string> Kinds, ImmutableArray<ExecutionKey> Running, int Zombies, bool IsAnew = false) : IQueueMessage;

/// <summary>The queue knows the node. Its sender is the queue, to which everything else goes directly.</summary>
/// <param name="Partition">The partition of the queue.</param>
/// <param name="Incarnation">Which life of the queue's actor this is.</param>
/// <param name="Partitions">How many partitions the queue has.</param>
/// <param name="MaxWorkers">The queue's limit of each node, where that lends its slots: if there are several partitions.</param>
internal sealed record WorkersRegistered(QueuePartition Partition, Guid Incarnation, int Partitions = 1, WorkerLimit MaxWorkers = default) : IGafferWire;

/// <summary>A node lends slots to a partition, or tells it that others wait for a part of them. Its sender is the supervisor of the partition there. Queues of several partitions only.</summary>
/// <param name="Partition">The partition of the queue.</param>
/// <param name="Node">The node.</param>
/// <param name="Count">How many of its jobs may run there at once.</param>
/// <param name="Version">Grows with each grant. At the same version a partition only gives back, so the lower count is the later one.</param>
/// <param name="Share">What is left to the partition; what it holds beyond, it gives back as soon as it is not in use.</param>
internal sealed record SlotsLent(QueuePartition Partition, WorkerNode Node, int Count, long Version, int Share) : IQueueMessage;

/// <summary>A partition tells a supervisor which slots of the node it holds, and what it could use. Also gives slots back: holding less than was lent.</summary>
/// <param name="Partition">The partition of the queue.</param>
/// <param name="Count">What it holds.</param>
/// <param name="Version">As lent last; 0: never.</param>
/// <param name="InUse">Jobs that run there, those included that no longer count but have not ended.</param>
/// <param name="Wanted">Further jobs that would start there.</param>
/// <param name="Max">The queue's limit of each node.</param>
internal sealed record SlotsHeld(QueuePartition Partition, int Count, long Version, int InUse, int Wanted, WorkerLimit Max) : IGafferWire;

/// <summary>The queue is known here, but cannot work: its journal failed, or it is only being started. Answers a registration, so that the jobs of a node need not end because a database does; the node asks again.</summary>
internal sealed record QueueRests(QueuePartition Partition) : IGafferWire;

/// <summary>Ends of executions; told again until <see cref="WorkOrders.Acknowledged"/> names them.</summary>
internal sealed record WorkFinished(QueuePartition Partition, WorkerNode Node, ImmutableArray<FinishedExecution> Finished, int Zombies) : IQueueMessage;

/// <summary>The node takes no more jobs of the queue. Repeated until acknowledged with <see cref="WorkersGone"/>.</summary>
internal sealed record WorkersLeaving(QueuePartition Partition, WorkerNode Node) : IQueueMessage;

/// <summary>The queue gives the node no more jobs.</summary>
internal sealed record WorkersGone(QueuePartition Partition) : IGafferWire;

/// <summary>What a queue tells a supervisor: all of it is durable. To be carried out in the order of the fields: a repeated order may come with the acknowledgement of its end.</summary>
/// <param name="Partition">The partition of the queue.</param>
/// <param name="Execute">Jobs to execute; one that is known already is a repetition.</param>
/// <param name="Acknowledged">Ends that are recorded, or that no longer count.</param>
/// <param name="Stop">Executions whose job was cancelled or deleted, or that no longer count: their token is to be cancelled. Their end is told like any other: until then they keep their place under the limits.</param>
internal sealed record WorkOrders(
    QueuePartition Partition, ImmutableArray<Job> Execute, ImmutableArray<ExecutionKey> Acknowledged, ImmutableArray<ExecutionKey> Stop) : IGafferWire;

/// <summary>One execution of one job.</summary>
internal readonly record struct ExecutionKey(JobId Job, int Execution);

/// <summary>How an execution ended.</summary>
internal readonly record struct FinishedExecution(ExecutionKey Key, JobResult Result);
