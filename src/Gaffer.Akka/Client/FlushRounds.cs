using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Which life of a partition has answered, and how many jobs have come into it or were started in that life. While both are the same, a partition without work stays so.</summary>
internal readonly record struct FlushMark(Guid Life, long Moves);

/// <summary>A flush of a queue with several partitions. That each of them was empty once is not enough: a job of one inserts into another that has answered before.
/// So they are asked in rounds, and when their marks in two rounds running are equal, all were empty at once: from the last answer of the first round to the first of the second.</summary>
/// <remarks>Each round is asked with new calls, after all answers of the one before.</remarks>
internal sealed class FlushRounds(FlushQueue whole, DateTimeOffset startedAt)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset? _deadline = whole.Within == Timeout.InfiniteTimeSpan ? null : JobMachine.Later(startedAt, whole.Within);
    private ImmutableArray<FlushMark?> _marks = [];
    private int _rounds;

    /// <summary>Whether all were empty in a round: a queue that is gone since then is flushed.</summary>
    public bool WereAllEmpty => !_marks.IsEmpty;

    /// <summary>What each partition is asked in this round.</summary>
    public FlushQueue Ask(DateTimeOffset now) => whole with { Within = Left(now) ?? Timeout.InfiniteTimeSpan };

    /// <summary>The answers of a round, by partition.</summary>
    /// <returns>The answer of the whole queue. Null: ask again, after <see cref="PauseBefore"/>.</returns>
    public GafferReply? Hear(IReadOnlyList<GafferReply> parts, DateTimeOffset now)
    {
        var answer = WholeQueue.Merge(whole, parts, int.MaxValue);
        if (answer is not FlushResult { Flushed: true } flushed) return answer;
        ImmutableArray<FlushMark?> marks = [.. parts.Select(p => ((FlushResult)p).Mark)];
        if (marks.All(m => m is not null) && marks.SequenceEqual(_marks)) return answer;
        _marks = marks;
        return ++_rounds > 1 && Left(now) <= TimeSpan.Zero ? flushed with { Flushed = false } : null; // an idle queue is found so also by who does not wait
    }

    /// <summary>Time until the next round: none before the second, and more and more while jobs come and go.</summary>
    public TimeSpan PauseBefore(DateTimeOffset now)
    {
        if (_rounds < 2) return TimeSpan.Zero;
        var pause = _rounds > 8 ? LongestPause : ShortestPause * (1 << (_rounds - 2));
        return Left(now) is { } left && left < pause ? left : pause;
    }

    private TimeSpan? Left(DateTimeOffset now) => _deadline is not { } deadline ? null : deadline > now ? deadline - now : TimeSpan.Zero;
}
