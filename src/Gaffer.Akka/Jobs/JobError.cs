namespace Gaffer;

/// <summary>Why an attempt failed.</summary>
public enum JobErrorKind
{
    /// <summary>The worker answered <see cref="JobResult.Fail(string, TimeSpan?)"/>.</summary>
    Failed,

    /// <summary>The worker threw.</summary>
    Exception,

    /// <summary>The attempt took longer than its time-out.</summary>
    Timeout,

    /// <summary>The node that ran the attempt left the cluster or did not come back.</summary>
    NodeLost,

    /// <summary>The actor that ran the attempt ended.</summary>
    WorkerTerminated,

    /// <summary>The worker's payload or result could not be read or written.</summary>
    Serialization,
}

/// <summary>Who found out that an attempt failed.</summary>
/// <remarks>Source: the actor of a <c>[gaffer, job, fail]</c> event.</remarks>
public enum JobErrorActor
{
    /// <summary>The worker itself.</summary>
    Worker,

    /// <summary>The queue or the supervisor of its workers: time-outs and lost nodes.</summary>
    Runner,
}

/// <summary>What is recorded of a failure: a closed shape that survives any exception type and any version of the code.</summary>
/// <param name="Kind">Why it failed.</param>
/// <param name="Message">What was wrong. Cut to 8,192 characters.</param>
/// <param name="Type">Full name of the exception type, if there was one.</param>
/// <param name="StackTrace">Stack of the exception, if there was one. Cut to 8,192 characters.</param>
/// <param name="Data">What the worker gave along, as JSON. Left out above 8,192 characters.</param>
public sealed record JobErrorInfo(JobErrorKind Kind, string Message, string? Type = null, string? StackTrace = null, string? Data = null)
{
    internal const int MaxLength = 8192;

    /// <summary>Who found out.</summary>
    public JobErrorActor Actor => Kind is JobErrorKind.Timeout or JobErrorKind.NodeLost ? JobErrorActor.Runner : JobErrorActor.Worker;

    /// <summary>Describes an exception, without keeping it.</summary>
    public static JobErrorInfo From(Exception exception, JobErrorKind kind = JobErrorKind.Exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new JobErrorInfo(kind, exception.Message, exception.GetType().FullName, exception.StackTrace).Capped();
    }

    internal JobErrorInfo Capped() => this with
    {
        Message = Cut(Message),
        StackTrace = StackTrace is null ? null : Cut(StackTrace),
        Data = Data is { Length: > MaxLength } ? null : Data,
    };

    private static string Cut(string text) => text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength - 1), "…");
}

/// <summary>A failed attempt of a job.</summary>
/// <param name="Attempt">Number of the attempt, from 1.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="At">When it ended.</param>
/// <remarks>Source: <c>job_error()</c> of gaffer.</remarks>
public sealed record JobError(int Attempt, JobErrorInfo Error, DateTimeOffset At);
