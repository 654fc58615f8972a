namespace Gaffer;

/// <summary>Starts work on a queue on this node, or replaces its workers without disturbing what runs. Reply: <see cref="Serving"/>; <see cref="StoppedServing"/> when the node leaves.</summary>
/// <exception cref="ArgumentException">Two workers share a kind.</exception>
internal sealed record ServeQueue(QueueName Queue, IReadOnlyCollection<JobWorker> Workers, WorkerLimit? Max)
{
    public WorkerKinds Kinds { get; } = new(Workers);
}

internal sealed record Serving(QueueName Queue);

/// <summary>Ends work on a queue on this node, gracefully. Reply: <see cref="StoppedServing"/>, when all has been handed back.</summary>
internal sealed record StopServing(QueueName Queue);

internal sealed record StoppedServing(QueueName Queue);

/// <summary>A supervisor has no word of its partition, and runs nothing for it: the slots of that are of no use.</summary>
internal sealed record PartitionLost(QueuePartition Partition);

/// <summary>Tells a supervisor to hand back its jobs and stop; the answer is its end.</summary>
/// <param name="Within">Longest time that it may take; null: what its jobs need to end, and the queue to acknowledge that.</param>
internal sealed record LeaveQueue(TimeSpan? Within);
