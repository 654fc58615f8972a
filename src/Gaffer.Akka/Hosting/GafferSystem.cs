using Akka.Actor;

namespace Gaffer;

/// <summary>Finds Gaffer in an actor system, for code that has no container.</summary>
public static class GafferSystem
{
    /// <summary>The same object as the <see cref="IGaffer"/> of the container. It can be had at once, and used when the host has started.</summary>
    public static IGaffer Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return GafferExtension.Of(system).Gaffer;
    }
}

/// <summary>What an actor system knows of Gaffer: one start, what callers use, and what is to be closed after the last actor.</summary>
internal sealed class GafferExtension(ActorSystem system) : IExtension
{
    private readonly Lock _lock = new();
    private readonly Stack<IDisposable> _open = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _starts;

    public GafferHandle Gaffer { get; } = new();

    /// <summary>Where this node says what happens; set before its first actor, where its container has loggers.</summary>
    public GafferLogs Logs { get; set; } = GafferLogs.ToAkka(system);

    public bool HasBegun => Volatile.Read(ref _starts) > 0;

    /// <summary>What this node has; null until it has started.</summary>
    public GafferPlan? Plan { get; private set; }

    /// <summary>The queues that this node has workers for at the moment; replaced as a whole by its <see cref="WorkerHost"/>.</summary>
    public IReadOnlyList<QueueName> Served { get; set; } = [];

    /// <summary>When all is closed, after the end of the actor system.</summary>
    public Task Closed => _closed.Task;

    public static GafferExtension Of(ActorSystem system) => system.WithExtension<GafferExtension, Provider>();

    /// <summary>Whether this is the first start in this actor system.</summary>
    public bool TryBegin() => Interlocked.Increment(ref _starts) == 1;

    /// <summary>The node has started: all its queues are there and served.</summary>
    public void HasStarted(GafferPlan plan) => Plan = plan;

    /// <summary>Keeps what is to be disposed at the end.</summary>
    public void Keep(IDisposable resource)
    {
        lock (_lock) _open.Push(resource);
    }

    /// <summary>Closes all, once; to be called after the last actor has stopped.</summary>
    public void Close()
    {
        Gaffer.Stop();
        lock (_lock)
        {
            while (_open.TryPop(out var resource)) resource.Dispose();
        }

        _closed.TrySetResult();
    }

    private sealed class Provider : ExtensionIdProvider<GafferExtension>
    {
        public override GafferExtension CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
