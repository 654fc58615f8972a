using System.Security.Cryptography;
using System.Text;

namespace Gaffer.Tests;

/// <summary>How a job of the crash tests goes.</summary>
public enum CrashPlan
{
    /// <summary>Completes, at once or after a few milliseconds.</summary>
    Complete,

    /// <summary>Starts a little after its insert.</summary>
    Delayed,

    /// <summary>Fails in its first two attempts.</summary>
    FailTwice,

    /// <summary>Fails until its attempts are used up.</summary>
    FailAlways,

    /// <summary>Is put off once.</summary>
    Snooze,

    /// <summary>Is cancelled by its worker.</summary>
    WorkerCancels,

    /// <summary>Is cancelled by a caller, before, while or after it runs.</summary>
    CallerCancels,

    /// <summary>Runs until its node stops, the first time; then it completes.</summary>
    Hold,
}

/// <summary>What a job of the crash tests carries.</summary>
/// <param name="Token">Names the insert: life, inserter and number. No two inserts have the same.</param>
/// <param name="Plan">How it goes.</param>
public sealed record CrashPayload(string Token, CrashPlan Plan);

/// <summary>What a completed job of the crash tests answers.</summary>
public sealed record CrashResult(string Token, int Execution);

/// <summary>One insert of the crash tests. What is inserted follows from it alone, so that a later life can repeat it.</summary>
/// <param name="Token">Names the insert.</param>
/// <param name="Plan">How the job goes.</param>
/// <param name="Named">Whether the caller names the job's id; then the insert can be repeated after a crash.</param>
/// <param name="Chain">Its chain, if it is in one.</param>
/// <param name="Batch">The inserts that are one call; null: it is a call of its own.</param>
public sealed record CrashJob(string Token, CrashPlan Plan, bool Named, string? Chain = null, string? Batch = null)
{
    public static readonly QueueName Queue = "crash";

    /// <summary>The id that its caller gives it, made of the token; null when the client makes one.</summary>
    public JobId? Id => Named ? new JobId(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(Token)).AsSpan(0, 16))) : null;

    public InsertJob ToInsert() => InsertJob.Of(Queue, new CrashPayload(Token, Plan), new JobOptions
    {
        Id = Id,
        Chain = Chain,
        MaxAttempts = Plan == CrashPlan.FailAlways ? 2 : null,
        Delay = Plan == CrashPlan.Delayed ? TimeSpan.FromMilliseconds(300) : null,
    });

    /// <summary>The n-th insert of one inserter in one life.</summary>
    public static CrashJob Of(int life, int inserter, int number, CrashPlan plan, string? batch = null)
    {
        var chained = batch is null && plan is CrashPlan.Complete or CrashPlan.FailTwice && number % 3 == 0;
        return new($"{life}-{inserter}-{number}", plan, Named: number % 2 == 0, chained ? $"chain-{number % 8}" : null, batch);
    }

    /// <summary>The states in which a job that goes so may end.</summary>
    public static bool MayEndAs(CrashPlan plan, JobState state) => plan switch
    {
        CrashPlan.FailAlways => state == JobState.Failed,
        CrashPlan.WorkerCancels => state == JobState.Cancelled,
        CrashPlan.CallerCancels => state is JobState.Cancelled or JobState.Completed,
        _ => state == JobState.Completed,
    };
}
