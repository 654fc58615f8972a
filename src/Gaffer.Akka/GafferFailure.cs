using System.Collections.Immutable;

namespace Gaffer;

/// <summary>What went wrong.</summary>
public enum GafferError
{
    /// <summary>No queue has this name.</summary>
    UnknownQueue,

    /// <summary>The queue has no job with this id.</summary>
    UnknownJob,

    /// <summary>The queue still has jobs, or is the forward target of another.</summary>
    QueueInUse,

    /// <summary>The options of a queue are invalid.</summary>
    InvalidQueueConfig,

    /// <summary>The job or its options are invalid.</summary>
    InvalidJob,

    /// <summary>A forward target does not exist.</summary>
    ForwardTargetNotFound,

    /// <summary>No storage of this name is configured.</summary>
    UnknownStorage,

    /// <summary>The job id is used by another job with other content.</summary>
    JobIdConflict,

    /// <summary>The options were changed by somebody else.</summary>
    VersionConflict,

    /// <summary>The payload is larger than the queue allows.</summary>
    PayloadTooLarge,

    /// <summary>The queue has as many jobs as it may have.</summary>
    QueueFull,

    /// <summary>The queue has more uncommitted work than it takes on.</summary>
    Overloaded,

    /// <summary>The queue cannot reach or write its journal, or moves; safe to repeat.</summary>
    Unavailable,

    /// <summary>No answer came in time; safe to repeat with the same job id or command id.</summary>
    Timeout,

    /// <summary>The journal holds what this version cannot read.</summary>
    Incompatible,

    /// <summary>The request itself is wrong.</summary>
    InvalidRequest,

    /// <summary>No limit has this name.</summary>
    UnknownLimit,
}

/// <summary>The answer to a request that could not be carried out: what was wrong, with which value, and what to do.</summary>
/// <param name="Error">What went wrong.</param>
/// <param name="Message">In words.</param>
/// <param name="Queue">The queue, where there is one.</param>
/// <param name="Details">All problems, where there are several.</param>
public sealed record GafferFailure(GafferError Error, string Message, string? Queue, ImmutableArray<string> Details) : GafferReply
{
    /// <summary>A failure without details.</summary>
    public GafferFailure(GafferError error, string message, QueueName? queue = null)
        : this(error, message, queue?.Value, [])
    {
    }

    /// <summary>The same as an exception.</summary>
    public GafferException ToException() => Error switch
    {
        GafferError.UnknownQueue => new UnknownQueueException(this),
        GafferError.UnknownJob => new UnknownJobException(this),
        GafferError.QueueInUse => new QueueHasJobsException(this),
        GafferError.InvalidQueueConfig => new InvalidQueueConfigException(this),
        GafferError.InvalidJob => new InvalidJobException(this),
        GafferError.ForwardTargetNotFound => new ForwardTargetNotFoundException(this),
        GafferError.UnknownStorage => new UnknownStorageException(this),
        GafferError.UnknownLimit => new UnknownLimitException(this),
        GafferError.JobIdConflict => new JobIdConflictException(this),
        GafferError.VersionConflict => new VersionConflictException(this),
        GafferError.PayloadTooLarge => new PayloadTooLargeException(this),
        GafferError.QueueFull => new QueueFullException(this),
        GafferError.Overloaded => new QueueOverloadedException(this),
        GafferError.Unavailable => new GafferUnavailableException(this),
        GafferError.Timeout => new GafferTimeoutException(this),
        GafferError.Incompatible => new IncompatibleJournalException(this),
        _ => new GafferException(this),
    };
}

/// <summary>The family of errors of this library.</summary>
public class GafferException : Exception
{
    /// <summary>An error with its data.</summary>
    public GafferException(GafferFailure failure)
        : base(failure?.Message) => Failure = failure ?? throw new ArgumentNullException(nameof(failure));

    /// <summary>What an actor would have been answered.</summary>
    public GafferFailure Failure { get; }

    /// <summary>All problems, where there are several.</summary>
    public ImmutableArray<string> Problems => Failure.Details;
}

/// <summary>No queue has this name.</summary>
public sealed class UnknownQueueException(GafferFailure failure) : GafferException(failure);

/// <summary>The queue has no job with this id.</summary>
public sealed class UnknownJobException(GafferFailure failure) : GafferException(failure);

/// <summary>The queue still has jobs, or is the forward target of another.</summary>
public sealed class QueueHasJobsException(GafferFailure failure) : GafferException(failure);

/// <summary>The options of a queue, or the configuration, are invalid.</summary>
public sealed class InvalidQueueConfigException(GafferFailure failure) : GafferException(failure);

/// <summary>The job or its options are invalid; all problems are listed.</summary>
public sealed class InvalidJobException(GafferFailure failure) : GafferException(failure);

/// <summary>A forward target does not exist.</summary>
public sealed class ForwardTargetNotFoundException(GafferFailure failure) : GafferException(failure);

/// <summary>No storage of this name is configured.</summary>
public sealed class UnknownStorageException(GafferFailure failure) : GafferException(failure);

/// <summary>No limit of this name exists.</summary>
public sealed class UnknownLimitException(GafferFailure failure) : GafferException(failure);

/// <summary>The job id is used by another job with other content.</summary>
public sealed class JobIdConflictException(GafferFailure failure) : GafferException(failure);

/// <summary>The options were changed by somebody else; read them again.</summary>
public sealed class VersionConflictException(GafferFailure failure) : GafferException(failure);

/// <summary>The payload is larger than the queue allows.</summary>
public sealed class PayloadTooLargeException(GafferFailure failure) : GafferException(failure);

/// <summary>The queue has as many jobs as it may have.</summary>
public sealed class QueueFullException(GafferFailure failure) : GafferException(failure);

/// <summary>The queue has more uncommitted work than it takes on; try again later.</summary>
public sealed class QueueOverloadedException(GafferFailure failure) : GafferException(failure);

/// <summary>The queue cannot reach or write its journal, or moves. Whether the change was made is unknown; repeating it with the same id is safe.</summary>
public sealed class GafferUnavailableException(GafferFailure failure) : GafferException(failure);

/// <summary>No answer came in time. Whether the change was made is unknown; repeating it with the same id is safe.</summary>
public sealed class GafferTimeoutException(GafferFailure failure) : GafferException(failure);

/// <summary>The journal was written by a newer version, or is damaged.</summary>
public sealed class IncompatibleJournalException(GafferFailure failure) : GafferException(failure);
