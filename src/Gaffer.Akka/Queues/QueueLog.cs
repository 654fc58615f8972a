using Microsoft.Extensions.Logging;

namespace Gaffer;

#pragma warning disable SYSLIB1015 // Queue is a value of each entry; the text says which partition of it

/// <summary>What happens to queues.</summary>
/// <remarks><c>Partition</c> says which actor of the queue it is: for the first, which most queues have alone, it is the name of the queue. <c>Queue</c> is that name in any case; as a parameter it is written as the value is to be, for there is no hole of that name in the text.</remarks>
internal sealed partial class QueueLog(ILogger logger)
{
    public const string Category = "Gaffer.Queues";

    [LoggerMessage(1001, LogLevel.Information, "Queue {Partition} is back with {Jobs} jobs, {Executing} of them executing")]
    public partial void QueueRecovered(QueueName Queue, QueuePartition partition, int jobs, int executing);

    [LoggerMessage(1002, LogLevel.Information, "Queue {Partition} is deleted")]
    public partial void QueueDeleted(QueueName Queue, QueuePartition partition);

    [LoggerMessage(1003, LogLevel.Warning, "Queue {Partition} is not available: {Reason} It starts again in {Delay}")]
    public partial void QueueUnavailable(QueueName Queue, QueuePartition partition, string reason, TimeSpan delay);

    [LoggerMessage(1004, LogLevel.Information, "Queue {Partition} is served by {Node}, kinds {Kinds}")]
    public partial void QueueServed(QueueName Queue, QueuePartition partition, WorkerNode node, IEnumerable<string> kinds);

    [LoggerMessage(1005, LogLevel.Warning, "Queue {Partition} rescued {Jobs} jobs of node {Node}, which is gone")]
    public partial void JobsRescued(QueueName Queue, QueuePartition partition, int jobs, WorkerNode node);

    // Its journal and its snapshots.

    [LoggerMessage(1101, LogLevel.Error, "Queue {Partition} could not read its journal. {Reason}")]
    public partial void JournalUnreadable(Exception cause, QueueName Queue, QueuePartition partition, string reason);

    [LoggerMessage(1102, LogLevel.Error, "Queue {Partition} could not write its journal; it starts again from what is durable. {Reason}")]
    public partial void JournalNotWritten(Exception cause, QueueName Queue, QueuePartition partition, string reason);

    [LoggerMessage(1103, LogLevel.Warning, "Queue {Partition} did not write its journal, as another actor of it has; it starts again from that")]
    public partial void JournalOvertaken(Exception cause, QueueName Queue, QueuePartition partition);

    [LoggerMessage(1104, LogLevel.Warning, "Queue {Partition} read its journal while another actor of it trimmed that; it starts again")]
    public partial void JournalTrimmed(QueueName Queue, QueuePartition partition);

    [LoggerMessage(1105, LogLevel.Warning, "Queue {Partition} could not delete the part of its journal that a snapshot covers; it is tried again after the next snapshot")]
    public partial void JournalNotTrimmed(Exception cause, QueueName Queue, QueuePartition partition);

    [LoggerMessage(1111, LogLevel.Error, "Queue {Partition} could not read its snapshot. {Reason}")]
    public partial void SnapshotUnreadable(Exception cause, QueueName Queue, QueuePartition partition, string reason);

    [LoggerMessage(1112, LogLevel.Error, "The snapshot of queue {Partition} at {Sequence} has {Parts} parts, of which one or more are not in the snapshot table ({Entries}/part-0 to {LastPart}). Restore the table from a backup of the same time as the journal")]
    public partial void SnapshotIncomplete(QueueName Queue, QueuePartition partition, long sequence, int parts, string entries, int lastPart);

    [LoggerMessage(1113, LogLevel.Warning, "Queue {Partition} read its snapshot while another actor of it replaced that; it starts again")]
    public partial void SnapshotReplaced(QueueName Queue, QueuePartition partition);

    [LoggerMessage(1114, LogLevel.Warning, "Queue {Partition} could not write a snapshot; its journal stays longer until the next one")]
    public partial void SnapshotNotWritten(Exception cause, QueueName Queue, QueuePartition partition);

    [LoggerMessage(1115, LogLevel.Warning, "Queue {Partition} could not delete its older snapshots; it is tried again after the next one")]
    public partial void SnapshotsNotDeleted(Exception cause, QueueName Queue, QueuePartition partition);

    // Its partitions.

    [LoggerMessage(1201, LogLevel.Warning, "Queue {Queue} waits since {Waited} for its partitions {Partitions}: until they know how it is now, no change of its options, no pause and no resume is confirmed. If they do not start, the log of the node where they should says why")]
    public partial void PartitionsMissing(QueueName queue, TimeSpan waited, string partitions);

    [LoggerMessage(1202, LogLevel.Information, "Queue {Queue}: all its partitions follow it")]
    public partial void PartitionsFollow(QueueName queue);

    [LoggerMessage(1203, LogLevel.Error, "Partition {Partition} of a queue with {Partitions} partitions is told that it has {Told}. It stays as it is; delete the queue, and make it again")]
    public partial void PartitionsContradicted(QueueName Queue, QueuePartition partition, int? partitions, int told);

    // What it forwards.

    [LoggerMessage(1301, LogLevel.Warning, "Queue {Partition} has {Forwards} jobs for queue {Target}, which does not take them: {Reason} They are kept, and told again every now and then")]
    public partial void ForwardsRefused(QueueName Queue, QueuePartition partition, int forwards, QueueName target, string reason);
}
