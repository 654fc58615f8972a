using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;

namespace Gaffer;

/// <summary>The single writer of one partition of a queue: decides on its state in memory at once, and lets nothing out before the journal has it.</summary>
/// <remarks>
/// Group commit: while one journal write is under way, what arrives is gathered in the next batch; when nothing is, the batch is closed as soon as the mailbox is drained.
/// Answers, orders to workers and events belong to the batch that made them true. A write that fails or is rejected stops the actor: the state that ran ahead dies with it,
/// and <see cref="QueueEntity"/> starts it again from the journal.
/// </remarks>
internal sealed partial class QueueActor : UntypedPersistentActor
{
    private readonly GafferRuntime _runtime;
    private readonly QueuePartition _partition;
    private readonly QueueName _name;
    private readonly StoragePlugins _storage;
    private readonly QueueState _state;
    private readonly QueueDecider _decider;
    private readonly CommitBatchWriter _commit;
    private readonly WorkerRoster _roster;
    private readonly QueueWaiters _waiters;
    private readonly QueuePermits _permits;
    private readonly PartitionHead _head;         // of the first partition
    private readonly PartitionFollower _follower; // of the others
    private readonly QueueSlots _slots;
    private readonly QueueConfigurator _configurator;
    private readonly ForwardOutbox _outbox;
    private readonly IEventSink _events;
    private readonly Guid _incarnation = Guid.NewGuid();
    private readonly QueueTelemetry _telemetry;
    private readonly QueueLog _log = GafferLogs.Of(Context.System).Queues;
    private IActorRef _scheduler = ActorRefs.Nobody;
    private DateTimeOffset? _wakeAt;
    private CommitBatch? _writing;
    private bool _flushIsDue;
    private bool _mayClaim;
    private bool _hasWritten;
    private long _logBytes;
    private readonly RecoveredLog _recovered = new();
    private readonly bool _inCatalog;
    private readonly long? _readInVain; // just now, by the actor before: what is found again at the same number is so, and not the work of somebody who trims
    private Loading? _loading;
    private int _snapshotParts;
    private bool _snapshotting;
    private bool _eraseIsDue;
    private long? _erasingTo;
    private bool _journalIsErased;
    private int _writeIn;
    private bool _closing;
    private bool _hasLeft;
    private int _scheduledVersion;

    public QueueActor(GafferRuntime runtime, QueuePartition partition, StoragePlugins storage, QueueOptions? inCatalog, long? readInVain)
    {
        (_runtime, _partition, _name, _storage, _inCatalog, _readInVain) = (runtime, partition, partition.Queue, storage, inCatalog is not null, readInVain);
        var settings = runtime.Settings.Queue;
        _telemetry = new QueueTelemetry(partition, runtime.Clock);
        _events = runtime.EventsOf(_name);
        _state = new QueueState(_name, settings.RememberedIds, settings.RememberFor, partition.Index);
        _commit = new CommitBatchWriter(_state, settings, _events);
        _decider = new QueueDecider(_state, _commit, runtime.Settings.Client.MaxMessageBytes);
        _roster = new WorkerRoster(_state, runtime.Contact, Math.Min(WorkerRoster.MostPerNode, runtime.Settings.Client.MaxMessageBytes / 64));
        _permits = new QueuePermits(partition, _state, _commit, runtime, Self);
        _waiters = new QueueWaiters(_state, runtime.Clock, runtime.Settings.Client.RetryInterval, Self, _incarnation);
        _head = new PartitionHead(_state, _commit, runtime, storage, Self, _log, () => LastSequenceNr);
        _follower = new PartitionFollower(partition, _state, _commit, runtime, storage, Self, _log, EraseSoon, Vacate);
        _configurator = new QueueConfigurator(_state, _commit, _head, runtime, Self, storage, inCatalog, EraseSoon, Vacate);
        _slots = new QueueSlots(partition, _state, _commit, _roster, runtime, Self);
        _outbox = new ForwardOutbox(_state, runtime, partition, Self, _log);
        _commit.ExecutionEnded = StopExecution;
        PersistenceId = PersistenceIdOf(partition);
        JournalPluginId = storage.Journal;
        SnapshotPluginId = storage.Snapshots;
    }

    public override string PersistenceId { get; }

    public static string PersistenceIdOf(QueuePartition partition) => "gaffer-queue-" + partition.Value;

    public static Props CreateProps(GafferRuntime runtime, QueuePartition partition, StoragePlugins storage, QueueOptions? inCatalog, long? readInVain = null) =>
        Props.Create(() => new QueueActor(runtime, partition, storage, inCatalog, readInVain)).WithDispatcher(GafferRuntime.Dispatcher);

    // A child that crashes has left its work undone: the queue starts again from its journal.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(0, TimeSpan.Zero, static _ => Directive.Escalate);

    protected override void PostStop()
    {
        _telemetry.Stop();
        base.PostStop();
    }

