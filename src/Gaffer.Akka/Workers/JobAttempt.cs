using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace Gaffer;

/// <summary>Where an attempt is, as its supervisor sees it.</summary>
internal enum AttemptPhase
{
    /// <summary>Its code runs, undisturbed.</summary>
    Running,

    /// <summary>Its time is over: its token is cancelled, and it has failed, however it ends.</summary>
    TimedOut,

    /// <summary>Its token is cancelled because the node leaves or has lost its queue: if that ends it, it did not fail.</summary>
    Yielding,

    /// <summary>Its queue no longer wants to know how it ends: its token is cancelled.</summary>
    Stopped,
}

/// <summary>One attempt of one job on this node. Told to a <see cref="Worker"/>, it is to be performed; told to the <see cref="WorkerSupervisor"/>, its code has returned.</summary>
/// <remarks>The supervisor alone writes the properties with a setter. The code of the worker class or delegate runs here, on the thread pool.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "User code may keep the token for longer than the attempt; without timer or wait handle its source holds nothing.")]
internal sealed class JobAttempt(Job job, JobWorker worker, IServiceProvider services, TimeProvider time, IActorRef supervisor) : IThreadPoolWorkItem, INoSerializationVerificationNeeded
{
    private const int InCode = 0, Returned = 1, Abandoned = 2;

    private readonly CancellationTokenSource _stop = new();
    private AsyncServiceScope? _scope;
    private AttemptTelemetry? _telemetry;
    private JobResult? _answer;
    private bool _wasCancelled;
    private int _code;

    public Job Job => job;

    public JobWorker Worker => worker;

    public ExecutionKey Key => new(job.Id, job.Execution);

    public AttemptPhase Phase { get; set; }

    /// <summary>The worker actor that performs it, while that is not free or abandoned.</summary>
    public WorkerSlot? Slot { get; set; }

    /// <summary>Whether it was given up while its code ran, which has not been heard to return.</summary>
    public bool IsZombie { get; set; }

    /// <summary>When it must have ended, counted from the start of the supervisor.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Its place among the deadlines; -1 for none.</summary>
    public int DeadlineIndex { get; set; } = -1;

    /// <summary>Whether its code has returned, though the supervisor may not have heard of it.</summary>
    public bool HasReturned => Volatile.Read(ref _code) == Returned;

    /// <summary>What the worker answered; there is one when the code has returned.</summary>
    public JobResult Answer => _answer ?? throw new InvalidOperationException($"The code of job {job.Id} has not returned.");

    /// <summary>Whether an <see cref="OperationCanceledException"/> ended the code.</summary>
    public bool WasCancelled => _wasCancelled;

    /// <summary>The attempt counts no longer: it has ended, or is abandoned.</summary>
    public void Ended(JobResult result) => _telemetry?.End(result);

    /// <summary>Cancels the token. What user code has registered with it runs on the thread pool.</summary>
    public Task CancelAsync() => _stop.CancelAsync();

    /// <summary>Gives up waiting for the code; from now on it is a zombie, unless it has returned meanwhile.</summary>
    public bool TryAbandon()
    {
        if (Interlocked.CompareExchange(ref _code, Abandoned, InCode) != InCode) return false;
        Instruments.Zombies.Add(1, Attributes.Of(job.Queue));
        return true;
    }

    /// <summary>Runs a worker class or delegate on the thread pool.</summary>
    public void Start()
    {
        ThreadPoolGuard.Process.Enter();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>What a worker that is an actor is told; <see cref="Close"/> ends it.</summary>
    public PerformJob Open()
    {
        ThreadPoolGuard.Process.Enter();
        _telemetry = AttemptTelemetry.Start(job, time);
        if (_telemetry is not null) Activity.Current = null; // this is the thread of an actor, whose next message is another's
        var scope = services.CreateAsyncScope();
        _scope = scope;
        return new PerformJob(new JobContext(job, scope.ServiceProvider), _stop.Token);
    }

    /// <summary>The actor has answered, or ended.</summary>
    public void Close(JobResult answer, bool wasCancelled)
    {
        _wasCancelled = wasCancelled;
        ThreadPool.UnsafeQueueUserWorkItem(static end => _ = end.Attempt.CloseAsync(end.Answer), (Attempt: this, Answer: answer), preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = PerformAsync();

    private async Task PerformAsync()
    {
        JobResult answer;
        try
        {
            _telemetry = AttemptTelemetry.Start(job, time);
            var scope = services.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var performing = worker.Perform!(new JobContext(job, scope.ServiceProvider), _stop.Token);
                answer = performing is null ? AttemptResults.NoTask : AttemptResults.Of(await performing.ConfigureAwait(false));
            }
        }
        catch (Exception e)
        {
            _wasCancelled = e is OperationCanceledException;
            answer = AttemptResults.Of(e);
        }

        Return(answer);
    }

    private async Task CloseAsync(JobResult answer)
    {
        try
        {
            if (_scope is { } scope) await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            answer = AttemptResults.Of(e);
        }

        Return(answer);
    }

    private void Return(JobResult answer)
    {
        _telemetry?.Returned();
        _answer = answer;
        if (Interlocked.Exchange(ref _code, Returned) == Abandoned) Instruments.Zombies.Add(-1, Attributes.Of(job.Queue));
        ThreadPoolGuard.Process.Leave();
        supervisor.Tell(this, ActorRefs.NoSender);
    }
}
