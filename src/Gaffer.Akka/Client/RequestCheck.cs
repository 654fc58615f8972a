namespace Gaffer;

/// <summary>What is wrong with a request before any queue sees it. What lacks a part fails inside an actor, or cannot be sent to another node, and takes the requests of others with it.</summary>
internal static class RequestCheck
{
    /// <summary>The most jobs of one insert.</summary>
    public const int MostInserts = 10_000;

    /// <summary>The failure to answer with; null when nothing is wrong.</summary>
    public static GafferFailure? Of(GafferRequest request, DateTimeOffset now) => request switch
    {
        CreateQueue { Options: var options } => QueueConfigurator.Invalid(options, options.Problems()),
        EnsureQueue { Options: var options } => QueueConfigurator.Invalid(options, options.Problems()),
        UpdateQueue { Options: var options } => QueueConfigurator.Invalid(options, options.Problems()),
        _ when !QueueName.IsValid(request.Queue.Value) => Invalid(request, "names no queue."),
        _ when ProblemOf(request) is { } problem => Invalid(request, problem),
        InsertJob insert => JobAdmission.Refusal(insert, insert.Queue, now, partitions: 1),
        InsertJobs inserts => WholeQueue.Refusal(inserts, partitions: 1, now),
        _ => null,
    };

    private static string? ProblemOf(GafferRequest request) => request switch
    {
        CancelJob { Reason.Length: > JobErrorInfo.MaxLength and var length } => $"has a reason of {length} characters; use up to {JobErrorInfo.MaxLength}.",
        InsertJobs { Jobs: var jobs } when jobs.IsDefault || jobs.Contains(null!) => "lacks a job.",
        InsertJobs { Jobs.Length: > MostInserts and var count } => $"has {count} jobs; insert up to {MostInserts} at once.",
        ListJobs { Filter: null } => "has no filter; use JobFilter.All.",
        DrainQueue { Within: var within } when !IsWait(within) => $"waits for {within}; use 0 or more, or infinite.",
        FlushQueue { Within: var within } when !IsWait(within) => $"waits for {within}; use 0 or more, or infinite.",
        _ => null,
    };

    private static bool IsWait(TimeSpan within) => within >= TimeSpan.Zero || within == Timeout.InfiniteTimeSpan;

    private static GafferFailure Invalid(GafferRequest request, string problem) =>
        new(GafferError.InvalidRequest, $"{request.GetType().Name} of queue '{request.Queue}' {problem}", request.Queue);
}
