using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Who caused an event.</summary>
/// <remarks>Source: the actors of gaffer's events.</remarks>
public enum EventActor
{
    /// <summary>A caller.</summary>
    User,

    /// <summary>A worker.</summary>
    Worker,

    /// <summary>The queue itself.</summary>
    Runner,

    /// <summary>The queue's pruner.</summary>
    Pruner,
}

/// <summary>Observes what happens, after it is durable. It can change nothing and delay nothing but itself.</summary>
/// <remarks>Source: <c>gaffer_hook/2</c>. Events of one job arrive in order; hooks of the container come first, then those of the queue, in the order of their registration.
/// A hook gets the events of one queue one by one; one that observes several queues may be called for them at the same time.
/// A hook that throws is logged. One that is slow gets its events later; when more than <c>gaffer.hooks.buffer</c> (10,000) wait, further ones are dropped for this hook, with a warning that counts them.
/// Events are not replayed after a crash.</remarks>
public interface IGafferHook
{
    /// <summary>Called for each event.</summary>
    ValueTask OnEventAsync(GafferEvent gafferEvent, CancellationToken cancellationToken);
}

/// <summary>Something that happened in a queue, and is durable.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Actor">Who caused it.</param>
/// <param name="At">When.</param>
public abstract record GafferEvent(QueueName Queue, EventActor Actor, DateTimeOffset At);

/// <summary>A queue was created.</summary>
public sealed record QueueCreated(QueueName Queue, EventActor Actor, DateTimeOffset At, QueueOptions Options) : GafferEvent(Queue, Actor, At);

/// <summary>The options of a queue were replaced by an update, or by an ensure.</summary>
public sealed record QueueUpdated(QueueName Queue, EventActor Actor, DateTimeOffset At, QueueOptions Options, QueueOptions Previous, bool ByEnsure) : GafferEvent(Queue, Actor, At);

/// <summary>A queue was paused.</summary>
public sealed record QueuePaused(QueueName Queue, EventActor Actor, DateTimeOffset At) : GafferEvent(Queue, Actor, At);

/// <summary>A queue was resumed.</summary>
public sealed record QueueResumed(QueueName Queue, EventActor Actor, DateTimeOffset At) : GafferEvent(Queue, Actor, At);

/// <summary>A queue was deleted.</summary>
public sealed record QueueDeleted(QueueName Queue, EventActor Actor, DateTimeOffset At) : GafferEvent(Queue, Actor, At);

/// <summary>A job was inserted; by a worker when it was forwarded.</summary>
public sealed record JobInserted(QueueName Queue, EventActor Actor, DateTimeOffset At, Job Job) : GafferEvent(Queue, Actor, At);

/// <summary>Jobs were claimed; there is at least one.</summary>
public sealed record JobsClaimed(QueueName Queue, EventActor Actor, DateTimeOffset At, ImmutableArray<Job> Jobs) : GafferEvent(Queue, Actor, At);

/// <summary>A job completed.</summary>
public sealed record JobCompleted(QueueName Queue, EventActor Actor, DateTimeOffset At, Job Job) : GafferEvent(Queue, Actor, At);

/// <summary>An attempt failed; the job is retried if <see cref="WillRetry"/>.</summary>
public sealed record JobFailed(QueueName Queue, EventActor Actor, DateTimeOffset At, Job Job, JobErrorInfo Error) : GafferEvent(Queue, Actor, At)
{
    /// <summary>Whether attempts are left.</summary>
    public bool WillRetry => Job.State == JobState.Available;

    /// <summary>When the next attempt may start; null if there is none.</summary>
    public DateTimeOffset? NextRunAt => Job.NextRunAt;
}

/// <summary>A job was cancelled.</summary>
public sealed record JobCancelled(QueueName Queue, EventActor Actor, DateTimeOffset At, Job Job) : GafferEvent(Queue, Actor, At);

/// <summary>A job was put off by its worker, given back by a node that leaves, or retried by hand.</summary>
public sealed record JobRescheduled(QueueName Queue, EventActor Actor, DateTimeOffset At, Job Job) : GafferEvent(Queue, Actor, At);

/// <summary>A job was deleted.</summary>
public sealed record JobDeleted(QueueName Queue, EventActor Actor, DateTimeOffset At, JobId Job) : GafferEvent(Queue, Actor, At);
