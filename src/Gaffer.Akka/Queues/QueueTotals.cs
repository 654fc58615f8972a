namespace Gaffer;

/// <summary>What has happened in a queue since its actor started. Each of them only grows, until the queue moves to another node or its node starts again: then they begin at 0, and <see cref="Since"/> says when.</summary>
/// <remarks>Only what is durable is counted. A rate is the difference of two of them with the same <see cref="Since"/>.</remarks>
public sealed record QueueTotals
{
    /// <summary>Nothing has happened.</summary>
    public static QueueTotals Zero { get; } = new();

    /// <summary>Jobs that came in, forwarded ones included.</summary>
    public long Inserted { get; init; }

    /// <summary>Executions that were given to a worker.</summary>
    public long Started { get; init; }

    /// <summary>Jobs that ended well.</summary>
    public long Completed { get; init; }

    /// <summary>Jobs whose last attempt failed.</summary>
    public long Failed { get; init; }

    /// <summary>Attempts that failed and left others to the job.</summary>
    public long Retried { get; init; }

    /// <summary>Jobs that were taken back, expired ones included.</summary>
    public long Cancelled { get; init; }

    /// <summary>Attempts that ended because their node was lost. Each is also one of <see cref="Retried"/> or of <see cref="Failed"/>.</summary>
    public long Rescued { get; init; }

    /// <summary>Jobs that were pruned.</summary>
    public long Pruned { get; init; }

    /// <summary>Sum over <see cref="Started"/>: from the instant at which the job could have started to that at which it was given to its worker: when its claim was durable.</summary>
    public TimeSpan WaitTime { get; init; }

    /// <summary>Sum over the executions that ended, however they did: from the claim to the end, as <see cref="Job.History"/> has them.</summary>
    public TimeSpan RunTime { get; init; }

    /// <summary>When the counting began.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The sum of two partitions; counted since the latest of both.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static QueueTotals operator +(QueueTotals left, QueueTotals right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new QueueTotals
        {
            Inserted = left.Inserted + right.Inserted,
            Started = left.Started + right.Started,
            Completed = left.Completed + right.Completed,
            Failed = left.Failed + right.Failed,
            Retried = left.Retried + right.Retried,
            Cancelled = left.Cancelled + right.Cancelled,
            Rescued = left.Rescued + right.Rescued,
            Pruned = left.Pruned + right.Pruned,
            WaitTime = left.WaitTime + right.WaitTime,
            RunTime = left.RunTime + right.RunTime,
            Since = left.Since > right.Since ? left.Since : right.Since,
        };
    }

    /// <summary>The same as <c>+</c>.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static QueueTotals Add(QueueTotals left, QueueTotals right) => left + right;
}
