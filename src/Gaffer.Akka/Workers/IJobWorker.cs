namespace Gaffer;

/// <summary>Performs jobs whose payload is a <typeparamref name="T"/>. Made in a dependency-injection scope of its own for each attempt.</summary>
/// <remarks>A job is performed at least once: after a crash it may run again, so make it repeatable.
/// Source: the behaviour <c>gaffer_worker</c> with <c>perform/1</c>.</remarks>
public interface IJobWorker<T>
{
    /// <summary>Performs one attempt. Throwing is a failed attempt.</summary>
    /// <param name="job">The job and its attempt.</param>
    /// <param name="stop">Cancelled when the attempt is to end: time-out, cancellation of the job, the node leaves. Code that goes on regardless is abandoned after <see cref="Job.ShutdownTimeout"/>.</param>
    Task<JobResult> PerformAsync(JobContext<T> job, CancellationToken stop);
}

/// <summary>What a worker knows about its attempt.</summary>
public class JobContext
{
    internal JobContext(Job job, IServiceProvider services)
    {
        Job = job;
        Services = services;
    }

    /// <summary>The job, as it was claimed.</summary>
    public Job Job { get; }

    /// <summary>The services of this attempt's scope.</summary>
    public IServiceProvider Services { get; }

    /// <summary>The job's id.</summary>
    public JobId Id => Job.Id;

    /// <summary>Number of this attempt, from 1.</summary>
    public int AttemptNumber => Job.Attempt + 1;

    /// <summary>Whether the job has failed if this attempt fails.</summary>
    public bool IsLastAttempt => AttemptNumber >= Job.MaxAttempts;

    /// <summary>Grows with each execution of the job. Hand it to systems that can refuse an older one than they have seen.</summary>
    public int FencingToken => Job.Execution;
}

/// <summary>What a typed worker knows about its attempt.</summary>
public sealed class JobContext<T> : JobContext
{
    internal JobContext(Job job, IServiceProvider services, T payload)
        : base(job, services) => Payload = payload;

    /// <summary>What is to be done.</summary>
    public T Payload { get; }
}

/// <summary>Asks a worker that is an actor to perform one attempt. It answers its sender with a <see cref="JobResult"/>, or a <c>Status.Failure</c>.</summary>
/// <param name="Context">The job and its attempt.</param>
/// <param name="Stop">Cancelled when the attempt is to end.</param>
public sealed record PerformJob(JobContext Context, CancellationToken Stop);
