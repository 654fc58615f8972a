using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>Which queues there are, and which nodes serve them. One in the cluster, never on the path of a job.</summary>
/// <remarks>Requests are carried out one by one, in the order of their arrival; each is answered, and no answer says what is not durable.
/// While the journal is broken they are answered at once with the reason, as a rule <see cref="GafferError.Unavailable"/>, and the journal is tried again with a growing delay.</remarks>
internal sealed class QueueCatalog : ReceiveActor
{
    /// <summary>Most queues on one page of a list, so that the page fits into a message.</summary>
    public const int MaxPage = 200;

    /// <summary>Most requests that wait for the journal.</summary>
    public const int MaxWaiting = 10_000;

    private const string OutcomeUnknown = "Whether a change was made is unknown; repeating it is safe.";

    private readonly GafferRuntime _runtime;
    private readonly Func<Exception, GafferFailure> _describe;
    private readonly CatalogLog _log = GafferLogs.Of(Context.System).Catalog;
    private readonly CatalogPresence _presence = new();
    private readonly Dictionary<IActorRef, WorkerNode> _hosts = [];   // who tells what a node serves; its end is the end of that
    private readonly Queue<Pending> _waiting = [];
    private CatalogState? _state;           // null: not recovered
    private Pending? _writing;              // its change is in the journal's hands
    private IActorRef _journal = ActorRefs.Nobody;
    private Exception? _cause;              // why the journal stops
    private GafferFailure? _unavailable;    // what requests are answered meanwhile
    private IDisposable? _timer;            // of one of both: patience with the journal, or its next start
    private int _operation;
    private DateTimeOffset _recoveredAt;
    private int _failures;

    public QueueCatalog(GafferRuntime runtime, Func<Exception, GafferFailure> describe)
    {
        _runtime = runtime;
        _describe = describe;
        Receive<CatalogRequest.Serve>(serve =>
        {
            _presence.Heard(serve.Node, serve.Queues, _runtime.Clock.Now);
            if (_hosts.TryAdd(Sender, serve.Node)) Context.Watch(Sender);
            Sender.Tell(new CatalogAnswer(serve.Id, null, [], false));
        });
        Receive<CatalogRequest>(OnRequest);
        Receive<CatalogJournal.Recovered>(e => OnRecovered(e.State), _ => Sender.Equals(_journal));
        Receive<CatalogJournal.Written>(e => OnWritten(e.State), _ => Sender.Equals(_journal));
        Receive<CatalogJournal.Broken>(e => _cause = e.Cause, _ => Sender.Equals(_journal));
        Receive<Terminated>(_ => OnJournalStopped(), t => t.ActorRef.Equals(_journal));
        Receive<Terminated>(t =>
        {
            if (_hosts.Remove(t.ActorRef, out var node)) _presence.Gone(node);
        });
        Receive<PatienceOver>(_ => BeUnavailable(Unavailable("it has not answered yet")), e => e.Operation == _operation && _unavailable is null);
        Receive<StartJournal>(_ => Start());
    }

    /// <param name="runtime">What the actors of this node share.</param>
    /// <param name="describe">Puts a fault of the storage into words that say what to do. Default: its own message.</param>
    public static Props CreateProps(GafferRuntime runtime, Func<Exception, GafferFailure>? describe = null) =>
        Props.Create(() => new QueueCatalog(runtime, describe ?? (cause => Unavailable(cause.Message)))).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void PreStart() => Start();

