using System.Collections.Immutable;
using System.Text.Json;

namespace Gaffer;

/// <summary>A job as its queue knew it at one moment. Immutable: a transition makes a new one.</summary>
/// <remarks>Source: <c>job()</c> of gaffer. Times are UTC with a resolution of one microsecond.</remarks>
public sealed record Job
{
    /// <summary>Its identity, unique in its queue.</summary>
    public required JobId Id { get; init; }

    /// <summary>Its queue.</summary>
    public required QueueName Queue { get; init; }

    /// <summary>What it took from its queue and its options when it was inserted; equal settings are one object.</summary>
    internal JobSettings Settings { get; init; } = JobSettings.Default;

    /// <summary>What it is to do, opaque to the queue.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Its place in the queue: grows by one with each insert.</summary>
    public required long Sequence { get; init; }

    /// <summary>Higher runs first.</summary>
    public int Priority => Settings.Priority;

    /// <summary>The kind of work, which selects the worker.</summary>
    public string Kind => Settings.Kind;

    /// <summary>Media type of the payload, <c>application/json</c> for typed payloads.</summary>
    public string ContentType => Settings.ContentType;

    /// <summary>Attempts until it has failed.</summary>
    public int MaxAttempts => Settings.MaxAttempts;

    /// <summary>Longest time of one attempt; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for none.</summary>
    public TimeSpan Timeout => Settings.Timeout;

    /// <summary>Wait before a retry.</summary>
    public Backoff Backoff => Settings.Backoff;

    /// <summary>Time that a cancelled or timed-out attempt has to end by itself.</summary>
    public TimeSpan ShutdownTimeout => Settings.ShutdownTimeout;

    /// <summary>Its state.</summary>
    public JobState State { get; init; }

    /// <summary>Attempts that ended and count: completed, failed, timed out, lost with their node.</summary>
    public int Attempt { get; init; }

    /// <summary>Fencing token of the newest execution: grows by one with each, 0 before the first.</summary>
    public int Execution { get; init; }

    /// <summary>Executions that ended with a snooze.</summary>
    public int Snoozes { get; init; }

    /// <summary>When it was inserted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not claimed before this instant; stays after it has passed. Null: was never delayed.</summary>
    public DateTimeOffset? ScheduledAt { get => FromTicks(_scheduledAt); init => _scheduledAt = ToTicks(value); }

    /// <summary>Start of the newest execution.</summary>
    public DateTimeOffset? AttemptedAt { get => FromTicks(_attemptedAt); init => _attemptedAt = ToTicks(value); }

    /// <summary>When it reached its terminal state.</summary>
    public DateTimeOffset? FinishedAt { get => FromTicks(_finishedAt); init => _finishedAt = ToTicks(value); }

    /// <summary>When it completed.</summary>
    public DateTimeOffset? CompletedAt => State == JobState.Completed ? FinishedAt : null;

    /// <summary>When it was cancelled.</summary>
    public DateTimeOffset? CancelledAt => State == JobState.Cancelled ? FinishedAt : null;

    /// <summary>When it failed for the last time.</summary>
    public DateTimeOffset? FailedAt => State == JobState.Failed ? FinishedAt : null;

    /// <summary>The earliest instant of its next start; null unless it is available.</summary>
    public DateTimeOffset? NextRunAt => State == JobState.Available ? ScheduledAt ?? CreatedAt : null;

    /// <summary>The instant at which it came into its state: inserted, started, or ended.</summary>
    public DateTimeOffset StateAt => State switch
    {
        JobState.Available => CreatedAt,
        JobState.Executing => AttemptedAt ?? CreatedAt,
        _ => FinishedAt ?? CreatedAt,
    };

    /// <summary>What its worker returned, as UTF-8 JSON. Null: it returned none, or has not completed.</summary>
    public ReadOnlyMemory<byte>? ResultJson => _result is { } json ? new ReadOnlyMemory<byte>(json) : default(ReadOnlyMemory<byte>?); // a bare null would become an empty memory

    /// <summary>Why it was cancelled, if somebody said so.</summary>
    public string? CancelReason { get; init; }

    /// <summary>The node that executes it, or executed it last. Null before the first execution.</summary>
    public WorkerNode? Node { get; init; }

    /// <summary>Its executions that ended, oldest first. Bounded: of more than 20 the oldest snoozed, else the oldest, are dropped.</summary>
    public ImmutableArray<JobExecution> History
    {
        get => IsLastOwn ? _history.Add(OwnLast) : _history;
        init => (_history, IsLastOwn) = (value, false);
    }

    /// <summary>Its failed attempts, newest first, as far as <see cref="History"/> holds them.</summary>
    public IReadOnlyList<JobError> Errors =>
        [.. History.Reverse().Where(e => e.Error is not null).Select(e => new JobError(e.Attempt, e.Error!, e.EndedAt))];

    /// <summary>What few jobs have: chain, unique key, expiry, tags, meta, origin.</summary>
    internal JobLabels? Labels { get; init; }

    /// <summary>Jobs of one chain run one after the other.</summary>
    public string? Chain => Labels?.Chain;

    /// <summary>While it is available or executing, no other job with this key is inserted.</summary>
    public string? UniqueKey => Labels?.UniqueKey;

    /// <summary>Cancelled when it has not started by then.</summary>
    public DateTimeOffset? ExpiresAt => Labels?.ExpiresAt;

    /// <summary>Words to find it by.</summary>
    public ImmutableArray<string> Tags => Labels?.Tags ?? [];

    /// <summary>What the inserter wanted to have kept with it.</summary>
    public ImmutableDictionary<string, string> Meta => Labels?.Meta ?? ImmutableDictionary<string, string>.Empty;

