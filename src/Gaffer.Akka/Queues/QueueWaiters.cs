using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>Those who wait for a queue to be drained or flushed. Answered with the batch that makes it true, or when their time is over.</summary>
/// <remarks>A client asks again as long as somebody waits there. Who has not between two looks does not wait any more, or its node is gone. One look is not enough: where a clock
/// jumps, as on a machine that slept, it comes before the clients have asked again.</remarks>
internal sealed class QueueWaiters(QueueState state, GafferClock clock, TimeSpan retryInterval, IActorRef self, Guid incarnation)
{
    private readonly TimeSpan _lookInterval = 10 * retryInterval;
    private readonly Dictionary<Caller, Waiter> _waiting = [];
    private bool _lookIsSet;

    /// <returns>Whether it is new, and not told again: somebody may have resumed the queue meanwhile.</returns>
    public bool Add(Caller caller, DrainQueue drain) => Add(caller, drain, drain.Within);

    public void Add(Caller caller, FlushQueue flush) => Add(caller, flush, flush.Within);

    /// <summary>Answers those whose wait is over.</summary>
    public void Check(CommitBatch batch)
    {
        if (_waiting.Count == 0 || state.CountOf(JobState.Executing) > 0) return; // no wait is over while a job executes
        foreach (var (caller, waiter) in _waiting.Where(w => IsDone(w.Value.Request)).ToList()) Answer(caller, waiter, batch);
    }

    /// <summary>The time of one is over: it is told what is left.</summary>
    public void Expire(Expired expired, CommitBatch batch)
    {
        if (!_waiting.TryGetValue(expired.Caller, out var waiter)) return;
        if (waiter.Deadline is { } deadline && deadline > clock.Now) _waiting[expired.Caller] = waiter with { Timer = TimerOf(expired.Caller, deadline) }; // a long wait, of which the clock does a part at a time
        else Answer(expired.Caller, waiter, batch);
    }

    /// <summary>Those who have not asked again for long are forgotten.</summary>
    public void ForgetSilent()
    {
        _lookIsSet = false;
        foreach (var (caller, waiter) in _waiting.ToList())
        {
            if (!waiter.IsSilent)
            {
                _waiting[caller] = waiter with { IsSilent = true };
                continue;
            }

            waiter.Timer?.Dispose();
            _waiting.Remove(caller);
        }

        SetLook();
    }

    private bool Add(Caller caller, GafferRequest request, TimeSpan within)
    {
        if (_waiting.TryGetValue(caller, out var known))
        {
            _waiting[caller] = known with { IsSilent = false };
            return false;
        }

        var deadline = within == Timeout.InfiniteTimeSpan ? default(DateTimeOffset?) : JobMachine.Later(clock.Now, within);
        _waiting[caller] = new Waiter(request, false, deadline, deadline is { } at ? TimerOf(caller, at) : null);
        SetLook();
        return true;
    }

    private void SetLook()
    {
        if (_lookIsSet || _waiting.Count == 0) return;
        _lookIsSet = true;
        clock.TellAfter(_lookInterval, self, Look.Instance);
    }

    private IDisposable TimerOf(Caller caller, DateTimeOffset deadline) => clock.TellAfter(deadline - clock.Now, self, new Expired(caller));

    private void Answer(Caller caller, Waiter waiter, CommitBatch batch)
    {
        waiter.Timer?.Dispose();
        _waiting.Remove(caller);
        batch.Answer(caller.Ref, caller.Call, waiter.Request switch
        {
            DrainQueue => new DrainResult(IsDone(waiter.Request), [.. state.InState(JobState.Executing).Take(QueueDecider.MaxPage).Select(j => j.Id)]),
            _ => new FlushResult(IsDone(waiter.Request), state.CountOf(JobState.Available) - state.Scheduled, state.Scheduled, state.CountOf(JobState.Executing))
            {
                Mark = state.Options is { Partitions: > 1 } ? new FlushMark(incarnation, state.Moves) : default(FlushMark?),
            },
        });
    }

    private bool IsDone(GafferRequest request) => request switch
    {
        FlushQueue { IncludeScheduled: false } => state.CountOf(JobState.Available) == state.Scheduled && state.CountOf(JobState.Executing) == 0,
        FlushQueue => state.CountOf(JobState.Available) == 0 && state.CountOf(JobState.Executing) == 0,
        _ => state.CountOf(JobState.Executing) == 0,
    };

    /// <summary>The time of a waiter is over.</summary>
    public sealed record Expired(Caller Caller) : INoSerializationVerificationNeeded;

    /// <summary>Time to look for those who do not ask any more.</summary>
    public sealed class Look
    {
        public static Look Instance { get; } = new();
    }

    private sealed record Waiter(GafferRequest Request, bool IsSilent, DateTimeOffset? Deadline, IDisposable? Timer);
}
