using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace Gaffer;

#pragma warning disable SYSLIB1015 // Queue is a value of each entry; the text says which partition of it

/// <summary>What happens to the work of this node for its queues.</summary>
/// <remarks><c>Queue</c> and <c>Partition</c> are as in <see cref="QueueLog"/>.</remarks>
internal sealed partial class WorkerLog(ILogger logger)
{
    public const string Category = "Gaffer.Workers";

    [LoggerMessage(2001, LogLevel.Information, "Queue {Partition}: this node works for it, at {Actor}")]
    public partial void WorkStarted(QueueName Queue, QueuePartition partition, IActorRef actor);

    [LoggerMessage(2002, LogLevel.Warning, "Queue {Partition}: no word from it for {Lease}; the tokens of its {Jobs} jobs on this node are cancelled")]
    public partial void LeaseLost(QueueName Queue, QueuePartition partition, TimeSpan lease, int jobs);

    [LoggerMessage(2003, LogLevel.Warning, "Queue {Partition}: left without its word: {Jobs} jobs run, {Results} results are not acknowledged")]
    public partial void LeftWithoutWord(QueueName Queue, QueuePartition partition, int jobs, int results);

    [LoggerMessage(2004, LogLevel.Error, "Queue {Partition}: the supervisor of its workers on this node crashed; it starts again in {Delay}. Akka's log has the cause; please report it")]
    public partial void SupervisorCrashed(QueueName Queue, QueuePartition partition, TimeSpan delay);

    [LoggerMessage(2005, LogLevel.Error, "Queue {Queue}: its work on this node crashed; it starts again in {Delay}. Akka's log has the cause; please report it")]
    public partial void WorkCrashed(QueueName queue, TimeSpan delay);
}
