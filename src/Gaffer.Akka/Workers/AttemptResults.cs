using System.Text.Json;

namespace Gaffer;

/// <summary>Makes a result of whatever an attempt came to.</summary>
internal static class AttemptResults
{
    /// <summary>The largest result that is kept with a job.</summary>
    public const int MaxResultBytes = 1024 * 1024;

    public static readonly JobResult NoTask = Failure("The worker returned null in place of a task; return a task of a JobResult.");

    private static readonly JobResult NoResult = Failure("The worker returned null in place of a result; return a JobResult, such as JobResult.Complete().");

    /// <summary>What the worker answered, if it can be kept.</summary>
    public static JobResult Of(JobResult? answer) => answer switch
    {
        null => NoResult,
        JobResult.Completed { Value.Length: > MaxResultBytes and var size } =>
            Failure($"The result is {size} bytes of JSON; at most {MaxResultBytes} bytes are kept with a job.", JobErrorKind.Serialization),
        JobResult.CancelledByWorker { Reason.Length: > JobErrorInfo.MaxLength } cancelled =>
            new JobResult.CancelledByWorker(string.Concat(cancelled.Reason.AsSpan(0, JobErrorInfo.MaxLength - 1), "…")),
        _ => answer,
    };

    /// <summary>The result as it can be told: with its job it must fit into a message.</summary>
    public static JobResult Fit(JobResult result, Job job, int mostBytes) =>
        result is JobResult.Completed { Value: { } value } && MessageSize.WithoutResult(job) + value.Length > mostBytes
            ? Failure($"The result is {value.Length} bytes of JSON, which is too large beside a payload of {job.Payload.Length} bytes: a message may have {mostBytes} (gaffer.client.max-message-size).", JobErrorKind.Serialization)
            : result;

    /// <summary>What the worker threw.</summary>
    public static JobResult Of(Exception thrown) =>
        new JobResult.Failed(Describe(thrown, thrown is JobPayloadException or JsonException ? JobErrorKind.Serialization : JobErrorKind.Exception), null) { Thrown = thrown };

    public static JobResult TimedOut(Job job) => Failure($"The attempt took longer than its time-out of {job.Timeout}.", JobErrorKind.Timeout);

    public static JobResult UnknownKind(Job job, WorkerKinds known) =>
        Failure($"No worker of queue {job.Queue} on this node performs jobs of kind '{job.Kind}'; it knows {string.Join(", ", known.Names)}.");

    /// <summary>The actor of the attempt ended, with the exception that made it, if there was one.</summary>
    public static JobResult Terminated(Exception? cause)
    {
        const string ended = "The actor that ran the attempt ended before it answered";
        return cause is null
            ? Failure(ended + ".", JobErrorKind.WorkerTerminated)
            : new JobResult.Failed(Describe(cause, JobErrorKind.WorkerTerminated) is var error ? (error with { Message = $"{ended}: {error.Message}" }).Capped() : error, null) { Thrown = cause };
    }

    public static JobResult WrongAnswer(object answer) =>
        Failure($"The actor of the worker answered with a {answer.GetType()}; answer PerformJob with a JobResult or a Status.Failure.");

    /// <summary>Bytes that a result takes on the wire, at most.</summary>
    public static int SizeOf(JobResult result) => 128 + result switch
    {
        JobResult.Completed completed => completed.Value?.Length ?? 0,
        JobResult.Failed { Error: var e } => 3 * (e.Message.Length + (e.Type?.Length ?? 0) + (e.StackTrace?.Length ?? 0) + (e.Data?.Length ?? 0)),
        JobResult.CancelledByWorker cancelled => 3 * (cancelled.Reason?.Length ?? 0),
        _ => 0,
    };

    private static JobResult.Failed Failure(string message, JobErrorKind kind = JobErrorKind.Failed) => new JobResult.Failed(new JobErrorInfo(kind, message).Capped(), null);

    // The members of an exception are user code as well.
    private static JobErrorInfo Describe(Exception thrown, JobErrorKind kind)
    {
        try
        {
            return JobErrorInfo.From(thrown, kind);
        }
        catch (Exception e)
        {
            return new JobErrorInfo(kind, $"The exception could not be described: its members threw a {e.GetType()}.", thrown.GetType().FullName);
        }
    }
}
