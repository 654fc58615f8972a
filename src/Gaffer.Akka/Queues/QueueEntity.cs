using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Gaffer;

/// <summary>The shard entity of a partition of a queue: finds out whether there is such a queue and where it lives, keeps its <see cref="QueueActor"/>, and says what is wrong while that cannot be.</summary>
/// <remarks>A queue whose journal failed has stopped. It starts again after a delay that grows with each failure; until then its callers are told at once, with the reason.</remarks>
internal sealed class QueueEntity : UntypedActor, IWithUnboundedStash
{
    private static readonly TimeSpan IdleWhenUnknown = TimeSpan.FromMinutes(2);
    private const int MostOvertakings = 3; // in a row; then something is wrong that a person must know of
    private readonly GafferRuntime _runtime;
    private readonly QueuePartition _partition;
    private readonly QueueName _name;
    private readonly QueueLog _log = GafferLogs.Of(Context.System).Queues;
    private IActorRef _queue = ActorRefs.Nobody;
    private StoragePlugins? _storage;
    private QueueOptions? _inCatalog;
    private int _partitions = 1;
    private DateTimeOffset _foundAt;
    private GafferFailure? _failure;
    private int _failures;
    private bool _isOvertaken;
    private long? _readInVain;
    private bool _erased;
    private bool _isReading;
    private (FollowHead Order, IActorRef Head)? _told; // while there was no queue, or none that was known here
    private IDisposable? _timer;

    public QueueEntity(GafferRuntime runtime, QueuePartition partition) => (_runtime, _partition, _name) = (runtime, partition, partition.Queue);

    public IStash Stash { get; set; } = null!;

    public static Props CreateProps(GafferRuntime runtime, QueuePartition partition) => Props.Create(() => new QueueEntity(runtime, partition)).WithDispatcher(GafferRuntime.Dispatcher);

    public static GafferFailure Unknown(QueueName name) =>
        new(GafferError.UnknownQueue, $"There is no queue '{name}'. Create it with CreateQueueAsync or EnsureQueueAsync, or AddQueue it where Gaffer is configured.", name);

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(0, TimeSpan.Zero, static _ => Directive.Stop); // whatever it was: its state is doubtful, the journal's is not

    protected override void PreStart() => Find();

    protected override void PostStop() => _timer?.Dispose();

    protected override void OnReceive(object message) => Finding(message);

