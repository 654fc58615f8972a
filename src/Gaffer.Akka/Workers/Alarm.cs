using Akka.Actor;

namespace Gaffer;

/// <summary>Tells an actor when the earliest of the times has come that it was set to. It may ring early: whoever hears it looks at the clock, and sets it again.</summary>
internal sealed class Alarm(GafferClock clock, IActorRef receiver, object message)
{
    private IDisposable? _timer;
    private TimeSpan _due;

    /// <summary>Rings at <paramref name="due"/> or before; both times count from the same start.</summary>
    public void Set(TimeSpan due, TimeSpan now)
    {
        if (_timer is not null && _due <= due) return;
        _timer?.Dispose();
        _due = due;
        _timer = clock.TellAfter(due - now, receiver, message);
    }

    /// <summary>It has rung, and is not set.</summary>
    public void Rang()
    {
        _timer?.Dispose();
        _timer = null;
    }

    public void Cancel() => _timer?.Dispose();

    /// <summary>The sum of two times, or the longest there is.</summary>
    public static TimeSpan Add(TimeSpan now, TimeSpan span) => span < TimeSpan.MaxValue - now ? now + span : TimeSpan.MaxValue;
}
