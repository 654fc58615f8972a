using Akka.Actor;

namespace Gaffer;

/// <summary>Wakes its queue: one timer for the earliest due instant, one for pruning, one for polling. Never a timer per job.</summary>
internal sealed class QueueScheduler : UntypedActor
{
    private readonly GafferClock _clock;
    private readonly Alarm _due = new(Due.Instance);
    private readonly Alarm _prune = new(PruneDue.Instance);
    private readonly Alarm _poll = new(PollDue.Instance);

    public QueueScheduler(GafferClock clock) => _clock = clock;

    public static Props CreateProps(GafferClock clock) => Props.Create(() => new QueueScheduler(clock)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WakeAt wake:
                _due.Set(wake.At, null, _clock, Self);
                break;
            case PruneEvery prune:
                _prune.Set(Later(prune.Interval), prune.Interval, _clock, Self);
                break;
            case PollEvery poll:
                _poll.Set(Later(poll.Interval), poll.Interval, _clock, Self);
                break;
            case Alarm alarm:
                if (alarm.Ring(_clock, Self)) Context.Parent.Tell(alarm.Message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _due.Cancel();
        _prune.Cancel();
        _poll.Cancel();
    }

    private DateTimeOffset? Later(TimeSpan? span) => span is { } interval ? JobMachine.Later(_clock.Now, interval) : null;

    /// <summary>Something is due at this instant; null: nothing is.</summary>
    public sealed record WakeAt(DateTimeOffset? At) : INoSerializationVerificationNeeded;

    /// <summary>Prune at this interval; null: never.</summary>
    public sealed record PruneEvery(TimeSpan? Interval) : INoSerializationVerificationNeeded;

    /// <summary>Poll at this interval; null: never.</summary>
    public sealed record PollEvery(TimeSpan? Interval) : INoSerializationVerificationNeeded;

    public sealed class Due : INoSerializationVerificationNeeded
    {
        public static Due Instance { get; } = new();
    }

    public sealed class PruneDue : INoSerializationVerificationNeeded
    {
        public static PruneDue Instance { get; } = new();
    }

    public sealed class PollDue : INoSerializationVerificationNeeded
    {
        public static PollDue Instance { get; } = new();
    }

    /// <summary>One timer. It tells itself to its actor; the clock decides whether it rings or sleeps again.</summary>
    private sealed class Alarm(object message) : INoSerializationVerificationNeeded
    {
        private IDisposable? _timer;
        private DateTimeOffset? _at;
        private TimeSpan? _every;

        public object Message => message;

        public void Set(DateTimeOffset? at, TimeSpan? every, GafferClock clock, IActorRef self)
        {
            if (at == _at && every == _every) return;
            (_at, _every) = (at, every);
            Start(clock, self);
        }

        public bool Ring(GafferClock clock, IActorRef self)
        {
            if (_at is not { } at) return false;
            var rings = at <= clock.Now || (_every is { } interval && at - clock.Now > interval); // or the clock was set back
            if (rings) _at = _every is { } every ? JobMachine.Later(clock.Now, every) : null;
            Start(clock, self);
            return rings;
        }

        public void Cancel() => _timer?.Dispose();

        private void Start(GafferClock clock, IActorRef self)
        {
            _timer?.Dispose();
            _timer = _at is { } at ? clock.TellAfter(at - clock.Now, self, this) : null;
        }
    }
}
