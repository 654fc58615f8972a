using Microsoft.Extensions.Logging;

namespace Gaffer;

/// <summary>What happens to single jobs, on the node that runs them. Payloads and results are never in it.</summary>
internal sealed partial class JobLog(ILogger logger)
{
    public const string Category = "Gaffer.Jobs";

    /// <summary>The code of an attempt is about to begin.</summary>
    public void Started(Job job) => AttemptStarted(job.Queue, job.Kind, job.Id, job.Attempt + 1, job.MaxAttempts);

    /// <summary>Its time is over.</summary>
    public void TimedOut(Job job) => AttemptTimedOut(job.Queue, job.Kind, job.Id, job.Attempt + 1, job.MaxAttempts, job.Timeout);

    /// <summary>An attempt has ended. To fail may be what a worker means; to throw seldom is.</summary>
    public void Ended(Job job, JobResult result)
    {
        if (result is not JobResult.Failed { Error: { Kind: var kind, Message: var reason }, Thrown: var thrown })
        {
            AttemptEnded(job.Queue, job.Kind, job.Id, job.Attempt + 1, job.MaxAttempts, AttemptTelemetry.OutcomeOf(result));
        }
        else if (kind is JobErrorKind.Exception or JobErrorKind.Serialization or JobErrorKind.WorkerTerminated)
        {
            AttemptThrew(thrown, job.Queue, job.Kind, job.Id, job.Attempt + 1, job.MaxAttempts, reason);
        }
        else
        {
            AttemptFailed(job.Queue, job.Kind, job.Id, job.Attempt + 1, job.MaxAttempts, reason);
        }
    }

    [LoggerMessage(3001, LogLevel.Debug, "Attempt {Attempt} of {MaxAttempts} of job {Job} ({Kind}) of queue {Queue} starts")]
    private partial void AttemptStarted(QueueName queue, string kind, JobId job, int attempt, int maxAttempts);

    [LoggerMessage(3002, LogLevel.Debug, "Attempt {Attempt} of {MaxAttempts} of job {Job} ({Kind}) of queue {Queue} has ended: {Outcome}")]
    private partial void AttemptEnded(QueueName queue, string kind, JobId job, int attempt, int maxAttempts, string outcome);

    [LoggerMessage(3003, LogLevel.Debug, "Attempt {Attempt} of {MaxAttempts} of job {Job} ({Kind}) of queue {Queue} failed: {Reason}")]
    private partial void AttemptFailed(QueueName queue, string kind, JobId job, int attempt, int maxAttempts, string reason);

    [LoggerMessage(3004, LogLevel.Warning, "Attempt {Attempt} of {MaxAttempts} of job {Job} ({Kind}) of queue {Queue} threw: {Reason}")]
    private partial void AttemptThrew(Exception? thrown, QueueName queue, string kind, JobId job, int attempt, int maxAttempts, string reason);

    [LoggerMessage(3005, LogLevel.Warning, "Attempt {Attempt} of {MaxAttempts} of job {Job} ({Kind}) of queue {Queue} takes longer than its time-out of {Timeout}; its token is cancelled")]
    private partial void AttemptTimedOut(QueueName queue, string kind, JobId job, int attempt, int maxAttempts, TimeSpan timeout);

    [LoggerMessage(3006, LogLevel.Warning, "Queue {Queue}: the attempt of job {Job} of kind {Kind} is abandoned, and its code counts as a zombie until it returns")]
    public partial void AttemptAbandoned(QueueName queue, string kind, JobId job);

    [LoggerMessage(3007, LogLevel.Information, "Queue {Queue}: the abandoned code of job {Job} has returned")]
    public partial void ZombieReturned(QueueName queue, JobId job);

    [LoggerMessage(3008, LogLevel.Warning, "Queue {Queue}: code that job {Job} registered with its token failed")]
    public partial void CancellationThrew(Exception thrown, QueueName queue, JobId job);

    [LoggerMessage(3009, LogLevel.Warning, "Job {Job} of queue {Queue} is of the kind {Kind}, and this node has workers for {Kinds}: its attempt fails. Add a worker for that kind, or an alias to one")]
    public partial void KindUnknown(QueueName queue, JobId job, string kind, IEnumerable<string> kinds);
}
