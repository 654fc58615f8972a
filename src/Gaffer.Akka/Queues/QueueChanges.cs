using System.Collections.Immutable;

namespace Gaffer;

/// <summary>What changed in a queue: a closed family. Live traffic and recovery apply the same changes to the same state.</summary>
/// <param name="At">When it was decided.</param>
internal abstract record QueueChange(DateTimeOffset At)
{
    /// <summary>The queue was created, or its options were replaced.</summary>
    public sealed record Configured(DateTimeOffset At, QueueOptions Options, int Version, bool ByEnsure, Guid Command) : QueueChange(At);

    public sealed record Paused(DateTimeOffset At, Guid Command) : QueueChange(At);

    public sealed record Resumed(DateTimeOffset At, Guid Command) : QueueChange(At);

    /// <summary>The queue is to be deleted. From here on nothing but the word of the catalog stops that: whoever starts it goes on.</summary>
    public sealed record DeletionBegun(DateTimeOffset At, Guid Command) : QueueChange(At);

    /// <summary>The catalog does not let the queue go: it stays.</summary>
    public sealed record DeletionRefused(DateTimeOffset At) : QueueChange(At);

    /// <summary>The queue is gone; what comes after it is another queue of the same name.</summary>
    public sealed record Deleted(DateTimeOffset At, Guid Command) : QueueChange(At);

    /// <summary>A job came in; <see cref="Job.State"/> is available and nothing has happened to it.</summary>
    public sealed record Inserted(DateTimeOffset At, Job Job, bool Forwarded = false) : QueueChange(At);

    /// <summary>A job was given to a node; its execution number grows by one.</summary>
    public sealed record Claimed(DateTimeOffset At, JobId Job, WorkerNode Node) : QueueChange(At);

    public sealed record Completed(DateTimeOffset At, JobId Job, byte[]? Result) : QueueChange(At);

    /// <summary>An attempt failed; without <see cref="RetryAt"/> the job has.</summary>
    public sealed record Failed(DateTimeOffset At, JobId Job, JobErrorInfo Error, DateTimeOffset? RetryAt) : QueueChange(At);

    /// <summary>A job was cancelled, by a caller (with its command), its worker, or its expiry.</summary>
    public sealed record Cancelled(DateTimeOffset At, JobId Job, string? Reason, EventActor By, Guid Command) : QueueChange(At);

    public sealed record Snoozed(DateTimeOffset At, JobId Job, DateTimeOffset Until) : QueueChange(At);

    /// <summary>A node that leaves gave the job back.</summary>
    public sealed record Released(DateTimeOffset At, JobId Job) : QueueChange(At);

    /// <summary>Somebody made the job available by hand, for that many times now; 0 in what was written before that was counted.</summary>
    public sealed record Retried(DateTimeOffset At, JobId Job, Guid Command, int Number = 0) : QueueChange(At);

    public sealed record Removed(DateTimeOffset At, JobId Job, Guid Command) : QueueChange(At);

    /// <summary>Jobs were pruned, by a caller (with its command) or by the pruner.</summary>
    public sealed record Pruned(DateTimeOffset At, ImmutableArray<JobId> Jobs, Guid Command) : QueueChange(At);

    /// <summary>The target has the forwarded job.</summary>
    public sealed record ForwardDelivered(DateTimeOffset At, ForwardKey Forward) : QueueChange(At);

    /// <summary>The queue's actor started on a node. The first of its writes: whatever another actor of this queue, elsewhere, still tries to write is refused from here on.</summary>
    public sealed record Opened(DateTimeOffset At, WorkerNode Node) : QueueChange(At);

    /// <summary>The code of an execution that no longer counted has ended, or was abandoned.</summary>
    public sealed record Stopped(DateTimeOffset At, ExecutionKey Execution, WorkerNode Node) : QueueChange(At);

    /// <summary>The queue holds other permits of a limit than before: it was lent more, or gives some back.</summary>
    public sealed record PermitsMoved(DateTimeOffset At, PermitsHeld Held) : QueueChange(At);

    /// <summary>A node is gone, and with it whatever still ran on it.</summary>
    public sealed record NodeGone(DateTimeOffset At, WorkerNode Node) : QueueChange(At);

    /// <summary>A partition has become what the head of its queue says; without <see cref="Head"/> it has given up the queue, as if that were deleted.</summary>
    public sealed record Followed(DateTimeOffset At, long Revision, HeadState? Head) : QueueChange(At);
}

/// <summary>One journal event: all that changed during the write of the one before.</summary>
internal sealed record QueueCommit(IReadOnlyList<QueueChange> Changes) : IGafferWire;

/// <summary>All that a queue knows, at the sequence number of one commit.</summary>
/// <param name="Options">Null: there is no queue.</param>
/// <param name="Version">Version of the options.</param>
/// <param name="Paused">Whether it is paused.</param>
/// <param name="NextSequence">The <see cref="Job.Sequence"/> of the next insert.</param>
/// <param name="Jobs">All jobs; immutable, so that the store may write them on a thread of its own.</param>
/// <param name="Tombstones">Ids of jobs that are gone, oldest first, for repetitions that come late.</param>
/// <param name="Commands">Ids of commands that were carried out, oldest first, for the same reason.</param>
/// <param name="Forwards">Jobs whose forwarding is not acknowledged.</param>
/// <param name="ChainHolders">Jobs that have started and hold their chain.</param>
/// <param name="Stopping">Executions that no longer count, whose code may still run.</param>
/// <param name="Permits">What it holds of limits that it shares with other queues.</param>
/// <param name="Revision">The newest word of the head that it follows; 0 in the head.</param>
/// <param name="Parts">Where jobs and forwards are, if they are not here; null: they are.</param>
/// <param name="Deletion">The command by which it is being deleted; null: it is not.</param>
internal sealed record QueueSnapshot(
    QueueOptions? Options, int Version, bool Paused, long NextSequence, IReadOnlyList<Job> Jobs,
    IReadOnlyList<Tombstone> Tombstones, IReadOnlyList<CarriedOut> Commands, IReadOnlyList<PendingForward> Forwards, IReadOnlyList<JobId> ChainHolders,
    IReadOnlyList<StoppingExecution> Stopping, IReadOnlyList<PermitsHeld> Permits, long Revision = 0, SnapshotParts? Parts = null, Guid? Deletion = null) : IGafferWire;

/// <summary>A job that is gone.</summary>
internal readonly record struct Tombstone(JobId Job, DateTimeOffset At);

/// <summary>A command that was carried out.</summary>
internal readonly record struct CarriedOut(Guid Command, DateTimeOffset At);

/// <summary>A job that ended and is to be forwarded; with all of the job, so that it may be pruned meanwhile.</summary>
internal sealed record PendingForward(Job Job, QueueName Target)
{
    public ForwardKey Key => ForwardKey.Of(Job);
}

/// <summary>One end of a job. It may end again after a retry by hand, also without an execution between; what was retried before that was counted has 0 retries.</summary>
internal readonly record struct ForwardKey(JobId Job, int Execution, int Retries = 0)
{
    /// <summary>The end that a job has come to.</summary>
    public static ForwardKey Of(Job job) => new(job.Id, job.Execution, job.Retries);
}
