using System.Collections.Immutable;

namespace Gaffer;

/// <summary>How long a failed job waits before its next attempt, counted from the failure.</summary>
/// <remarks>A number, or a list whose last entry repeats, as <c>backoff()</c> of gaffer; exponential with jitter is ours.
/// A worker that knows better says so with <see cref="JobResult.Fail(string, TimeSpan?)"/>.</remarks>
public abstract record Backoff
{
    private Backoff()
    {
    }

    /// <summary>The same delay after each failure, 0 or more.</summary>
    public static Backoff Fixed(TimeSpan delay) => new FixedBackoff(delay);

    /// <summary>The n-th failure waits the n-th delay; the last one repeats. At least one delay, each 0 or more. No jitter.</summary>
    public static Backoff Schedule(params IEnumerable<TimeSpan> delays) => new ScheduleBackoff([.. delays]);

    /// <summary>Grows from <paramref name="first"/> by <paramref name="factor"/> with each failure.</summary>
    /// <param name="first">Delay after the first failure, above 0.</param>
    /// <param name="factor">Growth, 1 or more. Default: 2.</param>
    /// <param name="max">Longest delay. Default: 1 day.</param>
    /// <param name="jitter">Part of the delay, 0 to 1, by which it varies up and down. Default: 0.1.</param>
    public static Backoff Exponential(TimeSpan first, double factor = 2, TimeSpan? max = null, double jitter = 0.1) =>
        new ExponentialBackoff(first, factor, max ?? TimeSpan.FromDays(1), jitter);

    /// <summary>The delay after the <paramref name="failure"/>-th failure (1 is the first).</summary>
    /// <param name="failure">Number of the failure, 1 or more.</param>
    /// <param name="chance">A number from 0 to 1 that places the delay within its jitter; 0.5 is the middle.</param>
    public TimeSpan DelayFor(int failure, double chance = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failure, 1);
        return this switch
        {
            FixedBackoff fixedDelay => fixedDelay.Delay,
            ScheduleBackoff schedule => schedule.Delays[Math.Min(failure, schedule.Delays.Length) - 1],
            ExponentialBackoff exponential => exponential.After(failure, chance),
            _ => throw new InvalidOperationException($"No delay is known for {GetType().Name}."),
        };
    }

    /// <summary>What is wrong with this backoff, or nothing.</summary>
    internal IEnumerable<string> Problems() => this switch
    {
        FixedBackoff { Delay: var delay } when delay < TimeSpan.Zero => [$"Backoff {delay} is negative; use 0 or more."],
        ScheduleBackoff { Delays.IsDefaultOrEmpty: true } => ["Backoff has an empty list of delays; give at least one."],
        ScheduleBackoff { Delays: var delays } when delays.Any(d => d < TimeSpan.Zero) => ["Backoff has a negative delay; use 0 or more."],
        ExponentialBackoff e => e.Wrong(),
        _ => [],
    };

    internal sealed record FixedBackoff(TimeSpan Delay) : Backoff;

    internal sealed record ScheduleBackoff(ImmutableArray<TimeSpan> Delays) : Backoff
    {
        public bool Equals(ScheduleBackoff? other) => other is not null && Delays.AsSpan().SequenceEqual(other.Delays.AsSpan());

        public override int GetHashCode() => HashCode.Combine(Delays.Length, Delays.IsDefaultOrEmpty ? TimeSpan.Zero : Delays[0], Delays.IsDefaultOrEmpty ? TimeSpan.Zero : Delays[^1]);

        public override string ToString() => $"[{string.Join(", ", Delays)}]";
    }

    internal sealed record ExponentialBackoff(TimeSpan First, double Factor, TimeSpan Max, double Jitter) : Backoff
    {
        public TimeSpan After(int failure, double chance)
        {
            var grown = Math.Min(First.Ticks * Math.Pow(Factor, failure - 1), Max.Ticks);
            var varied = grown * (1 + (Jitter * ((2 * chance) - 1)));
            return TimeSpan.FromTicks((long)Math.Min(varied, Max.Ticks));
        }

        public IEnumerable<string> Wrong()
        {
            if (First <= TimeSpan.Zero) yield return $"Backoff starts with {First}; use more than 0.";
            if (!(Factor >= 1)) yield return $"Backoff grows by {Factor}; use 1 or more.";
            if (Max < First) yield return $"Backoff ends at {Max}, before its start {First}.";
            if (!(Jitter is >= 0 and <= 1)) yield return $"Backoff jitter is {Jitter}; use 0 to 1.";
        }
    }
}
