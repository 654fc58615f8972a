using System.Collections.Immutable;

namespace Gaffer;

/// <summary>How old a job may grow in a state: a span of 0 or more, or <see cref="Never"/>.</summary>
/// <remarks>Source: <c>age()</c> of gaffer.</remarks>
public readonly record struct Age
{
    private readonly long _ticksPlusOne;

    private Age(long ticksPlusOne) => _ticksPlusOne = ticksPlusOne;

    /// <summary>Everything that is in the state when the pruner comes.</summary>
    public static Age Immediately => new(1);

    /// <summary>Nothing, however old. The default value.</summary>
    public static Age Never => default;

    /// <summary>What has been in the state for longer than <paramref name="span"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="span"/> is negative.</exception>
    public static Age Of(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        return new(span.Ticks + 1);
    }

    /// <summary>The span; null for <see cref="Never"/>.</summary>
    public TimeSpan? Span => _ticksPlusOne == 0 ? null : TimeSpan.FromTicks(_ticksPlusOne - 1);

    /// <summary>What has been in the state for longer than <paramref name="span"/>.</summary>
    public static Age FromTimeSpan(TimeSpan span) => Of(span);

    /// <summary>What has been in the state for longer than <paramref name="span"/>.</summary>
    public static implicit operator Age(TimeSpan span) => Of(span);

    /// <inheritdoc/>
    public override string ToString() => Span?.ToString() ?? "never";
}

/// <summary>When jobs that ended are deleted.</summary>
/// <remarks>Source: <c>prune_conf()</c> of gaffer. Its default deletes ended jobs at once; ours keeps them for a while, so that people can look at them.</remarks>
public sealed record PruneOptions
{
    /// <summary>Completed jobs for 24 hours, failed and cancelled ones for 7 days, and at most 10,000 of each, whichever is less; looked at each minute.</summary>
    public static PruneOptions Default { get; } = new();

    /// <summary>As gaffer: ended jobs are deleted at once, looked at each 100 ms.</summary>
    public static PruneOptions Seed { get; } = new()
    {
        Interval = TimeSpan.FromMilliseconds(100),
        MaxAge = ImmutableSortedDictionary<JobState, Age>.Empty
            .Add(JobState.Completed, Age.Immediately).Add(JobState.Failed, Age.Immediately).Add(JobState.Cancelled, Age.Immediately),
        MaxCount = null,
    };

    /// <summary>Nothing is ever deleted, unless <see cref="IGaffer.PruneAsync"/> or a deletion says so.</summary>
    public static PruneOptions Never { get; } = new()
    {
        Interval = null, MaxAge = ImmutableSortedDictionary<JobState, Age>.Empty, MaxCount = null,
    };

    /// <summary>Time between two looks, above 0; null: never by itself. Default: 1 minute.</summary>
    public TimeSpan? Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How old a job may grow in each state. Default: completed 1 day, failed and cancelled 7 days.</summary>
    public ImmutableSortedDictionary<JobState, Age> MaxAge { get; init; } = ImmutableSortedDictionary<JobState, Age>.Empty
        .Add(JobState.Completed, Age.Of(TimeSpan.FromDays(1))).Add(JobState.Cancelled, Age.Of(TimeSpan.FromDays(7))).Add(JobState.Failed, Age.Of(TimeSpan.FromDays(7)));

    /// <summary>The age for states that <see cref="MaxAge"/> does not name. Without <see cref="AllowNonTerminal"/> it is for terminal states alone. Default: never.</summary>
    public Age DefaultAge { get; init; } = Age.Never;

    /// <summary>Most jobs that are kept in each terminal state, 0 or more; the oldest go first. Null: any number. Default: 10,000.</summary>
    public int? MaxCount { get; init; } = 10_000;

    /// <summary>Whether available and executing jobs may be pruned, too. Default: no.</summary>
    public bool AllowNonTerminal { get; init; }

    /// <summary>The age that counts for a state.</summary>
    public Age AgeFor(JobState state) =>
        !state.IsTerminal() && !AllowNonTerminal ? Age.Never : MaxAge.TryGetValue(state, out var age) ? age : DefaultAge;

    /// <inheritdoc/>
    public bool Equals(PruneOptions? other) =>
        other is not null && Interval == other.Interval && DefaultAge == other.DefaultAge && MaxCount == other.MaxCount
        && AllowNonTerminal == other.AllowNonTerminal && MaxAge.SequenceEqual(other.MaxAge);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Interval, DefaultAge, MaxCount, AllowNonTerminal, MaxAge.Count);

    internal IEnumerable<string> Problems()
    {
        if (Interval <= TimeSpan.Zero) yield return $"Prune.Interval is {Interval}; use more than 0, or null for never.";
        if (MaxCount < 0) yield return $"Prune.MaxCount is {MaxCount}; use 0 or more, or null for any number.";
        if (MaxAge is null) yield return "Prune.MaxAge is missing; leave it empty for none.";
        foreach (var state in (MaxAge ?? ImmutableSortedDictionary<JobState, Age>.Empty).Keys.Where(s => !s.IsTerminal() && !AllowNonTerminal))
        {
            yield return $"Prune.MaxAge names the state {state}, in which jobs have not ended; set AllowNonTerminal if they are to be deleted.";
        }
    }
}
