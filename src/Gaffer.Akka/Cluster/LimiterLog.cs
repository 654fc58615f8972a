using Microsoft.Extensions.Logging;

namespace Gaffer;

#pragma warning disable SYSLIB1015 // Queue is a value of each entry; the text says which partition of it

/// <summary>What happens to limits that queues share. <c>Queue</c> and <c>Partition</c> are as in <see cref="QueueLog"/>.</summary>
internal sealed partial class LimiterLog(ILogger logger)
{
    public const string Category = "Gaffer.Limits";

    [LoggerMessage(5001, LogLevel.Warning, "Queue {Partition} waits for permits of the limit {Limit}, which does not exist; make it with EnsureLimitAsync or AddLimit")]
    public partial void LimitUnknown(QueueName Queue, QueuePartition partition, string limit);

    [LoggerMessage(5002, LogLevel.Error, "The limiter could not write its journal; it starts again from what is durable. {Reason}")]
    public partial void LimiterNotWritten(Exception cause, string reason);

    [LoggerMessage(5003, LogLevel.Error, "The journal refused what the limiter wrote; it starts again from what is durable. {Reason}")]
    public partial void LimiterRefused(Exception cause, string reason);
}
