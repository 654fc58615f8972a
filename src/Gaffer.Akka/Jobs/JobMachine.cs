using System.Collections.Immutable;

namespace Gaffer;

/// <summary>The life of a job: every transition that exists, and no other. Pure.</summary>
/// <remarks>
/// <code>
///  insert ─▶ Available ──claim──▶ Executing ──▶ Completed | Failed | Cancelled
///              ▲   │                  │                        │
///              │   └── cancel ─▶ Cancelled                     │
///              ├── retry, snooze, release                      │
///              └────────────────── retried by hand ◀───────────┘
/// </code>
/// Source: <c>gaffer_job.erl</c>; the retry by hand is ours.
/// </remarks>
internal static class JobMachine
{
    public const int MaxHistory = 20;

    public static bool CanMove(JobState from, JobState to) => (from, to) switch
    {
        (JobState.Available, JobState.Executing or JobState.Cancelled) => true,
        (JobState.Executing, JobState.Completed or JobState.Cancelled or JobState.Available or JobState.Failed) => true,
        _ => false,
    };

    /// <summary>The job after a change of it.</summary>
    /// <exception cref="InvalidTransitionException">The change does not fit the job's state.</exception>
    public static Job Apply(Job job, QueueChange change) => change switch
    {
        QueueChange.Claimed c => Movable(job, JobState.Executing) with { State = JobState.Executing, Execution = job.Execution + 1, AttemptedAt = c.At, Node = c.Node },
        QueueChange.Completed c => Executing(job, JobState.Completed) with { State = JobState.Completed, Attempt = job.Attempt + 1, Result = c.Result, FinishedAt = c.At, History = RoomIn(job.History), IsLastOwn = true },
        QueueChange.Failed { RetryAt: null } f => Executing(job, JobState.Failed) with { State = JobState.Failed, Attempt = job.Attempt + 1, FinishedAt = f.At, History = HistoryAfter(job, ExecutionOutcome.Failed, f.At, f.Error) },
        QueueChange.Failed f => Executing(job, JobState.Available) with { State = JobState.Available, Attempt = job.Attempt + 1, ScheduledAt = f.RetryAt, History = HistoryAfter(job, ExecutionOutcome.Failed, f.At, f.Error) },
        QueueChange.Cancelled c when job.State == JobState.Available => job with { State = JobState.Cancelled, CancelReason = c.Reason, FinishedAt = c.At },
        QueueChange.Cancelled c => Executing(job, JobState.Cancelled) with { State = JobState.Cancelled, CancelReason = c.Reason, FinishedAt = c.At, History = HistoryAfter(job, ExecutionOutcome.Cancelled, c.At) },
        QueueChange.Snoozed s => Executing(job, JobState.Available) with { State = JobState.Available, Snoozes = job.Snoozes + 1, ScheduledAt = s.Until, History = HistoryAfter(job, ExecutionOutcome.Snoozed, s.At) },
        QueueChange.Released r => Executing(job, JobState.Available) with { State = JobState.Available, History = HistoryAfter(job, ExecutionOutcome.Released, r.At) },
        QueueChange.Retried r => RetriedByHand(job, r),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "This change is none of a job."),
    };

    /// <summary>What the end of an execution means.</summary>
    public static QueueChange Conclude(Job job, JobResult result, DateTimeOffset now, int? maxSnoozes = null) => result switch
    {
        JobResult.Completed c => new QueueChange.Completed(now, job.Id, c.Value),
        JobResult.Failed { ForGood: true } f => new QueueChange.Failed(now, job.Id, f.Error, null),
        JobResult.Failed f => Failed(job, f.Error, f.RetryAfter ?? job.Backoff.DelayFor(job.Attempt + 1, ChanceOf(job)), now),
        JobResult.CancelledByWorker c => new QueueChange.Cancelled(now, job.Id, c.Reason, EventActor.Worker, Guid.Empty),
        JobResult.Snoozed when job.Snoozes >= maxSnoozes => new QueueChange.Failed(
            now, job.Id, new JobErrorInfo(JobErrorKind.Failed, $"Snoozed more than {maxSnoozes} times, which is the queue's MaxSnoozes."), null),
        JobResult.Snoozed s => new QueueChange.Snoozed(now, job.Id, s.At is { } at ? Microseconds(at.ToUniversalTime()) : Later(now, s.Delay ?? TimeSpan.Zero)),
        JobResult.Released => new QueueChange.Released(now, job.Id),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "This end of an execution is unknown."),
    };

    /// <summary>The node of an executing job is gone: an attempt that counts; if some are left, the job is available at once.</summary>
    public static QueueChange Rescue(Job job, DateTimeOffset now) =>
        Failed(job, new JobErrorInfo(JobErrorKind.NodeLost, $"Node {job.Node} was lost while it executed the job."), TimeSpan.Zero, now);

    private static QueueChange.Failed Failed(Job job, JobErrorInfo error, TimeSpan delay, DateTimeOffset now) =>
        new(now, job.Id, error, job.Attempt + 1 >= job.MaxAttempts ? null : Later(now, delay));

    private static Job RetriedByHand(Job job, QueueChange.Retried retried)
    {
        if (job.State == JobState.Executing) throw new InvalidTransitionException(job, JobState.Available);
        return job with
        {
            State = JobState.Available,
            ScheduledAt = retried.At,
            Retries = Math.Max(job.Retries, retried.Number),
            FinishedAt = null,
            Result = null,
            CancelReason = null,
            History = job.History, // whose last may be told by the fields that change here
            Labels = job.ExpiresAt <= retried.At ? job.Labels! with { ExpiresAt = null } : job.Labels, // or it would expire again
            Settings = job.Attempt < job.MaxAttempts ? job.Settings : job.Settings with { MaxAttempts = job.Attempt + 1 },
        };
    }

    private static Job Movable(Job job, JobState to) => CanMove(job.State, to) ? job : throw new InvalidTransitionException(job, to);

    private static Job Executing(Job job, JobState to) => job.State == JobState.Executing ? job : throw new InvalidTransitionException(job, to);

    private static ImmutableArray<JobExecution> HistoryAfter(Job job, ExecutionOutcome outcome, DateTimeOffset at, JobErrorInfo? error = null) =>
        RoomIn(job.History).Add(new JobExecution(job.Execution, job.Attempt + 1, job.AttemptedAt ?? at, at, job.Node!, outcome, error));

    private static ImmutableArray<JobExecution> RoomIn(ImmutableArray<JobExecution> history)
    {
        if (history.Length < MaxHistory) return history;
        var drop = 0;
        for (var i = 0; i < history.Length; i++)
        {
            if (history[i].Error is not null) continue;
            drop = i;
            break;
        }

        return history.RemoveAt(drop);
    }

    /// <summary>The instant after the delay, of which less than 0 counts as 0, and more than there is as the end of time.</summary>
    internal static DateTimeOffset Later(DateTimeOffset now, TimeSpan delay) =>
        delay < DateTimeOffset.MaxValue - now ? Microseconds(now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero)) : DateTimeOffset.MaxValue.AddTicks(-9);

    internal static DateTimeOffset Microseconds(DateTimeOffset at) => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerMicrosecond));

    // Jitter is spread by what differs between jobs and between executions; the change that comes of it is journaled, so nothing depends on it again.
    private static double ChanceOf(Job job) => (uint)HashCode.Combine(job.Id, job.Execution) / (double)uint.MaxValue;
}

/// <summary>A change does not fit the state of its job: the journal is damaged, or this is a defect.</summary>
internal sealed class InvalidTransitionException(Job job, JobState to)
    : Exception($"Job {job.Id} of queue '{job.Queue}' cannot go from {job.State} to {to}.");
