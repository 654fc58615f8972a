using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>Creates, changes and deletes its queue: one request after the other, each agreed with the catalog, which knows the other queues, before it becomes durable here.</summary>
internal sealed class QueueConfigurator(
    QueueState state, CommitBatchWriter commit, PartitionHead head, GafferRuntime runtime, IActorRef self, StoragePlugins storage, QueueOptions? inCatalog, Action erase, Action vacate)
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

        if (_current?.Caller == caller || head.Owes(caller) || _waiting.Any(w => w.Caller == caller)) return true; // told again
        _waiting.Enqueue((caller, (GafferCommand)request));
        Next(now);
        return true;
    }

    /// <summary>The actor has started: a deletion that an earlier one began goes on, and a catalog that knows this queue otherwise than it is is told.</summary>
    public void Start()
    {
        if (state.Deletion is { } command)
        {
            _current = (Nobody, new DeleteQueue(state.Name, DeleteMode.Purge) { CommandId = command });
            Remove();
        }
        else if (state.Options is { } options && options != inCatalog)
        {
            _waiting.Enqueue((Nobody, new EnsureQueue(options)));
            Next(state.NotBefore(runtime.Clock.Now));
        }
    }

    /// <summary>The catalog agrees, or says why not.</summary>
    public void Handle(CatalogAnswer answer, DateTimeOffset now)
    {
        if (_asked?.Id != answer.Id || _current is not { } current) return;
        if (_asked is CatalogRequest.Remove { CheckOnly: false })
        {
            Removed(current, answer.Failure, now);
            return;
        }

        _asked = null;
        var reply = answer.Failure ?? Settled(current.Command, now);
        if (reply is null && current.Command is DeleteQueue delete)
        {
            if (HasOthers) head.GiveUp(delete.Mode == DeleteMode.IfEmpty, BeginDeletion);
            else BeginDeletion(null);
            return;
        }

        Finish(current, reply ?? Configure(current.Command, now), now);
    }

    /// <summary>The catalog has not answered: it is asked again.</summary>
    public void Resend()
    {
        if (_asked is null) return;
        runtime.Catalog.Tell(_asked, self);
        runtime.Clock.TellAfter(runtime.Settings.Client.RetryInterval, self, Retry.Instance);
    }

    private static Caller Nobody => new(ActorRefs.Nobody, 0);

    private bool HasOthers => state.Options is { Partitions: > 1 };

    // All other partitions have given the queue up. It is written that it is to be deleted before the catalog forgets it: whoever starts it from here on goes on with that, and neither tells a caller nor a worker anything.
    // The catalog has it meanwhile, so that no other of this name can be made.
    private void BeginDeletion(GafferFailure? refusal)
    {
        var (current, now) = (_current!.Value, state.NotBefore(runtime.Clock.Now));
        if (refusal is not null)
        {
            Finish(current, refusal, now);
            return;
        }

        commit.Do(new QueueChange.DeletionBegun(now, current.Command.CommandId));
        Remove();
    }

    private void Remove() => commit.Batch.WhenDurable += () =>
    {
        _asked = new CatalogRequest.Remove(++_nextId, state.Name);
        Resend();
    };

    private void Removed((Caller Caller, GafferCommand Command) current, GafferFailure? failure, DateTimeOffset now)
    {
        switch (failure)
        {
            case null:
                _asked = null;
                Finish(current, Delete(current.Command, now), now);
                break;
            case { Error: GafferError.QueueInUse }: // something stands against it at the last moment
                _asked = null;
                commit.Do(new QueueChange.DeletionRefused(now));
                commit.Batch.WhenDurable += head.FollowAgain; // a head that still deletes would not tell them to give up what they take from now on
                AnnounceFirst();
                Finish(current, failure, now);
                break;
            default: // it may have forgotten the queue all the same: it is asked until it knows
                head.Answer(current.Caller, failure);
                _current = current with { Caller = Nobody };
                Refuse(new GafferFailure(GafferError.Unavailable, $"Queue '{state.Name}' is being deleted, and waits for the catalog of queues: {failure.Message}", state.Name));
                break;
        }
    }

    // The removal may have been told twice, and the second time have met nothing that stands against it.
    private void AnnounceFirst()
    {
        var others = _waiting.ToArray();
        _waiting.Clear();
        _waiting.Enqueue((Nobody, new EnsureQueue(state.Options!)));
        foreach (var other in others) _waiting.Enqueue(other);
    }

    private void Refuse(GafferFailure failure)
    {
        foreach (var (caller, _) in _held) commit.Batch.Answer(caller.Ref, caller.Call, failure);
        _held.Clear();
        while (_waiting.TryDequeue(out var next)) head.Answer(next.Caller, failure);
    }

    private void Finish((Caller Caller, GafferCommand Command) current, GafferReply reply, DateTimeOffset now)
    {
        if (reply is GafferFailure { Error: GafferError.QueueInUse } refusal) head.AnswerWhenFollowed(current.Caller, refusal);
        else head.Answer(current.Caller, reply);
        _current = null;
        foreach (var (caller, request) in _held) self.Tell(new QueueCalls(state.Name, [new QueueCall(caller.Call, request)], state.Options?.Partitions ?? 1), caller.Ref);
        _held.Clear();
        Next(now);
    }

    private void Next(DateTimeOffset now)
    {
        while (_current is null && _waiting.TryDequeue(out var next))
        {
            var isAnnouncement = next.Caller.Ref.IsNobody();
            if (!isAnnouncement && Settled(next.Command, now) is { } reply)
            {
                head.Answer(next.Caller, reply);
                continue;
            }

            _current = next;
            _asked = next.Command is DeleteQueue ? new CatalogRequest.Remove(++_nextId, state.Name, CheckOnly: true) : new CatalogRequest.Put(++_nextId, OptionsOf(next.Command)!);
            Resend();
        }

        if (_current is null && state.Options is null) commit.Batch.WhenDurable += vacate; // there is no queue, or it is erased first
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
            case DeleteQueue when repeated:
                return new QueueDeletedResult(0); // if there is a queue it is another one
            case UpdateQueue or DeleteQueue when state.Options is null:
                return QueueEntity.Unknown(state.Name);
            case UpdateQueue when repeated:
                return Description();
            case UpdateQueue { IfVersion: { } version } when version != state.Version:
                return new GafferFailure(GafferError.VersionConflict, $"The options of queue '{state.Name}' have version {state.Version}, not {version}: somebody else has changed them. Read them again.", state.Name);
            case UpdateQueue u when u.Options == state.Options:
                return Description();
            case DeleteQueue { Mode: DeleteMode.IfEmpty } when state is { Count: 0, Forwards.Count: > 0 }:
                return new GafferFailure(GafferError.QueueInUse, $"Queue '{state.Name}' has no jobs, but {state.Forwards.Count} that ended are not forwarded yet. Wait until their targets take them, or delete the queue with DeleteMode.Purge, which drops them.", state.Name);
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

    private GafferReply Configure(GafferCommand command, DateTimeOffset now)
    {
        commit.Do(new QueueChange.Configured(now, OptionsOf(command)!, state.Version + 1, command is EnsureQueue, command.CommandId));
        return command switch
        {
            CreateQueue => new CreateQueueResult(false, Description()),
            EnsureQueue => new EnsureQueueResult(state.Version == 1 ? EnsureOutcome.Created : EnsureOutcome.Updated, Description()),
            _ => Description(),
        };
    }

    private QueueDeletedResult Delete(GafferCommand command, DateTimeOffset now)
    {
        var jobs = state.Count + head.JobsGivenUp;
        commit.EndAll(now);
        commit.Do(new QueueChange.Deleted(now, command.CommandId));
        commit.Batch.WhenDurable += head.Forget;
        commit.Batch.WhenDurable += erase;
        return new QueueDeletedResult(jobs);
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