    /// <summary>The span that it comes of, as the <c>traceparent</c> of W3C Trace Context. Null: it was inserted without one.</summary>
    public string? TraceParent => Labels?.Trace?.Parent;

    /// <summary>Reads the payload as JSON.</summary>
    /// <exception cref="JsonException">The payload is not JSON of this shape.</exception>
    public T? PayloadAs<T>() => JsonSerializer.Deserialize<T>(Payload.Span, JsonDefaults.Options);

    /// <summary>Reads the result as JSON; the default of <typeparamref name="T"/> when there is none.</summary>
    /// <exception cref="JsonException">The result is not JSON of this shape.</exception>
    public T? ResultAs<T>() => _result is null ? default : JsonSerializer.Deserialize<T>(_result, JsonDefaults.Options);

    /// <summary>The state as a person wants to read it at the instant <paramref name="now"/>.</summary>
    public JobDisplayState DisplayState(DateTimeOffset now) => State switch
    {
        JobState.Available when _scheduledAt > now.UtcTicks => Attempt > 0 && LastFailed ? JobDisplayState.Retrying : JobDisplayState.Scheduled,
        JobState.Available => JobDisplayState.Available,
        JobState.Executing => JobDisplayState.Executing,
        JobState.Completed => JobDisplayState.Completed,
        JobState.Cancelled => JobDisplayState.Cancelled,
        _ => JobDisplayState.Failed,
    };

    /// <summary>How often it was retried by hand, since that is counted: tells its ends apart.</summary>
    internal int Retries { get; init; }

    internal byte[]? Result { get => _result; init => _result = value; }

    /// <summary>Whether the last execution of its history is told by its own fields: that of a job that completed, of which a queue keeps thousands, most of them with no other.</summary>
    internal bool IsLastOwn { get; init; }

    /// <summary>What the fields of a completed job tell of its last execution.</summary>
    internal JobExecution OwnLast => new(Execution, Attempt, AttemptedAt ?? FinishedAt!.Value, FinishedAt!.Value, Node!, ExecutionOutcome.Completed);

    internal long ScheduledTicks => _scheduledAt;

    /// <summary>Since when it could have been started: inserted, due, or given back, whichever was last.</summary>
    internal DateTimeOffset WaitingSince
    {
        get
        {
            var since = Math.Max(CreatedAt.UtcTicks, _scheduledAt);
            return new DateTimeOffset(_history.Length > 0 ? Math.Max(since, _history[^1].EndedAt.UtcTicks) : since, TimeSpan.Zero);
        }
    }

    internal bool LastFailed => !IsLastOwn && _history.Length > 0 && _history[^1].Error is not null;

    /// <summary>Bytes that it takes in a journal or a snapshot, roughly.</summary>
    internal int ApproximateSize => 96 + Payload.Length + (_result?.Length ?? 0) + ((_history.Length + (IsLastOwn ? 1 : 0)) * 48) + (Labels is null ? 0 : 64);

    // Null is 0: a nullable DateTimeOffset takes 24 bytes, and a queue holds a million jobs.
    private readonly long _scheduledAt;
    private readonly long _attemptedAt;
    private readonly long _finishedAt;
    private readonly byte[]? _result;
    private readonly ImmutableArray<JobExecution> _history = [];

    private static long ToTicks(DateTimeOffset? value) => value?.UtcTicks ?? 0;

    private static DateTimeOffset? FromTicks(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}

/// <summary>How an execution ended.</summary>
public enum ExecutionOutcome
{
    /// <summary>Done.</summary>
    Completed,

    /// <summary>Failed; counts as an attempt.</summary>
    Failed,

    /// <summary>Cancelled by its worker or a caller; does not count.</summary>
    Cancelled,

    /// <summary>To run again later; does not count.</summary>
    Snoozed,

    /// <summary>Given back by a node that leaves; does not count.</summary>
    Released,
}

/// <summary>One execution of a job that ended.</summary>
/// <param name="Execution">Its fencing token.</param>
/// <param name="Attempt">Number of the attempt that it was or would have been, from 1.</param>
/// <param name="StartedAt">When it was claimed.</param>
/// <param name="EndedAt">When its end was recorded.</param>
/// <param name="Node">Where it ran.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Error">What went wrong, if it failed.</param>
public sealed record JobExecution(
    int Execution, int Attempt, DateTimeOffset StartedAt, DateTimeOffset EndedAt, WorkerNode Node, ExecutionOutcome Outcome, JobErrorInfo? Error = null);

/// <summary>One life of a process that works on jobs. A process that starts again is another node.</summary>
/// <param name="Address">Where it is, for people.</param>
/// <param name="Incarnation">Which life of it this is.</param>
public sealed record WorkerNode(string Address, Guid Incarnation)
{
    /// <inheritdoc/>
    public override string ToString() => Address;
}

/// <summary>What a job takes from its queue and its options when it is inserted. Later changes of the queue do not touch it.</summary>
internal sealed record JobSettings(
    string Kind, string ContentType, int Priority, int MaxAttempts, TimeSpan Timeout, Backoff Backoff, TimeSpan ShutdownTimeout)
{
    public static readonly JobSettings Default = new(
        JobWorker.DefaultKind, InsertJob.Json, 0, 3, TimeSpan.FromSeconds(30), Backoff.Fixed(TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(5));
}

/// <summary>What few jobs have.</summary>
internal sealed record JobLabels(
    string? Chain, string? UniqueKey, DateTimeOffset? ExpiresAt, ImmutableArray<string> Tags, ImmutableDictionary<string, string> Meta, int Hops)
{
    /// <summary>The span that it comes of.</summary>
    public TraceContext? Trace { get; init; }
}
