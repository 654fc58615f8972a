using System.Collections.Immutable;
using Akka;
using Akka.Actor;

namespace Gaffer;

/// <summary>The work of this node: <see cref="QueueWorkers"/> for each queue that it serves. Hears <see cref="ServeQueue"/> and <see cref="StopServing"/>.</summary>
/// <remarks>When the system shuts down in order, the node leaves all queues before its shard regions close, so that jobs can be handed back.</remarks>
internal sealed class WorkerHost : UntypedActor
{
    /// <summary>Its name in the actor system.</summary>
    public const string Name = "gaffer-workers";

    private static readonly TimeSpan AnnounceInterval = TimeSpan.FromSeconds(30);

    private readonly GafferRuntime _runtime;
    private readonly WorkerLog _log = GafferLogs.Of(Context.System).Workers;
    private readonly SortedDictionary<QueueName, Service> _services = [];
    private readonly TaskCompletionSource<Done> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IActorRef? _catalog;
    private IDisposable? _announcing;
    private long _requests;
    private bool _leaving;

    public WorkerHost(GafferRuntime runtime)
    {
        _runtime = runtime;
        var shutdown = CoordinatedShutdown.Get(Context.System);
        var leave = new LeaveAll(shutdown.Timeout(CoordinatedShutdown.PhaseBeforeClusterShutdown) * 0.9);
        var (self, left) = (Self, _left.Task);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "gaffer-workers-leave", () =>
        {
            self.Tell(leave, ActorRefs.NoSender);
            return left;
        });
    }

    public static Props Props(GafferRuntime runtime) => Akka.Actor.Props.Create(() => new WorkerHost(runtime)).WithDispatcher(GafferRuntime.Dispatcher);

    // A crash is a defect. The end of the supervisors tells the queue that its jobs are lost; the work starts again, as another actor, after a while.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(maxNrOfRetries: 0, withinTimeRange: TimeSpan.Zero, localOnlyDecider: static _ => Directive.Stop);

    protected override void PostStop()
    {
        _announcing?.Dispose();
        _left.TrySetResult(Done.Instance);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ServeQueue refused when _leaving: Sender.Tell(new StoppedServing(refused.Queue), Self); break;
            case ServeQueue serve: OnServe(serve); break;
            case StopServing stop: OnStop(stop.Queue); break;
            case Terminated { ActorRef: var catalog } when catalog.Equals(_catalog): OnCatalogEnded(); break;
            case Terminated { ActorRef: var workers }: OnEnded(workers); break;
            case StartAgain again: OnStartAgain(again.Queue); break;
            case Announce: KeepAnnouncing(); break;
            case LeaveAll leave: OnLeaveAll(leave.Within); break;
            case CatalogAnswer: OnHeard(); break;
            default: Unhandled(message); break;
        }
    }

    private void OnServe(ServeQueue serve)
    {
        if (!_services.TryGetValue(serve.Queue, out var service))
        {
            _services[serve.Queue] = service = new Service { Serve = serve };
            Start(service);
            KeepAnnouncing();
        }
        else if (service.IsStopping)
        {
            service.Next = serve;   // begins when the one before has ended
        }
        else
        {
            service.Serve = serve;
            service.Workers?.Tell(serve, Self);
        }

        Sender.Tell(new Serving(serve.Queue), Self);
    }

    private void OnStop(QueueName queue)
    {
        if (!_services.TryGetValue(queue, out var service))
        {
            Sender.Tell(new StoppedServing(queue), Self);
            return;
        }

        service.Next = null;
        service.Waiting.Add(Sender);
        Leave(service, within: null);
    }

    private void OnLeaveAll(TimeSpan within)
    {
        _leaving = true;
        foreach (var service in _services.Values.ToArray())
        {
            service.Next = null;
            Leave(service, within);
        }

        EndLeaving();
    }

    private void Leave(Service service, TimeSpan? within)
    {
        service.IsStopping = true;
        if (service.Workers is { } workers)
        {
            workers.Tell(new LeaveQueue(within), Self);
        }
        else
        {
            Forget(service);   // it had crashed
        }
    }

    private void OnEnded(IActorRef workers)
    {
        if (_services.Values.FirstOrDefault(s => workers.Equals(s.Workers)) is not { } service) return;
        service.Workers = null;
        if (service.IsStopping)
        {
            Forget(service);
        }
        else
        {
            _runtime.Clock.TellAfter(_runtime.Settings.Worker.RetryInterval, Self, new StartAgain(service.Serve.Queue));
            _log.WorkCrashed(service.Serve.Queue, _runtime.Settings.Worker.RetryInterval);
        }
    }

    private void OnStartAgain(QueueName queue)
    {
        if (_services.TryGetValue(queue, out var service) && service is { Workers: null, IsStopping: false }) Start(service);
    }

    private void Forget(Service service)
    {
        _services.Remove(service.Serve.Queue);
        foreach (var waiting in service.Waiting) waiting.Tell(new StoppedServing(service.Serve.Queue), Self);
        if (service.Next is { } next && !_leaving)
        {
            _services[next.Queue] = service = new Service { Serve = next };
            Start(service);
        }

        KeepAnnouncing();
        EndLeaving();
    }

    private void Start(Service service)
    {
        var serve = service.Serve;
        service.Workers = Context.Watch(Context.ActorOf(QueueWorkers.CreateProps(_runtime, serve), serve.Queue.Value));
    }

    /// <summary>Tells the catalog now, and again while there is something to tell: soon, as long as it has not heard.</summary>
    private void KeepAnnouncing()
    {
        SetAnnouncing();
        ImmutableArray<QueueName> served = [.. _services.Keys];
        GafferExtension.Of(Context.System).Served = served;
        _runtime.Catalog.Tell(new CatalogRequest.Serve(++_requests, _runtime.Node, served), Self);
    }

    private void SetAnnouncing()
    {
        _announcing?.Dispose();
        _announcing = _services.Count == 0 ? null : _runtime.Clock.TellAfter(_catalog is null ? _runtime.Settings.Client.RetryInterval : AnnounceInterval, Self, Announce.Instance);
    }

    private void OnHeard()
    {
        if (Sender.Equals(_catalog)) return;
        if (_catalog is { } earlier) Context.Unwatch(earlier);
        _catalog = Context.Watch(Sender);
        SetAnnouncing();
    }

    // It keeps in memory what nodes tell it: wherever it is next, it is to know that soon.
    private void OnCatalogEnded()
    {
        _catalog = null;
        if (_services.Count > 0) KeepAnnouncing();   // a node that leaves must not call after what has left already: the region would wait for it
    }

    private void EndLeaving()
    {
        if (_leaving && _services.Count == 0) _left.TrySetResult(Done.Instance);
    }

    private sealed class Service
    {
        public required ServeQueue Serve { get; set; }

        /// <summary>Null after a crash, until it starts again.</summary>
        public IActorRef? Workers { get; set; }

        public bool IsStopping { get; set; }

        /// <summary>What was asked for while it was stopping.</summary>
        public ServeQueue? Next { get; set; }

        public List<IActorRef> Waiting { get; } = [];
    }

    private sealed record LeaveAll(TimeSpan Within) : INoSerializationVerificationNeeded;

    private sealed record StartAgain(QueueName Queue) : INoSerializationVerificationNeeded;

    private sealed class Announce : INoSerializationVerificationNeeded
    {
        public static readonly Announce Instance = new();
    }
}
