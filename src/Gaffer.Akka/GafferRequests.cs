using System.Collections.Immutable;

namespace Gaffer;

/// <summary>What an actor asks of a queue: tell it to <see cref="IGaffer.Queues"/>, and the sender gets the reply named at each request, or a <see cref="GafferFailure"/>.</summary>
/// <param name="Queue">The queue that it is for.</param>
public abstract record GafferRequest(QueueName Queue) : IGafferWire;

/// <summary>A request that changes something else than by an insert. Sent again with the same <see cref="CommandId"/>, it is one change.</summary>
/// <param name="Queue">The queue that it is for.</param>
public abstract record GafferCommand(QueueName Queue) : GafferRequest(Queue)
{
    /// <summary>By which a repetition is recognised. Default: a new one.</summary>
    public Guid CommandId { get; init; } = Guid.NewGuid();
}

/// <summary>Marks what may cross a node: it has a manifest of Gaffer's own serializer.</summary>
public interface IGafferWire;

/// <summary>Inserts a job. Reply: <see cref="InsertResult"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Payload">What it is to do; not to be changed afterwards.</param>
/// <param name="Options">What differs from the queue's defaults.</param>
/// <param name="ContentType">Media type of the payload.</param>
public sealed record InsertJob(QueueName Queue, ReadOnlyMemory<byte> Payload, JobOptions? Options = null, string ContentType = InsertJob.Json) : GafferRequest(Queue)
{
    /// <summary>The media type of typed payloads.</summary>
    public const string Json = "application/json";

    /// <summary>The job's id: that of the options, else a new one that belongs to their partition key. The same message sent twice is one job. A copy keeps the id, also with other options.</summary>
    public JobId Id { get; init; } = JobPlace.NewFor(Options);

    /// <summary>An insert with a payload that is written as JSON.</summary>
    public static InsertJob Of<T>(QueueName queue, T payload, JobOptions? options = null) =>
        new(queue, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(payload, JsonDefaults.Options), options);
}

/// <summary>Inserts several jobs: all of them, or none when one is invalid. Reply: <see cref="InsertManyResult"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Jobs">The jobs; each names the same queue.</param>
public sealed record InsertJobs(QueueName Queue, ImmutableArray<InsertJob> Jobs) : GafferRequest(Queue);

/// <summary>Reads a job. Reply: <see cref="JobFound"/>.</summary>
public sealed record GetJob(QueueName Queue, JobId Job) : GafferRequest(Queue);

/// <summary>Reads a page of jobs in the order of their ids. Reply: <see cref="JobPage"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Filter">Which jobs.</param>
/// <param name="Limit">Most jobs in the page, 1 to 1,000.</param>
/// <param name="After">The <see cref="JobPage.Next"/> of the page before; null for the first.</param>
public sealed record ListJobs(QueueName Queue, JobFilter Filter, int Limit = 100, JobId? After = null) : GafferRequest(Queue);

/// <summary>Cancels a job. Reply: <see cref="CancelResult"/>.</summary>
public sealed record CancelJob(QueueName Queue, JobId Job, string? Reason = null) : GafferCommand(Queue);

/// <summary>Deletes a job; one that executes is cancelled first. Reply: <see cref="JobDeletedResult"/>.</summary>
public sealed record DeleteJob(QueueName Queue, JobId Job) : GafferCommand(Queue)
{
    /// <summary>Refused, with <see cref="JobNotDeleted"/>, when the job is in another state. Null: any.</summary>
    internal JobState? IfState { get; init; }
}

/// <summary>Makes a job that ended, or that waits for its time, available at once. Refused while another job has its unique key. Reply: <see cref="RetryResult"/>.</summary>
public sealed record RetryJob(QueueName Queue, JobId Job) : GafferCommand(Queue)
{
    /// <summary>Refused when the job is in another state. Null: any.</summary>
    internal JobState? IfState { get; init; }
}

/// <summary>Deletes what the queue's prune options say, now. Reply: <see cref="PruneResult"/>, up to 1,000 ids; ask again, with a new command, while it says that there is more.</summary>
public sealed record PruneQueue(QueueName Queue) : GafferCommand(Queue);

/// <summary>Creates a queue. Reply: <see cref="CreateQueueResult"/>.</summary>
public sealed record CreateQueue(QueueOptions Options) : GafferCommand(Options.Name);

/// <summary>Creates a queue or replaces its options. Reply: <see cref="EnsureQueueResult"/>.</summary>
public sealed record EnsureQueue(QueueOptions Options) : GafferCommand(Options.Name);

/// <summary>Reads the options of a queue. Reply: <see cref="QueueDescription"/>.</summary>
public sealed record GetQueue(QueueName Queue) : GafferRequest(Queue);

/// <summary>Replaces the options of a queue that exists; the storage cannot change. Reply: <see cref="QueueDescription"/>.</summary>
/// <param name="Options">The new options.</param>
/// <param name="IfVersion">Refused when the options have another version. Null: any.</param>
public sealed record UpdateQueue(QueueOptions Options, int? IfVersion = null) : GafferCommand(Options.Name);

/// <summary>Deletes a queue. Reply: <see cref="QueueDeletedResult"/>.</summary>
public sealed record DeleteQueue(QueueName Queue, DeleteMode Mode = DeleteMode.IfEmpty) : GafferCommand(Queue);

/// <summary>Stops claims and pruning. Reply: <see cref="PauseResult"/>.</summary>
public sealed record PauseQueue(QueueName Queue) : GafferCommand(Queue);

/// <summary>Starts claims and pruning again. Reply: <see cref="ResumeResult"/>.</summary>
public sealed record ResumeQueue(QueueName Queue) : GafferCommand(Queue);

/// <summary>Reads counts and workers. Reply: <see cref="QueueInfo"/>.</summary>
public sealed record GetQueueInfo(QueueName Queue) : GafferRequest(Queue);

/// <summary>Stops claims, waits for the running jobs, and leaves the queue paused. Reply: <see cref="DrainResult"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Within">Longest wait, 0 or more, or infinite.</param>
public sealed record DrainQueue(QueueName Queue, TimeSpan Within) : GafferCommand(Queue);

/// <summary>Waits until no job is available or executing. Reply: <see cref="FlushResult"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Within">Longest wait, 0 or more, or infinite.</param>
/// <param name="IncludeScheduled">Whether jobs that wait for a time in the future count. Default: they do.</param>
public sealed record FlushQueue(QueueName Queue, TimeSpan Within, bool IncludeScheduled = true) : GafferRequest(Queue);

/// <summary>Claims once, for a queue with a poll interval; respects pause. Reply: <see cref="PollResult"/>.</summary>
public sealed record PollQueue(QueueName Queue) : GafferRequest(Queue);

/// <summary>How a queue is deleted.</summary>
public enum DeleteMode
{
    /// <summary>Refused while it has jobs, in whatever state, or ended ones that are not forwarded yet.</summary>
    IfEmpty,

    /// <summary>With all its jobs; those that execute are cancelled first, and what is not forwarded yet is dropped.</summary>
    Purge,
}
