using System.Collections.Concurrent;
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

        return new Provided(this, receiver, message, due);
    }

    // A timer that nobody holds is collected, and never rings: those that wait are held here.
    private readonly ConcurrentDictionary<Provided, Provided> _waiting = new();

    private sealed class Provided : IDisposable
    {
        private readonly GafferClock _clock;
        private readonly ITimer _timer;

        public Provided(GafferClock clock, IActorRef receiver, object message, TimeSpan due)
        {
            _clock = clock;
            clock._waiting[this] = this;
            _timer = clock.Time.CreateTimer(
                _ =>
                {
                    clock._waiting.TryRemove(this, out var _);
                    receiver.Tell(message, ActorRefs.NoSender);
                },
                null, due, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _clock._waiting.TryRemove(this, out _);
            _timer.Dispose();
        }
    }

    private sealed class Scheduled(ICancelable timer) : IDisposable
    {
        public void Dispose() => timer.Cancel();
    }
}