    // Before all behaviours: the shard moves, or its node leaves.
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is not Leave) return base.AroundReceive(receive, message);
        if (_queue.IsNobody()) Context.Stop(Self);
        else _queue.Tell(QueueActor.Close.Instance);
        Become(Leaving);
        return true;
    }

    private void Leaving(object message)
    {
        if (message is Terminated terminated && terminated.ActorRef.Equals(_queue)) Context.Stop(Self);
    }

    // Asks the catalog; what comes meanwhile waits.
    private void Finding(object message)
    {
        switch (message)
        {
            case CatalogAnswer { Failure: { } failure }:
                BackOff(failure);
                Stash.UnstashAll();
                break;
            case CatalogAnswer answer:
                _timer?.Dispose();
                (_partitions, _foundAt) = (answer.Queues is [var known, ..] ? known.Options.Partitions : 1, _runtime.Clock.Now);
                if (answer.Queues.IsEmpty || _partition.Index >= _partitions)
                {
                    _told = null; // the head tells it again
                    Context.SetReceiveTimeout(IdleWhenUnknown);
                    Become(NotThere);
                }
                else if (answer.Queues is [var found, ..] && _runtime.Storages.TryGetValue(found.Storage, out _storage))
                {
                    _inCatalog = found.Options;
                    Start();
                }
                else
                {
                    var lost = answer.Queues[0];
                    BackOff(new GafferFailure(GafferError.UnknownStorage, $"Queue '{_name}' lives in storage '{lost.Storage}', which this node does not have; it has {string.Join(", ", _runtime.Storages.Keys)}.", _name));
                }

                Stash.UnstashAll();
                break;
            case Again:
                Find();
                break;
            case RegisterWorkers:
                Sender.Tell(new QueueRests(_partition)); // and it is answered when the queue is found
                Stash.Stash();
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void NotThere(object message)
    {
        switch (message)
        {
            case FollowHead order:
                _told = (order, Sender);
                Find(); // it has been created since
                break;
            case AskHead ask:
                Sender.Tell(ask.NoQueue);
                break;
            case QueueCalls when !_partition.IsHead && _runtime.Clock.Now - _foundAt >= _runtime.Settings.Client.RetryInterval:
                Stash.Stash();
                Find(); // it may have been created since
                break;
            case QueueCalls calls when !_partition.IsHead:
                Refuse(calls, _ => new Misrouted(_partitions));
                break;
            case QueueCalls calls when StorageToStartIn(calls) is { } storage:
                _storage = storage;
                Start();
                _queue.Forward(message);
                break;
            case QueueCalls calls:
                Refuse(calls, RefusalOf);
                break;
            case WorkersLeaving:
                Sender.Tell(new WorkersGone(_partition));
                break;
            case WorkFinished finished:
                Sender.Tell(new WorkOrders(_partition, [], [.. finished.Finished.Select(f => f.Key)], []));
                break;
            case PermitGrant grant:
                Sender.Tell(new PermitReport(_partition, grant.Granted with { Count = 0 }, 0, 0)); // what a deleted queue held is free
                break;
            case ReceiveTimeout:
                Context.Parent.Tell(new Passivate(PoisonPill.Instance));
                break;
        }
    }

    private void Serving(object message)
    {
        switch (message)
        {
            case Failed failed:
                (_failure, _isOvertaken, _readInVain) = (failed.Failure, failed.IsOvertaken, failed.ReadInVain);
                break;
            case Recovered:
                _isReading = false;
                break;
            case Healthy:
                (_failures, _failure, _isOvertaken) = (0, null, false);
                break;
            case Erased:
                _erased = true;
                _queue.Tell(QueueActor.Close.Instance);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_queue):
                if (_erased)
                {
                    (_erased, _inCatalog, _queue, _partitions) = (false, null, ActorRefs.Nobody, 1);
                    Context.SetReceiveTimeout(IdleWhenUnknown);
                    Become(NotThere);
                    Stash.UnstashAll();
                }
                else
                {
                    BackOff(_failure ?? new GafferFailure(GafferError.Unavailable, $"Queue '{_name}' stopped by a defect of its own; the log of node {_runtime.Node} has the cause.", _name));
                }

                break;
            case IQueueMessage when _erased:
                Stash.Stash();
                break;
            case IQueueMessage:
                if (_isReading && message is RegisterWorkers) Sender.Tell(new QueueRests(_partition)); // a long journal must cost no lease; it is answered when it is read
                _queue.Forward(message);
                break;
        }
    }

    private void BackingOff(object message)
    {
        switch (message)
        {
            case Again when _storage is null:
                Find();
                break;
            case Again:
                Start();
                break;
            case QueueCalls when _isOvertaken && _failures <= MostOvertakings:
                break; // it is back in a moment, and they are told again
            case QueueCalls calls:
                Refuse(calls, _ => _failure!);
                break;
            case RegisterWorkers:
                Sender.Tell(new QueueRests(_partition));
                break;
        }
    }

    private void Find()
    {
        _storage = null;
        Become(Finding);
        _runtime.Catalog.Tell(new CatalogRequest.Find(0, _name));
        _timer?.Dispose();
        _timer = _runtime.Clock.TellAfter(_runtime.Settings.Client.RetryInterval, Self, Again.Instance);
    }

    private void Start()
    {
        _queue = Context.Watch(Context.ActorOf(QueueActor.CreateProps(_runtime, _partition, _storage!, _inCatalog, _readInVain)));
        _isReading = true;
        Context.SetReceiveTimeout(null);
        Become(Serving);
        if (_told is { } told) _queue.Tell(told.Order, told.Head);
        _told = null;
    }

    private void BackOff(GafferFailure failure)
    {
        _queue = ActorRefs.Nobody;
        _failure = failure;
        var delay = _runtime.Settings.Queue.RestartDelay(_failures++);
        _log.QueueUnavailable(_name, _partition, failure.Message, delay);
        _timer?.Dispose();
        _timer = _runtime.Clock.TellAfter(delay, Self, Again.Instance);
        Become(BackingOff);
    }

    // Where the queue is to be made; or where one may be whose deletion has not come to its end, to be gone on with.
    private StoragePlugins? StorageToStartIn(QueueCalls calls)
    {
        foreach (var call in calls.Calls)
        {
            var name = OptionsOf(call.Request) is { } options ? options.Problems().IsEmpty ? options.Storage : null : call.Request is DeleteQueue ? QueueOptions.DefaultStorage : null;
            if (name is not null && _runtime.Storages.TryGetValue(name, out var storage)) return storage;
        }

        return null;
    }

    // There is no queue, and this request does not make one.
    private GafferFailure RefusalOf(GafferRequest request) => OptionsOf(request) switch
    {
        null => Unknown(_name),
        var options when QueueConfigurator.Invalid(options, options.Problems()) is { } invalid => invalid,
        var options => new GafferFailure(GafferError.UnknownStorage, $"Queue '{_name}' names storage '{options.Storage}', but there are only: {string.Join(", ", _runtime.Storages.Keys)}.", _name),
    };

    private static QueueOptions? OptionsOf(GafferRequest request) => request switch { CreateQueue create => create.Options, EnsureQueue ensure => ensure.Options, _ => null };

    private void Refuse(QueueCalls calls, Func<GafferRequest, GafferReply> refusal)
    {
        var answers = ImmutableArray.CreateBuilder<QueueAnswer>(calls.Calls.Length);
        foreach (var call in calls.Calls) answers.Add(new QueueAnswer(call.Id, refusal(call.Request)));
        QueueAnswers.Tell(_partition, Sender, answers, Self, _runtime.Settings.Client.MaxMessageBytes);
    }

    /// <summary>Ends the entity, and its queue in good order.</summary>
    public sealed class Leave : INoSerializationVerificationNeeded
    {
        public static Leave Instance { get; } = new();
    }

    /// <summary>The queue cannot go on, and this is why.</summary>
    /// <param name="Failure">What callers are told.</param>
    /// <param name="IsOvertaken">Whether it was written elsewhere meanwhile, as it happens when it moves: then nobody need be told.</param>
    /// <param name="ReadInVain">The number up to which the journal was there and told nothing, or the one of a snapshot without its parts; null: neither.</param>
    public sealed record Failed(GafferFailure Failure, bool IsOvertaken = false, long? ReadInVain = null);

    /// <summary>The queue has read its journal.</summary>
    public sealed class Recovered
    {
        public static Recovered Instance { get; } = new();
    }

    /// <summary>The queue has written its journal.</summary>
    public sealed class Healthy
    {
        public static Healthy Instance { get; } = new();
    }

    /// <summary>The queue was deleted, and its journal with it.</summary>
    public sealed class Erased
    {
        public static Erased Instance { get; } = new();
    }

    /// <summary>Time to try again.</summary>
    private sealed class Again
    {
        public static Again Instance { get; } = new();
    }
}
