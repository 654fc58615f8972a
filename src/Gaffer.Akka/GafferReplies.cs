using System.Collections.Immutable;

namespace Gaffer;

/// <summary>What a queue answers. All that it says is durable.</summary>
public abstract record GafferReply : IGafferWire;

/// <summary>The job is stored.</summary>
/// <param name="Job">The job as it was inserted, or as it is now if it was there before.</param>
/// <param name="IsDuplicate">Whether a job with this id or this unique key was there before; nothing new was stored.</param>
public sealed record InsertResult(Job Job, bool IsDuplicate) : GafferReply;

/// <summary>The jobs are stored. Of jobs that were there before, results and attempts are left out where the answer would be too large for a message.</summary>
/// <param name="Jobs">One result for each, in their order.</param>
public sealed record InsertManyResult(ImmutableArray<InsertResult> Jobs) : GafferReply;

/// <summary>The job.</summary>
public sealed record JobFound(Job Job) : GafferReply;

/// <summary>A page of jobs.</summary>
/// <param name="Jobs">The jobs; perhaps fewer than asked for, or none, even if there are more: a page must fit into a message.</param>
/// <param name="Next">Where the next page goes on; null: this is the last.</param>
public sealed record JobPage(ImmutableArray<Job> Jobs, JobId? Next) : GafferReply;

/// <summary>The answer to a cancellation.</summary>
public abstract record CancelResult : GafferReply
{
    private CancelResult()
    {
    }

    /// <summary>It is cancelled, for good. Code that still runs has its token cancelled, and its result is ignored.</summary>
    public sealed record Cancelled(Job Job) : CancelResult;

    /// <summary>It had ended before; nothing changed.</summary>
    public sealed record InvalidTransition(JobState From, JobState To) : CancelResult;
}

/// <summary>The answer to a retry by hand.</summary>
public abstract record RetryResult : GafferReply
{
    private RetryResult()
    {
    }

    /// <summary>It is available, with one more attempt if they were used up.</summary>
    public sealed record Retried(Job Job) : RetryResult;

    /// <summary>It executes, or is no longer as it was seen; nothing changed.</summary>
    public sealed record InvalidTransition(JobState From, JobState To) : RetryResult;
}

/// <summary>The job is deleted. Its id stays known for a while, so that a late repetition of its insert is recognised.</summary>
public sealed record JobDeletedResult(JobId Job) : GafferReply;

/// <summary>What was pruned.</summary>
/// <param name="Jobs">The ids of the deleted jobs.</param>
/// <param name="HasMore">Whether there is more to prune.</param>
public sealed record PruneResult(ImmutableArray<JobId> Jobs, bool HasMore) : GafferReply;

/// <summary>The answer to a creation.</summary>
/// <param name="AlreadyExists">Whether the queue was there before; nothing changed.</param>
/// <param name="Queue">The queue as it is.</param>
public sealed record CreateQueueResult(bool AlreadyExists, QueueDescription Queue) : GafferReply;

/// <summary>What ensuring a queue did.</summary>
public enum EnsureOutcome
{
    /// <summary>It was created.</summary>
    Created,

    /// <summary>Its options were replaced.</summary>
    Updated,

    /// <summary>It had these options.</summary>
    Unchanged,
}

/// <summary>The queue exists, with these options.</summary>
public sealed record EnsureQueueResult(EnsureOutcome Outcome, QueueDescription Queue) : GafferReply;

/// <summary>A queue's options.</summary>
/// <param name="Options">The options.</param>
/// <param name="Version">Grows by one with each change of them, from 1.</param>
public sealed record QueueDescription(QueueOptions Options, int Version) : GafferReply;

/// <summary>The queue is deleted.</summary>
/// <param name="Jobs">How many jobs went with it.</param>
public sealed record QueueDeletedResult(long Jobs) : GafferReply;

/// <summary>The queue is paused.</summary>
/// <param name="AlreadyPaused">Whether it was before; nothing changed.</param>
public sealed record PauseResult(bool AlreadyPaused) : GafferReply;

/// <summary>The queue is active.</summary>
/// <param name="AlreadyActive">Whether it was before; nothing changed.</param>
public sealed record ResumeResult(bool AlreadyActive) : GafferReply;

/// <summary>How a drain ended. The queue is paused in either case.</summary>
/// <param name="Drained">Whether no job runs any more.</param>
/// <param name="StillRunning">The ids of up to 1,000 jobs that still run.</param>
public sealed record DrainResult(bool Drained, ImmutableArray<JobId> StillRunning) : GafferReply;

/// <summary>How a flush ended.</summary>
/// <param name="Flushed">Whether nothing is left.</param>
/// <param name="Available">Jobs that wait to be claimed.</param>
/// <param name="Scheduled">Jobs that wait for a time in the future.</param>
/// <param name="Executing">Jobs that run.</param>
public sealed record FlushResult(bool Flushed, long Available, long Scheduled, long Executing) : GafferReply
{
    /// <summary>Of one partition of several: see <see cref="FlushRounds"/>.</summary>
    internal FlushMark? Mark { get; init; }
}

/// <summary>What a poll claimed.</summary>
/// <param name="Claimed">The number of jobs.</param>
public sealed record PollResult(int Claimed) : GafferReply;
