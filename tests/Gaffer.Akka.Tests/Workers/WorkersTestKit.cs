using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>A supervisor between a probe that is the region and a probe that is the queue's actor, on a clock that the test moves.</summary>
public abstract class WorkersTestKit : TestKit
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    internal static readonly QueueName Emails = new("emails");

    private static readonly Config Reference = ReadReference();
    private static readonly Config Configuration = ConfigurationFactory
        .ParseString("akka.test.single-expect-default = 15s, akka.coordinated-shutdown { run-by-actor-system-terminate = off, run-by-clr-shutdown-hook = off }")
        .WithFallback(Reference);

    private readonly List<Held> _held = [];
    private ServiceProvider? _services;

    protected WorkersTestKit(ITestOutputHelper output)
        : base(Configuration, output: output)
    {
        Region = CreateTestProbe("region");
        Queue = CreateTestProbe("queue");
        Catalog = CreateTestProbe("catalog");
    }

    protected TestProbe Region { get; }

    protected TestProbe Queue { get; }

    protected TestProbe Catalog { get; }

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    protected ServiceCollection Services { get; } = [];

    /// <summary>Long enough that only a test about them meets them.</summary>
    internal virtual WorkerSettings WorkerSettings => new(RegisterInterval: TimeSpan.FromHours(10), RetryInterval: TimeSpan.FromSeconds(1), Lease: TimeSpan.FromHours(10));

    internal GafferRuntime Runtime => field ??= new GafferRuntime
    {
        Settings = GafferSettings.From(Reference.GetConfig("gaffer")) with { Worker = WorkerSettings },
        Clock = new GafferClock(Time, Sys.Scheduler),
        Node = new WorkerNode("here", Guid.NewGuid()),
        Services = _services = Services.BuildServiceProvider(),
        Storages = new Dictionary<string, StoragePlugins>(),
        EventsOf = _ => throw new InvalidOperationException("no events here"),
        QueueRegion = Region.Ref,
        Catalog = Catalog.Ref,
    };

    protected IActorRef Supervisor { get; set; } = ActorRefs.Nobody;

    /// <summary>A worker that is this function.</summary>
    protected static JobWorker Doing(Func<JobContext, CancellationToken, Task<JobResult>> perform, string kind = JobWorker.DefaultKind) => JobWorker.FromDelegate(perform, kind);

    /// <summary>Code that runs until the test ends it, at the latest at its own end.</summary>
    internal Held Hold(bool obedient = true)
    {
        var held = new Held(obedient);
        _held.Add(held);
        return held;
    }

    /// <summary>A job as a queue gives it to a node.</summary>
    internal static Job NewJob(string kind = JobWorker.DefaultKind, string payload = "{}", int execution = 1, TimeSpan? timeout = null, TimeSpan? grace = null) => new()
    {
        Id = JobId.New(),
        Queue = Emails,
        Settings = JobSettings.Default with { Kind = kind, Timeout = timeout ?? TimeSpan.FromSeconds(30), ShutdownTimeout = grace ?? TimeSpan.FromSeconds(5) },
        Payload = System.Text.Encoding.UTF8.GetBytes(payload),
        Sequence = 1,
        State = JobState.Executing,
        Execution = execution,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    internal static ExecutionKey Key(Job job) => new(job.Id, job.Execution);

    /// <summary>Starts a supervisor and registers it.</summary>
    protected void Serve(params JobWorker[] workers)
    {
        Start(workers);
        Region.ExpectMsg<RegisterWorkers>();
        Answer();
    }

    protected void Start(params JobWorker[] workers)
    {
        var (runtime, serve) = (Runtime, new ServeQueue(Emails, workers, null));
        Supervisor = Sys.ActorOf(Props.Create(() => new WorkerSupervisor(runtime, serve, serve.Queue)).WithDispatcher(GafferRuntime.Dispatcher));
    }

    /// <summary>The queue answers a registration.</summary>
    protected void Answer(TestProbe? queue = null) => Supervisor.Tell(new WorkersRegistered(Emails, Guid.NewGuid()), queue ?? Queue);

    internal void Give(params Job[] jobs) => Supervisor.Tell(new WorkOrders(Emails, [.. jobs], [], []), Queue);

    internal void Acknowledge(params ExecutionKey[] keys) => Supervisor.Tell(new WorkOrders(Emails, [], [.. keys], []), Queue);

    internal void OrderStop(params ExecutionKey[] keys) => Supervisor.Tell(new WorkOrders(Emails, [], [], [.. keys]), Queue);

    /// <summary>Gives a job and waits for its result.</summary>
    internal JobResult ResultOf(Job job)
    {
        Give(job);
        var end = ExpectEnd();
        Assert.Equal(Key(job), end.Key);
        Acknowledge(end.Key);
        return end.Result;
    }

    internal JobErrorInfo ErrorOf(Job job) => Assert.IsType<JobResult.Failed>(ResultOf(job)).Error;

    /// <summary>The one end that the queue hears of next.</summary>
    internal FinishedExecution ExpectEnd() => Assert.Single(Queue.ExpectMsg<WorkFinished>().Finished);

    /// <summary>Waits until the supervisor has heard all that it was told, and registered if it was to.</summary>
    protected void Settle()
    {
        var probe = CreateTestProbe();
        Supervisor.Tell(new Identify(null), probe);
        probe.ExpectMsg<ActorIdentity>();
    }

    /// <summary>Time passes, and the supervisor hears of it.</summary>
    protected void Advance(TimeSpan span)
    {
        Settle();
        Time.Advance(span);
        Settle();
    }

    /// <summary>The next registration, as it is now.</summary>
    internal RegisterWorkers Registration()
    {
        Supervisor.Tell(new ServeQueue(Emails, [Doing((_, _) => Task.FromResult(JobResult.Complete()))], null));
        var registration = Region.ExpectMsg<RegisterWorkers>();
        Answer();
        return registration;
    }

    protected override void AfterAll()
    {
        foreach (var held in _held) held.End();
        base.AfterAll();
        _services?.Dispose();
    }

    private static Config ReadReference()
    {
        using var stream = typeof(IGaffer).Assembly.GetManifestResourceStream("Gaffer.reference.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}

/// <summary>Code of a worker that a test holds in its hands.</summary>
internal sealed class Held(bool obedient)
{
    private readonly TaskCompletionSource<JobContext> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<JobResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<JobContext> Started => _started.Task.WaitAsync(TimeSpan.FromSeconds(15));

    public Task Cancelled => _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(15));

    public bool WasCancelled => _cancelled.Task.IsCompleted;

    public void End(JobResult? result = null) => _end.TrySetResult(result ?? JobResult.Complete());

    public void Throw(Exception e) => _end.TrySetException(e);

    public async Task<JobResult> PerformAsync(JobContext context, CancellationToken stop)
    {
        await using var registration = stop.Register(() =>
        {
            _cancelled.TrySetResult();
            if (obedient) _end.TrySetCanceled(stop);
        });
        _started.TrySetResult(context);
        return await _end.Task;
    }
}
