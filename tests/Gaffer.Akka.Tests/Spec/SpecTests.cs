using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What all scenarios use. A class of scenarios is abstract and generic in its host; three lines below it run it on each storage.</summary>
public abstract class SpecTests(SpecHost host)
{
    private static int s_queues;

    protected IGaffer Gaffer => host.Gaffer;

    protected FakeTimeProvider Time => host.Time;

    protected EventRecorder Events => host.Events;

    /// <summary>In how many partitions the queues of the tests are.</summary>
    protected int Partitions => host.Partitions;

    protected DateTimeOffset Now => host.Time.GetUtcNow();

    /// <summary>The queue that the test made last.</summary>
    protected QueueName LatestQueue { get; private set; }

    /// <summary>A name that no other test uses.</summary>
    protected static QueueName NewName([CallerMemberName] string test = "") =>
        new($"{test[..Math.Min(test.Length, 80)]}-{Interlocked.Increment(ref s_queues)}");

    /// <summary>A queue of the test's own, served by these workers; without workers nobody serves it.</summary>
    protected async Task<QueueName> NewQueueAsync(Func<QueueOptions, QueueOptions>? options = null, IReadOnlyCollection<JobWorker>? workers = null, [CallerMemberName] string test = "")
    {
        var name = NewName(test);
        var queue = new QueueOptions { Name = name, Partitions = Partitions };
        var created = await Gaffer.CreateQueueAsync(options?.Invoke(queue) ?? queue).Soon();
        Assert.False(created.AlreadyExists);
        LatestQueue = name;
        if (workers is { Count: > 0 }) await Gaffer.ServeAsync(name, workers).Soon();
        return name;
    }

    /// <summary>A queue with one worker that is a function.</summary>
    protected Task<QueueName> NewQueueAsync(Func<JobContext, CancellationToken, Task<JobResult>> perform, Func<QueueOptions, QueueOptions>? options = null, [CallerMemberName] string test = "") =>
        NewQueueAsync(options, [JobWorker.FromDelegate(perform)], test);

    /// <summary>Inserts a job whose payload is a text.</summary>
    protected async Task<Job> InsertAsync(QueueName queue, string payload = "payload", JobOptions? options = null) =>
        (await Gaffer.InsertAsync(queue, payload, options).Soon()).Job;

    /// <summary>Lets time pass, step by step, until something has happened.</summary>
    protected async Task<T> AdvanceUntilAsync<T>(Task<T> happens, TimeSpan step)
    {
        for (var steps = 0; steps < 1000 && !happens.IsCompleted; steps++) await StepAsync(step, () => happens.IsCompleted);
        return await happens.Soon();
    }

    /// <summary>A step of time, and two answers of the test's queue, a refusal too: time that runs ahead of the node on a slow machine takes the leases of jobs that run.</summary>
    protected async Task StepAsync(TimeSpan step, Func<bool> isOver)
    {
        Time.Advance(step);
        for (var answers = 0; answers < 2 && !isOver(); answers++) await Task.WhenAny(Gaffer.GetInfoAsync(LatestQueue).Soon());
    }

    /// <summary>Waits until the job is in a state, and answers with it.</summary>
    protected async Task<Job> WhenAsync(QueueName queue, JobId id, JobState state)
    {
        var deadline = DateTime.UtcNow + Patience.Longest;
        Job job;
        while ((job = await Gaffer.GetJobAsync(queue, id).Soon()).State != state)
        {
            if (DateTime.UtcNow > deadline) throw new TimeoutException($"Job {id} is {job.State}, and not {state}, after {Patience.Longest}.");
            await Task.Yield();
        }

        return job;
    }

    /// <summary>Waits until all jobs of the queue have ended.</summary>
    protected async Task FlushAsync(QueueName queue) => Assert.True((await Gaffer.FlushAsync(queue).Soon()).Flushed);
}

/// <summary>A worker that a test holds: it says when it has started, and ends when and how the test says.</summary>
public sealed class HeldWorker
{
    private readonly ConcurrentDictionary<(JobId, int), Execution> _executions = new();

    /// <summary>The worker.</summary>
    public Task<JobResult> PerformAsync(JobContext job, CancellationToken stop)
    {
        var execution = Of(job.Id, job.FencingToken);
        execution.Context = job;
        execution.Stop = stop;
        execution.HasStarted.TrySetResult(job);
        return execution.End.Task;
    }

    /// <summary>An execution of a job, from its start or before.</summary>
    public Execution Of(JobId job, int execution = 1) => _executions.GetOrAdd((job, execution), _ => new Execution());

    public sealed class Execution
    {
        internal TaskCompletionSource<JobContext> HasStarted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource<JobResult> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public JobContext? Context { get; internal set; }

        public CancellationToken Stop { get; internal set; }

        public bool IsRunning => HasStarted.Task.IsCompleted;

        public Task<JobContext> StartedAsync() => HasStarted.Task.Soon();

        /// <summary>When its token is cancelled.</summary>
        public Task StoppedAsync()
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Stop.Register(stopped.SetResult);
            return stopped.Task.Soon();
        }

        public void Ends(JobResult result) => End.TrySetResult(result);

        public void Throws(Exception exception) => End.TrySetException(exception);
    }
}
