using Microsoft.Extensions.Logging;

namespace Gaffer;

/// <summary>What hooks did not do, or did not get.</summary>
internal sealed partial class HookLog(ILogger logger)
{
    public const string Category = "Gaffer.Hooks";

    [LoggerMessage(8001, LogLevel.Warning, "Hook {Hook} of queue {Queue} failed on a {Event}; it goes on with the next event")]
    public partial void HookThrew(Exception thrown, string hook, QueueName queue, string @event);

    [LoggerMessage(8002, LogLevel.Warning, "Hook {Hook} of queue {Queue} is too slow: {Waiting} events wait for it, and further ones are dropped until it has caught up")]
    public partial void HookSlow(string hook, QueueName queue, int waiting);

    [LoggerMessage(8003, LogLevel.Warning, "Hook {Hook} of queue {Queue} has caught up; {Dropped} events were dropped for it")]
    public partial void HookCaughtUp(string hook, QueueName queue, int dropped);

    [LoggerMessage(8004, LogLevel.Warning, "Hook {Hook} of queue {Queue} has stopped; {Dropped} events were dropped for it")]
    public partial void HookStopped(string hook, QueueName queue, int dropped);

    [LoggerMessage(8005, LogLevel.Warning, "Hook {Hook} of queue {Queue} did not finish before the node stopped; {Dropped} events were dropped for it")]
    public partial void HookUnfinished(string hook, QueueName queue, int dropped);

    [LoggerMessage(8006, LogLevel.Warning, "A hook of queue {Queue} failed when it was cancelled")]
    public partial void HookCancellationThrew(Exception thrown, QueueName queue);
}
