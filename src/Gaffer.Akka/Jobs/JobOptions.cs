using System.Collections.Immutable;

namespace Gaffer;

/// <summary>What one insert says of its job. What is null comes from the queue, as it is at the time of the insert.</summary>
/// <remarks>Source: <c>job_opts()</c> of gaffer; id, kind, partition key, chain, unique key, tags, meta and expiry are ours.</remarks>
public sealed record JobOptions
{
    /// <summary>All from the queue.</summary>
    public static JobOptions Default { get; } = new();

    /// <summary>The job's id. Default: a new one. Repeat an insert with the same id, and it is one job. With a <see cref="PartitionKey"/>: one of <see cref="JobId.Derive"/>.</summary>
    public JobId? Id { get; init; }

    /// <summary>Jobs with the same key are in the same partition of their queue. 1 to 256 characters. Default: the chain, else the unique key, else none: any partition.</summary>
    /// <remarks>The id says where a job is, so an id of your own must be made for the key: see <see cref="JobId.Derive"/>.</remarks>
    public string? PartitionKey { get; init; }

    /// <summary>The kind of job, which selects the worker: 1 to 128 characters of <c>A-Z a-z 0-9 . _ : -</c>. Default: the kind registered for the payload's type, else <c>default</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Attempts until the job has failed, 1 or more.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Higher runs first; any integer.</summary>
    public int? Priority { get; init; }

    /// <summary>Longest time of one attempt: above 0, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Wait before a retry.</summary>
    public Backoff? Backoff { get; init; }

    /// <summary>Time that a cancelled or timed-out attempt has to end by itself, above 0.</summary>
    public TimeSpan? ShutdownTimeout { get; init; }

    /// <summary>Not claimed before this instant. A time in the past means now. Default: now.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Not claimed before this delay has passed, 0 or more. Give this or <see cref="ScheduledAt"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>A job that has not started by then is cancelled with the reason <c>expired</c>. Default: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Jobs of one chain run one after the other, in queue order. Up to 256 characters. Default: none.</summary>
    public string? Chain { get; init; }

    /// <summary>While a job with this key is available or executing, an insert with the same key answers with that job. Up to 256 characters. Default: none.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>Words to find the job by: at most 16 of up to 64 characters.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>What the caller wants to have kept with the job: at most 32 entries, 4,096 characters in all.</summary>
    public ImmutableDictionary<string, string> Meta { get; init; } = ImmutableDictionary<string, string>.Empty;
}
