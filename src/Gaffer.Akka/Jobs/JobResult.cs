using System.Text.Json;

namespace Gaffer;

/// <summary>What a worker answers about its attempt. Throwing is the same as <see cref="Fail(Exception, TimeSpan?)"/>.</summary>
/// <remarks>Source: the return values of <c>perform/1</c> of gaffer.</remarks>
public abstract record JobResult
{
    private JobResult()
    {
    }

    /// <summary>The job is done. No result is kept.</summary>
    public static JobResult Complete() => Completed.WithoutValue;

    /// <summary>The job is done, and its result is kept with it, as JSON.</summary>
    public static JobResult Complete<T>(T value) => new Completed(JsonSerializer.SerializeToUtf8Bytes(value, JsonDefaults.Options));

    /// <summary>The job is done, and these bytes (UTF-8 JSON) are kept as its result.</summary>
    public static JobResult CompleteWithJson(ReadOnlyMemory<byte> json) => new Completed(json.ToArray());

    /// <summary>The attempt failed: the job is retried after its backoff while attempts are left, else it has failed.</summary>
    /// <param name="reason">What was wrong, for people.</param>
    /// <param name="retryAfter">Overrides the backoff; less than 0 counts as 0. Default: the job's backoff.</param>
    public static JobResult Fail(string reason, TimeSpan? retryAfter = null) =>
        new Failed(new JobErrorInfo(JobErrorKind.Failed, reason).Capped(), retryAfter);

    /// <summary>As <see cref="Fail(string, TimeSpan?)"/>, with data that is kept as JSON.</summary>
    public static JobResult FailWith<T>(string reason, T data, TimeSpan? retryAfter = null) =>
        new Failed(new JobErrorInfo(JobErrorKind.Failed, reason, Data: JsonSerializer.Serialize(data, JsonDefaults.Options)).Capped(), retryAfter);

    /// <summary>The attempt failed with an exception.</summary>
    public static JobResult Fail(Exception exception, TimeSpan? retryAfter = null) => new Failed(JobErrorInfo.From(exception), retryAfter) { Thrown = exception };

    /// <summary>The attempt failed, and another would too: the job has failed, whatever attempts are left.</summary>
    /// <param name="reason">What was wrong, for people.</param>
    public static JobResult FailForGood(string reason) => new Failed(new JobErrorInfo(JobErrorKind.Failed, reason).Capped(), null, ForGood: true);

    /// <summary>The job need not be done: it is cancelled, and the reason is kept. Costs no attempt.</summary>
    public static JobResult Cancel(string? reason = null) => new CancelledByWorker(reason);

    /// <summary>The job is to run again at <paramref name="at"/>. Costs no attempt.</summary>
    public static JobResult Reschedule(DateTimeOffset at) => new Snoozed(at, null);

    /// <summary>The job is to run again after <paramref name="delay"/>, 0 or more. Costs no attempt.</summary>
    public static JobResult Snooze(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new Snoozed(null, delay);
    }

    internal sealed record Completed(byte[]? Value) : JobResult
    {
        public static readonly Completed WithoutValue = new((byte[]?)null);
    }

    internal sealed record Failed(JobErrorInfo Error, TimeSpan? RetryAfter, bool ForGood = false) : JobResult
    {
        /// <summary>For the log of the node alone: a queue hears what <see cref="Error"/> says of it.</summary>
        public Exception? Thrown { get; init; }
    }

    internal sealed record CancelledByWorker(string? Reason) : JobResult;

    internal sealed record Snoozed(DateTimeOffset? At, TimeSpan? Delay) : JobResult;

    /// <summary>The node leaves: the job goes back, uncounted. Never an answer of user code.</summary>
    internal sealed record Released : JobResult
    {
        public static readonly Released Instance = new();
    }
}

/// <summary>How payloads and results become JSON where nothing else is said.</summary>
internal static class JsonDefaults
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
}
