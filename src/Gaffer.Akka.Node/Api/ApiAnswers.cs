using System.Collections.Immutable;

namespace Gaffer.Node;

/// <summary>What the tables show of a queue. The members are those of docs/http-api.md.</summary>
internal sealed record QueueAnswer(string Name, string? Status, bool Orphaned, CountsAnswer? Counts, DateTimeOffset? OldestWaiting, WorkersAnswer? Workers, RatesAnswer? Rates, DateTimeOffset? AsOf, string? Error);

internal sealed record CountsAnswer(long? Available, long? Executing, long? Completed, long? Cancelled, long? Failed, long? Scheduled);

internal sealed record WorkersAnswer(int? Active, int? GlobalMax)
{
    public ImmutableArray<NodeWorkersAnswer> Nodes { get; init; } = [];

    /// <summary>What may run at once: on all nodes that have workers, and not more than everywhere together. Null: there is no limit.</summary>
    public int? Most => Nodes.Any(node => node.Max is null) ? GlobalMax : Math.Min(Nodes.Sum(node => node.Max!.Value), GlobalMax ?? int.MaxValue);
}

/// <summary>The workers of a queue on a node.</summary>
internal sealed record NodeWorkersAnswer(int? Max);

internal sealed record RatesAnswer(double? Inserted, double? Completed, double? Failed, double? WaitMs, double? RunMs);

/// <summary>What the tables show of a job.</summary>
internal sealed record JobAnswer(string Id, string Queue, string Kind, string State, string DisplayState, int Priority, int Attempt, int MaxAttempts, DateTimeOffset CreatedAt, DateTimeOffset? NextRunAt, DateTimeOffset? FinishedAt, string? Node, string? LastError)
{
    public DateTimeOffset? ScheduledAt { get; init; }

    public DateTimeOffset? AttemptedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Chain { get; init; }

    public string? UniqueKey { get; init; }

    public string? CancelReason { get; init; }

    public string? Timeout { get; init; }

    public ImmutableArray<string> Tags { get; init; } = [];

    public ImmutableSortedDictionary<string, string>? Meta { get; init; }

    public ContentAnswer? Payload { get; init; }

    public ContentAnswer? Result { get; init; }

    public ImmutableArray<ExecutionAnswer> History { get; init; } = [];
}

/// <summary>A payload or a result.</summary>
internal sealed record ContentAnswer(string ContentType, long Bytes, bool Redacted, System.Text.Json.JsonElement? Json, string? Text, string? Base64);

internal sealed record ExecutionAnswer(int Execution, int Attempt, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string? Node, string Outcome, ErrorAnswer? Error);

internal sealed record ErrorAnswer(string Kind, string Message, string? Type);

/// <summary>The whole cluster in one second.</summary>
internal sealed record TickAnswer(SampleAnswer? Sample, ImmutableArray<QueueAnswer> Queues, ImmutableArray<NodeAnswer> Nodes);

internal sealed record SampleAnswer(DateTimeOffset At, long Available, long Executing, double? Inserted, double? Completed, double? Failed, double? WaitMs, double? RunMs);

internal sealed record NodeAnswer(string Node, string Status, bool Reachable, int Running, int? Capacity);
