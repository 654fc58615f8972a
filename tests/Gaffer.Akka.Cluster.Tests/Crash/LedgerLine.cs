using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gaffer.Tests;

/// <summary>What a life of the subject saw, in the order in which it saw it. Written to a file beside the database, so that it survives the kill.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "what")]
[JsonDerivedType(typeof(Begun), "begun")]
[JsonDerivedType(typeof(Acknowledged), "acknowledged")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(Concluded), "concluded")]
[JsonDerivedType(typeof(AttemptFailed), "attempt-failed")]
[JsonDerivedType(typeof(CancelAcknowledged), "cancel-acknowledged")]
[JsonDerivedType(typeof(Problem), "problem")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Flushed), "flushed")]
public abstract record LedgerLine
{
    private LedgerLine()
    {
    }

    /// <summary>A job is about to be inserted.</summary>
    public sealed record Begun(CrashJob Job) : LedgerLine;

    /// <summary>An insert was answered.</summary>
    public sealed record Acknowledged(string Token, Guid Id, bool Duplicate, bool Repeated) : LedgerLine;

    /// <summary>User code began an execution, in this incarnation of the node.</summary>
    public sealed record Started(string Token, int Execution, int Attempt, Guid Node) : LedgerLine;

    /// <summary>User code is about to return from an execution.</summary>
    public sealed record Ended(string Token, int Execution, ExecutionEnd How) : LedgerLine;

    /// <summary>A hook heard that a job reached a terminal state; so it is durable.</summary>
    public sealed record Concluded(string Token, JobState State, string? Result) : LedgerLine;

    /// <summary>A hook heard that an attempt failed and the job will be retried; so it is durable.</summary>
    public sealed record AttemptFailed(string Token, JobErrorKind Kind) : LedgerLine;

    /// <summary>A cancellation was answered with "cancelled".</summary>
    public sealed record CancelAcknowledged(string Token) : LedgerLine;

    /// <summary>A call threw.</summary>
    public sealed record Problem(string Call, string Message) : LedgerLine;

    /// <summary>The queue has answered for the first time in this life.</summary>
    public sealed record Ready(long StartupMilliseconds) : LedgerLine;

    /// <summary>The queue said that nothing is left.</summary>
    public sealed record Flushed(bool Complete, long Left) : LedgerLine;

    public string Write() => JsonSerializer.Serialize(this);

    public static LedgerLine Read(string line) => JsonSerializer.Deserialize<LedgerLine>(line) ?? throw new FormatException($"'{line}' is no line of a ledger.");
}

/// <summary>How user code ended an execution.</summary>
public enum ExecutionEnd
{
    Completed,
    Failed,
    Snoozed,
    Cancelled,

    /// <summary>Its token was cancelled.</summary>
    Stopped,
}
