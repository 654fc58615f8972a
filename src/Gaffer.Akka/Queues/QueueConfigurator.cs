using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>Creates, changes and deletes its queue: one request after the other, each agreed with the catalog, which knows the other queues, before it becomes durable here.</summary>
internal sealed class QueueConfigurator(
    QueueState state, CommitBatchWriter commit, GafferRuntime runtime, IActorRef self, StoragePlugins storage, QueueOptions? inCatalog, Action erase, Action vacate)
{
    private readonly Queue<(Caller Caller, GafferCommand Command)> _waiting = new();
    private readonly List<(Caller Caller, GafferRequest Request)> _held = [];
    private (Caller Caller, GafferCommand Command)? _current;
    private CatalogRequest? _asked;
    private long _nextId;

    /// <summary>Whether a request waits for the word of the catalog.</summary>
    public bool IsBusy => _current is not null;

    /// <summary>Takes a request that changes the queue itself; holds any other while the queue is being deleted.</summary>
    public bool TryTake(Caller caller, GafferRequest request, DateTimeOffset now)
    {
        if (request is not (CreateQueue or EnsureQueue or UpdateQueue or DeleteQueue))
        {
            if (_current?.Command is not DeleteQueue) return false;
            _held.Add((caller, request));
            return true;
        }

        if (_current?.Caller == caller || _waiting.Any(w => w.Caller == caller)) return true; // told again
        _waiting.Enqueue((caller, (GafferCommand)request));
        Next(now);
        return true;
    }

    /// <summary>The catalog knows this queue otherwise than it is: it is told.</summary>
    public void Announce(DateTimeOffset now)
    {
        if (state.Options is not { } options || options == inCatalog) return;
        _waiting.Enqueue((new Caller(ActorRefs.Nobody, 0), new EnsureQueue(options)));
        Next(now);
    }

    /// <summary>The catalog agrees, or says why not.</summary>
    public void Handle(CatalogAnswer answer, DateTimeOffset now)
    {
        if (_asked?.Id != answer.Id || _current is not { } current) return;
        _asked = null;
        Answer(current.Caller, answer.Failure ?? Settled(current.Command, now) ?? Carry(current.Command, now));
        _current = null;
        foreach (var (caller, request) in _held) self.Tell(new QueueCalls(state.Name, [new QueueCall(caller.Call, request)]), caller.Ref);
        _held.Clear();
        Next(now);
        if (state.Options is null && _current is null && current.Command is not DeleteQueue) commit.Batch.WhenDurable += vacate; // refused: there is no queue
    }

    /// <summary>The catalog has not answered: it is asked again.</summary>
    public void Resend()
    {
        if (_asked is null) return;
        runtime.Catalog.Tell(_asked, self);
        runtime.Clock.TellAfter(runtime.Settings.Client.RetryInterval, self, Retry.Instance);
    }

    private void Next(DateTimeOffset now)
    {
        while (_current is null && _waiting.TryDequeue(out var next))
        {
            var isAnnouncement = next.Caller.Ref.IsNobody();
            if (!isAnnouncement && Settled(next.Command, now) is { } reply)
            {
                Answer(next.Caller, reply);
                continue;
            }

            _current = next;
            _asked = next.Command is DeleteQueue ? new CatalogRequest.Remove(++_nextId, state.Name) : new CatalogRequest.Put(++_nextId, OptionsOf(next.Command)!);
            Resend();
        }
    }

    // The answer where nothing is to be changed: it is so already, or cannot be.
    private GafferReply? Settled(GafferCommand command, DateTimeOffset now)
    {
        if (OptionsOf(command) is { } options && Invalid(options) is { } invalid) return invalid;
        var repeated = state.WasCarriedOut(command.CommandId);
        switch (command)
        {
            case CreateQueue when state.Options is not null:
                return new CreateQueueResult(AlreadyExists: !repeated, Description());
            case EnsureQueue e when e.Options == state.Options:
                return new EnsureQueueResult(!repeated ? EnsureOutcome.Unchanged : state.Version == 1 ? EnsureOutcome.Created : EnsureOutcome.Updated, Description());
            case UpdateQueue or DeleteQueue when state.Options is null:
                return command is DeleteQueue && repeated ? new QueueDeletedResult(0) : QueueEntity.Unknown(state.Name);
            case UpdateQueue when repeated:
                return Description();
            case UpdateQueue { IfVersion: { } version } when version != state.Version:
                return new GafferFailure(GafferError.VersionConflict, $"The options of queue '{state.Name}' have version {state.Version}, not {version}: somebody else has changed them. Read them again.", state.Name);
            case UpdateQueue u when u.Options == state.Options:
                return Description();
            case DeleteQueue { Mode: DeleteMode.IfEmpty } when state.Count > 0:
                return new GafferFailure(GafferError.QueueInUse, $"Queue '{state.Name}' has {state.Count} jobs. Delete or prune them first, or delete the queue with DeleteMode.Purge.", state.Name);
            default:
                return null;
        }
    }

    private GafferFailure? Invalid(QueueOptions options)
    {
        ImmutableArray<string> problems = options.Problems();
        if (state.Options is { } present && options.WhyNotAfter(present) is { } why)
        {
            problems = problems.Add(why);
        }
        else if (options.Storage != storage.Name && runtime.Storages.ContainsKey(options.Storage))
        {
            return new GafferFailure(GafferError.Unavailable, $"Queue '{state.Name}' is being deleted from storage '{storage.Name}'. Try again in a moment.", state.Name);
        }

        return Invalid(options, problems);
    }

    /// <summary>The failure that lists the problems; null when there are none.</summary>
    public static GafferFailure? Invalid(QueueOptions options, ImmutableArray<string> problems) =>
        problems.IsEmpty ? null : new GafferFailure(GafferError.InvalidQueueConfig, $"The options of queue '{options.Name}' are invalid: {string.Join(" ", problems)}", options.Name.Value, problems);

    private GafferReply Carry(GafferCommand command, DateTimeOffset now)
    {
        if (OptionsOf(command) is { } options)
        {
            commit.Do(new QueueChange.Configured(now, options, state.Version + 1, command is EnsureQueue, command.CommandId));
            return command switch
            {
                CreateQueue => new CreateQueueResult(false, Description()),
                EnsureQueue => new EnsureQueueResult(state.Version == 1 ? EnsureOutcome.Created : EnsureOutcome.Updated, Description()),
                _ => Description(),
            };
        }

        var jobs = state.Count;
        foreach (var job in state.InState(JobState.Executing).ToList()) commit.ExecutionEnded?.Invoke(job);
        if (commit.HasListeners)
        {
            foreach (var id in state.IdsAfter(null)) commit.Batch.Events.Add(new JobDeleted(state.Name, EventActor.User, now, id));
        }

        commit.Do(new QueueChange.Deleted(now, command.CommandId));
        commit.Batch.WhenDurable += erase;
        return new QueueDeletedResult(jobs);
    }

    private void Answer(Caller caller, GafferReply reply)
    {
        if (!caller.Ref.IsNobody()) commit.Batch.Answer(caller.Ref, caller.Call, reply);
    }

    private QueueDescription Description() => new(state.Options!, state.Version);

    private static QueueOptions? OptionsOf(GafferCommand command) => command switch
    {
        CreateQueue c => c.Options,
        EnsureQueue e => e.Options,
        UpdateQueue u => u.Options,
        _ => null,
    };

    /// <summary>Time to ask the catalog again.</summary>
    public sealed class Retry
    {
        public static Retry Instance { get; } = new();
    }
}