    /// <summary>A journal that broke is not restarted here and now, but after the delay.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(0, TimeSpan.Zero, cause =>
    {
        _cause = cause;
        return Directive.Stop;
    });

    // Who waits is not told: the catalog may only move, and whoever asked asks again.
    protected override void PostStop() => _timer?.Dispose();

    private void Start()
    {
        var storage = _runtime.Storages[QueueOptions.DefaultStorage];
        _journal = Context.Watch(Context.ActorOf(Props.Create(() => new CatalogJournal(storage)).WithDispatcher(GafferRuntime.Dispatcher)));
        BePatient();
    }

    private void OnRequest(CatalogRequest request)
    {
        if (_unavailable is not null)
        {
            Answer(new(Sender, request), _unavailable);
        }
        else if (_waiting.Count >= MaxWaiting)
        {
            Answer(new(Sender, request), new GafferFailure(GafferError.Overloaded, $"{MaxWaiting} requests wait for the catalog of queues; try again later."));
        }
        else
        {
            _waiting.Enqueue(new(Sender, request));
            Proceed();
        }
    }

    /// <summary>Answers all that waits, up to the first request that has to be written.</summary>
    private void Proceed()
    {
        while (_state is not null && _writing is null && _waiting.TryDequeue(out var next))
        {
            var decision = next.Request switch
            {
                CatalogRequest.Put put => _state.Put(put.Options, _runtime.Storages.Keys),
                CatalogRequest.Remove remove => _state.Remove(remove.Queue, remove.CheckOnly),
                CatalogRequest.PutLimit put => _state.PutLimit(put.Limit),
                CatalogRequest.List { Limit: < 1 } list => new(new GafferFailure(GafferError.InvalidRequest, $"The limit of a list is {list.Limit}; use 1 or more.")),
                _ => CatalogDecision.NoChange,
            };
            if (decision.Change is not null)
            {
                _writing = next;
                _journal.Tell(decision.Change);
                BePatient();
            }
            else
            {
                Answer(next, decision.Failure);
            }
        }
    }

    private void OnRecovered(CatalogState state)
    {
        _recoveredAt = _runtime.Clock.Now;
        BeAvailable(state);
        Proceed();
    }

    private void OnWritten(CatalogState state)
    {
        var written = _writing;
        _writing = null;
        BeAvailable(state);
        if (written is not null) Answer(written, null);
        Proceed();
    }

    private void OnJournalStopped()
    {
        var now = _runtime.Clock.Now;
        var settings = _runtime.Settings.Queue;
        if (_state is not null && now - _recoveredAt > settings.RestartMax) _failures = 0;
        var delay = settings.RestartDelay(_failures++);

        var failure = _cause is null ? Unavailable("it stopped") : _describe(_cause);
        _timer?.Dispose();
        _timer = _runtime.Clock.TellAfter(delay, Self, StartJournal.Instance);
        _log.CatalogUnavailable(_cause, delay, failure.Message);
        _cause = null;
        _state = null;
        BeUnavailable(failure);
    }

    private void BeAvailable(CatalogState state)
    {
        _state = state;
        _unavailable = null;
        _operation++;
        _timer?.Dispose();
    }

    /// <summary>Whoever waits is told so now, and whoever asks until the journal answers.</summary>
    private void BeUnavailable(GafferFailure failure)
    {
        _operation++;
        _unavailable = failure;
        if (_writing is not null) Answer(_writing, _unavailable);
        _writing = null;
        while (_waiting.TryDequeue(out var next)) Answer(next, _unavailable);
    }

    /// <summary>The journal has half the time of a client to answer; then those who wait are told, rather than left to their time-outs.</summary>
    private void BePatient()
    {
        _timer?.Dispose();
        _timer = _runtime.Clock.TellAfter(_runtime.Settings.Client.Timeout / 2, Self, new PatienceOver(++_operation));
    }

    private void Answer(Pending pending, GafferFailure? failure) => pending.Sender.Tell((failure, pending.Request) switch
    {
        (not null, _) => new CatalogAnswer(pending.Request.Id, failure, [], false),
        (_, CatalogRequest.Find e) => Entry(e.Id, _state!.Find(e.Queue)),
        (_, CatalogRequest.Put e) => Entry(e.Id, _state!.Find(e.Options.Name)),
        (_, CatalogRequest.Remove or CatalogRequest.PutLimit) => Entry(pending.Request.Id, null),
        (_, CatalogRequest.List e) => Page(e),
        _ => throw new InvalidOperationException($"no answer to a {pending.Request.GetType().Name}"),
    });

    private static GafferFailure Unavailable(string reason) => new(GafferError.Unavailable, $"The catalog of queues cannot use its journal: {reason}. {OutcomeUnknown}");

    private CatalogAnswer Entry(long id, QueueOptions? options) => new(id, null, options is null ? [] : [Summary(options)], false);

    private CatalogAnswer Page(CatalogRequest.List list)
    {
        var size = Math.Min(list.Limit, MaxPage);
        var page = ImmutableArray.CreateBuilder<QueueSummary>();
        var bytes = 0L;
        foreach (var queue in _state!.After(list.After).Select(Summary).Where(q => !list.OrphanedOnly || q.IsOrphaned))
        {
            bytes += MessageSize.Of(queue);
            if (page.Count == size || (page.Count > 0 && bytes > _runtime.Settings.Client.MaxMessageBytes)) return new(list.Id, null, page.ToImmutable(), true);
            page.Add(queue);
        }

        return new(list.Id, null, page.ToImmutable(), false);
    }

    private QueueSummary Summary(QueueOptions options) => new(options.Name, options.Storage, options, _presence.ServedBy(options.Name, _runtime.Clock.Now));

    private sealed record Pending(IActorRef Sender, CatalogRequest Request);

    /// <summary>What the journal was last asked has taken long.</summary>
    private sealed record PatienceOver(int Operation) : INoSerializationVerificationNeeded;

    private sealed record StartJournal : INoSerializationVerificationNeeded
    {
        public static StartJournal Instance { get; } = new();
    }
}
