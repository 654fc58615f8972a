using Akka.Actor;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What the scenarios about the work on jobs use. All of them share one node for each storage.</summary>
public abstract class WorkSpecTests(SpecHost host) : SpecTests(host)
{
    protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>A worker that is done at once.</summary>
    protected static Task<JobResult> DoneAsync(JobContext job, CancellationToken stop) => Task.FromResult(JobResult.Complete());

    /// <summary>A worker that gives these answers, one in each execution; the last one repeats.</summary>
    protected static Func<JobContext, CancellationToken, Task<JobResult>> Answering(params JobResult[] answers) =>
        (job, _) => Task.FromResult(answers[Math.Min(job.FencingToken, answers.Length) - 1]);

    /// <summary>A worker that is done at once, and notes what it did.</summary>
    protected static Func<JobContext, CancellationToken, Task<JobResult>> Noting(List<string> notes) => (job, _) =>
    {
        lock (notes) notes.Add(job.Job.PayloadAs<string>()!);
        return Task.FromResult(JobResult.Complete());
    };

    /// <summary>Waits until the job is as it should be, and answers with it.</summary>
    protected Task<Job> UntilAsync(QueueName queue, JobId id, Func<Job, bool> fits) => UntilAsync(() => Gaffer.GetJobAsync(queue, id), fits);

    /// <summary>Waits until the queue is as it should be, and answers with it.</summary>
    protected Task<QueueInfo> InfoAsync(QueueName queue, Func<QueueInfo, bool> fits) => UntilAsync(() => Gaffer.GetInfoAsync(queue), fits);

    /// <summary>Waits until an attempt has failed and the job waits for the next one.</summary>
    protected Task<Job> RetryingAsync(QueueName queue, JobId id, int attempts = 1) =>
        UntilAsync(queue, id, job => job.State == JobState.Available && job.Attempt == attempts);

    /// <summary>Waits until the node works on the queue.</summary>
    protected Task ServedAsync(QueueName queue) => InfoAsync(queue, info => info.Nodes.Length > 0);

    /// <summary>A job of a new queue, when this worker has brought it into a state.</summary>
    protected async Task<Job> PerformedAsync(Func<JobContext, CancellationToken, Task<JobResult>> perform, JobState state, Func<QueueOptions, QueueOptions>? options = null)
    {
        var queue = await NewQueueAsync(perform, options);
        return await WhenAsync(queue, (await InsertAsync(queue)).Id, state);
    }

    /// <summary>Waits until a worker is told to stop.</summary>
    protected static Task StoppedAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stop.Register(() => stopped.TrySetResult());
        return stopped.Task.Soon();
    }

    /// <summary>Ends the supervisor of this node's workers for a queue, as a crash would.</summary>
    protected static void CrashSupervisor(JobContext job) => job.Services.SystemOf().ActorSelection($"/user/gaffer-workers/{job.Job.Queue}/*").Tell(Kill.Instance);

    private static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> fits)
    {
        var deadline = DateTime.UtcNow + Patience.Longest;
        T value;
        while (!fits(value = await read().Soon()))
        {
            if (DateTime.UtcNow > deadline) throw new TimeoutException($"After {Patience.Longest} it is still: {value}");
            await Task.Yield();
        }

        return value;
    }
}

/// <summary>A worker that is an actor and does what a test says.</summary>
public sealed class ActingWorker(Action<PerformJob, IActorContext> act) : UntypedActor
{
    public static JobWorker Of(Action<PerformJob, IActorContext> act, string kind = JobWorker.DefaultKind) => JobWorker.FromActor(Props.Create(() => new ActingWorker(act)), kind);

    protected override void OnReceive(object message) => act((PerformJob)message, Context);
}

internal static class SpecServices
{
    public static ActorSystem SystemOf(this IServiceProvider services) => (ActorSystem)services.GetService(typeof(ActorSystem))!;
}

[CollectionDefinition(nameof(WorkInMemory))]
public sealed class WorkInMemory : ICollectionFixture<MemoryHost>;

[CollectionDefinition(nameof(WorkInPartitions))]
public sealed class WorkInPartitions : ICollectionFixture<PartitionedHost>;

[CollectionDefinition(nameof(WorkOnSqlite))]
public sealed class WorkOnSqlite : ICollectionFixture<SqliteHost>;

[CollectionDefinition(nameof(WorkOnPostgres))]
public sealed class WorkOnPostgres : ICollectionFixture<PostgresHost>;