    protected override void OnCommand(object message)
    {
        if (_loading is not null)
        {
            Load(message);
            return;
        }

        if (_hasLeft)
        {
            if (message is Close) Context.Stop(Self);
            else if (message is IQueueMessage) Context.Parent.Forward(message);
            return;
        }

        switch (message)
        {
            case IQueueMessage when _closing:
                return; // who sent it sends it again, and finds the queue where it is then
            case Close:
                _closing = true;
                break;
            case QueueCalls calls:
                foreach (var call in calls.Calls) Handle(new Caller(Sender, call.Id), call.Request, calls.Partitions);
                break;
            case WorkFinished finished:
                Handle(finished);
                break;
            case Flush:
                _flushIsDue = false;
                WriteNext();
                return;
            case RegisterWorkers registration:
                Handle(registration);
                break;
            case WorkersLeaving leaving:
                Handle(leaving);
                break;
            case PermitGrant grant:
                _permits.Handle(grant, Now);
                break;
            case QueuePermits.Tick:
                _permits.Repeat();
                break;
            case SlotsLent lent:
                _slots.Handle(lent, Sender);
                break;
            case QueueSlots.Tick:
                _slots.Repeat();
                break;
            case Terminated terminated:
                Handle(terminated);
                break;
            case ContactChanged:
                break; // what waited for contact goes on
            case NodeRemoved:
                RescueRemovedNodes();
                break;
            case RescueMissing:
                RescueMissingNodes();
                break;
            case QueueScheduler.Due:
                _wakeAt = null;
                break;
            case QueueScheduler.PollDue:
                _mayClaim = true;
                break;
            case QueueScheduler.PruneDue:
                if (!_state.IsPaused && _decider.Prune(Now, Guid.Empty).HasMore) Self.Tell(message);
                break;
            case CatalogAnswer answer:
                _configurator.Handle(answer, Now);
                LeaveIfErased();
                break;
            case QueueConfigurator.Retry:
                _configurator.Resend();
                break;
            case QueueWaiters.Expired expired:
                _waiters.Expire(expired, _commit.Batch);
                break;
            case QueueWaiters.Look:
                _waiters.ForgetSilent();
                return;
            case QueueAnswers answers:
                _outbox.Handle(answers, _commit);
                break;
            case ForwardOutbox.Retry:
                _outbox.Resend();
                break;
            default:
                if (HandlePartitions(message)) break;
                if (!HandleStorage(message)) Unhandled(message);
                return;
        }

        FlushSoon();
    }

    private void Handle(Caller caller, GafferRequest request, int believedPartitions)
    {
        var now = Now;
        _commit.CloseIfFull();
        if (_state.Options is null && !_partition.IsHead)
        {
            if (_eraseIsDue) Answer(caller, new Misrouted(1)); // the head knows what has become of the queue
            return;                                            // else it does not know its queue yet: who asked asks again
        }

        if (_state.Options is { Partitions: var partitions } && !PartitionGate.Admits(request, _partition, partitions, believedPartitions))
        {
            Answer(caller, new Misrouted(partitions));
            return;
        }

        if (_partition.IsHead && _configurator.TryTake(caller, request, now)) return;
        if (_state.Options is null)
        {
            Answer(caller, QueueEntity.Unknown(_name));
        }
        else if (_commit.PendingChanges >= _runtime.Settings.Queue.MaxPendingChanges)
        {
            AnswerNow(caller, new GafferFailure(GafferError.Overloaded, $"Queue '{_name}' has {_commit.PendingChanges} uncommitted changes, which is its bound. Try again in a moment, or insert more slowly.", _name));
        }
        else
        {
            switch (request)
            {
                case GetQueueInfo:
                    Answer(caller, Info(now));
                    break;
                case DrainQueue drain:
                    if (_waiters.Add(caller, drain) && _state.Options.Partitions == 1) _decider.Pause(drain.CommandId, now); // else the first partition has paused them all
                    break;
                case PauseQueue or ResumeQueue:
                    _head.Answer(caller, _decider.Decide(request, now));
                    break;
                case FlushQueue flush:
                    _waiters.Add(caller, flush);
                    break;
                case PollQueue:
                    Answer(caller, new PollResult(Claim(now)));
                    _mayClaim |= _slots.AreMissing; // as many as it could have claimed are claimed when a node lends more
                    break;
                default:
                    Answer(caller, _decider.Decide(request, now));
                    break;
            }
        }
    }

    private DateTimeOffset Now => _state.NotBefore(_runtime.Clock.Now);

    private void Answer(Caller caller, GafferReply reply) => _commit.Batch.Answer(caller.Ref, caller.Call, reply);

    // Rests on nothing that is still being written.
    private void AnswerNow(Caller caller, GafferReply reply) => caller.Ref.Tell(new QueueAnswers(_partition, [new QueueAnswer(caller.Call, reply)]), Self);

    private QueueInfo Info(DateTimeOffset now)
    {
        _state.Advance(now);
        return new QueueInfo(
            _name, _state.IsPaused ? QueueStatus.Paused : QueueStatus.Active,
            _state.InfoOf(JobState.Available), _state.InfoOf(JobState.Executing), _state.InfoOf(JobState.Completed), _state.InfoOf(JobState.Cancelled), _state.InfoOf(JobState.Failed),
            _state.Scheduled, _state.Ready.Blocked, _state.Forwards.Count,
            _state.CountOf(JobState.Executing), _state.Options!.MaxWorkers, _state.Options.GlobalMaxWorkers, _roster.Info(), now)
        {
            Totals = _telemetry.Totals,
            OldestReady = _state.Ready.OldestInTurn,
        };
    }

    /// <summary>The mailbox is drained: close the batch.</summary>
    private sealed class Flush
    {
        public static Flush Instance { get; } = new();
    }

    /// <summary>The queue moves to another node: what was begun is written, what comes is left to the next actor, and this one ends.</summary>
    public sealed class Close
    {
        public static Close Instance { get; } = new();
    }

    /// <summary>The grace for nodes to come back is over.</summary>
    private sealed class RescueMissing
    {
        public static RescueMissing Instance { get; } = new();
    }
}

/// <summary>Who asked, and the number by which it recognises the answer.</summary>
internal readonly record struct Caller(IActorRef Ref, long Call);
