using Akka.Actor;

namespace Gaffer;

/// <summary>The one clock: what time it is, and a message to an actor when a time has come.</summary>
/// <remarks>Real time comes from Akka's scheduler, which has a thread of its own, so that user code that blocks the thread pool delays no timer.
/// Any other <see cref="TimeProvider"/> makes its own timers, so that a test moves both at once.</remarks>
internal sealed class GafferClock(TimeProvider time, IScheduler scheduler)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(20);

    public TimeProvider Time => time;

    /// <summary>Now, to the microsecond, as it is written on the wire.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var ticks = time.GetUtcNow().UtcTicks;
            return new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        }
    }

    /// <summary>Tells <paramref name="message"/> to <paramref name="receiver"/> after <paramref name="delay"/>, or after 20 days if that is sooner; whoever set it looks at the clock and sets it again.</summary>
    public IDisposable TellAfter(TimeSpan delay, IActorRef receiver, object message)
    {
        var due = delay < TimeSpan.Zero ? TimeSpan.Zero : delay > LongestTimer ? LongestTimer : delay;
        if (ReferenceEquals(time, TimeProvider.System))
        {
            return new Scheduled(scheduler.ScheduleTellOnceCancelable(due, receiver, message, ActorRefs.NoSender));
        }

        return time.CreateTimer(_ => receiver.Tell(message, ActorRefs.NoSender), null, due, Timeout.InfiniteTimeSpan);
    }

    private sealed class Scheduled(ICancelable timer) : IDisposable
    {
        public void Dispose() => timer.Cancel();
    }
}
