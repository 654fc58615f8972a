using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace Gaffer;

/// <summary>The single writer of one queue: decides on its state in memory at once, and lets nothing out before the journal has it.</summary>
/// <remarks>
/// Group commit: while one journal write is under way, what arrives is gathered in the next batch; when nothing is, the batch is closed as soon as the mailbox is drained.
/// Answers, orders to workers and events belong to the batch that made them true. A write that fails or is rejected stops the actor: the state that ran ahead dies with it,
/// and <see cref="QueueEntity"/> starts it again from the journal.
/// </remarks>
internal sealed partial class QueueActor : UntypedPersistentActor
{
    private readonly GafferRuntime _runtime;
    private readonly QueueName _name;
    private readonly StoragePlugins _storage;
    private readonly QueueState _state;
    private readonly QueueDecider _decider;
    private readonly CommitBatchWriter _commit;
    private readonly WorkerRoster _roster;
    private readonly QueueWaiters _waiters;
    private readonly QueuePermits _permits;
    private readonly QueueConfigurator _configurator;
    private readonly ForwardOutbox _outbox;
    private readonly IEventSink _events;
    private readonly Guid _incarnation = Guid.NewGuid();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _scheduler = ActorRefs.Nobody;
    private DateTimeOffset? _wakeAt;
    private CommitBatch? _writing;
    private bool _flushIsDue;
    private bool _mayClaim;
    private bool _hasWritten;
    private long _logBytes;
    private bool _snapshotting;
    private bool _erasing;
    private bool _journalIsErased;
    private bool _closing;
    private int _scheduledVersion;

    public QueueActor(GafferRuntime runtime, QueueName name, StoragePlugins storage, QueueOptions? inCatalog)
    {
        (_runtime, _name, _storage) = (runtime, name, storage);
        var settings = runtime.Settings.Queue;
        _events = runtime.EventsOf(name);
        _state = new QueueState(name, settings.RememberedIds, settings.RememberFor);
        _commit = new CommitBatchWriter(_state, settings, _events);
        _decider = new QueueDecider(_state, _commit, runtime.Settings.Client.MaxMessageBytes);
        _roster = new WorkerRoster(_state);
        _permits = new QueuePermits(_state, _commit, runtime, Self);
        _waiters = new QueueWaiters(_state, runtime.Clock, Self);
        _configurator = new QueueConfigurator(_state, _commit, runtime, Self, storage, inCatalog, Erase, Vacate);
        _outbox = new ForwardOutbox(_state, runtime, Self);
        _commit.ExecutionEnded = StopExecution;
        PersistenceId = PersistenceIdOf(name);
        JournalPluginId = storage.Journal;
        SnapshotPluginId = storage.Snapshots;
    }

    public override string PersistenceId { get; }

    public static string PersistenceIdOf(QueueName name) => "gaffer-queue-" + name.Value;

    public static Props CreateProps(GafferRuntime runtime, QueueName name, StoragePlugins storage, QueueOptions? inCatalog) =>
        Props.Create(() => new QueueActor(runtime, name, storage, inCatalog)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case IQueueMessage when _closing:
                return; // who sent it sends it again, and finds the queue where it is then
            case Close:
                _closing = true;
                break;
            case QueueCalls calls:
                foreach (var call in calls.Calls) Handle(new Caller(Sender, call.Id), call.Request);
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
            case Terminated terminated:
                Handle(terminated);
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
                break;
            case QueueConfigurator.Retry:
                _configurator.Resend();
                break;
            case QueueWaiters.Expired expired:
                _waiters.Expire(expired, _commit.Batch);
                break;
            case QueueAnswers answers:
                _outbox.Handle(answers, _commit);
                break;
            case ForwardOutbox.Retry:
                _outbox.Resend();
                break;
            default:
                if (!HandleStorage(message)) Unhandled(message);
                return;
        }

        FlushSoon();
    }

    private void Handle(Caller caller, GafferRequest request)
    {
        var now = Now;
        _commit.CloseIfFull();
        if (_configurator.TryTake(caller, request, now)) return;
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
                    _decider.Pause(drain.CommandId, now);
                    _waiters.Add(caller, drain);
                    break;
                case FlushQueue flush:
                    _waiters.Add(caller, flush);
                    break;
                case PollQueue:
                    Answer(caller, new PollResult(Claim(now)));
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
    private void AnswerNow(Caller caller, GafferReply reply) => caller.Ref.Tell(new QueueAnswers(_name, [new QueueAnswer(caller.Call, reply)]), Self);

    // The batch is closed when the mailbox is drained: a commit that starts on the first of a burst would carry one change and keep the others waiting.
    private void FlushSoon()
    {
        if (_flushIsDue) return;
        _flushIsDue = true;
        if (_writing is null) Self.Tell(Flush.Instance, ActorRefs.NoSender); // else when it is written
    }

    private void WriteNext()
    {
        if (_writing is not null) return;
        if (_commit.IsLast) Complete();
        var batch = _commit.Take();
        if (batch.Changes.Count == 0)
        {
            Release(batch);
            if (_closing) Context.Stop(Self);
            return;
        }

        _writing = batch;
        PersistAsync(new QueueCommit(batch.Changes), _ => Written());
    }

    // What belongs into the batch before it is closed: what time has brought, claims for free workers, answers to those who wait.
    private void Complete()
    {
        var now = Now;
        _state.Advance(now);
        if (_state.Options is { } options)
        {
            _decider.Expire(now);
            if (MayClaim(options) && !_closing) Claim(now);
            _mayClaim = false;
            _permits.Settle(now, _roster);
            if (!_state.IsPaused && options.Prune is { Interval: not null, MaxCount: not null } prune) TrimTerminal(prune, now);
        }

        if (_state.Version != _scheduledVersion) Schedule();
        _waiters.Check(_commit.Batch);
        if (IsSnapshotDue())
        {
            _snapshotting = true;
            _logBytes = -_commit.Batch.Bytes; // counted when it is written; what comes after this batch is the log since the snapshot
            _commit.Batch.Snapshot = _state.ToSnapshot();
        }

        if (_state.NextDue is { } due && due != _wakeAt)
        {
            _wakeAt = due;
            _scheduler.Tell(new QueueScheduler.WakeAt(due));
        }
    }

    private bool MayClaim(QueueOptions options) => options.PollInterval is null || _mayClaim;

    private int Claim(DateTimeOffset now)
    {
        if (_state.IsPaused || _state.Options is null || _roster.IsEmpty || _runtime.Contact.IsCutOff) return 0;
        _state.Advance(now);
        var most = Math.Min(_runtime.Settings.Queue.MaxCommitChanges - _commit.Batch.Changes.Count, _permits.Budget(_roster.InUse));
        var claimed = _roster.Claim(most, now, _commit);
        if (claimed.Count > 0 && _commit.HasListeners) _commit.Batch.Events.Add(new JobsClaimed(_name, EventActor.Runner, now, [.. claimed]));
        return claimed.Count;
    }

    // Between two looks of the pruner a fast queue would gather more ended jobs than it may keep.
    private void TrimTerminal(PruneOptions prune, DateTimeOffset now)
    {
        foreach (var state in JobStates.All)
        {
            if (PruneRule.Surplus(_state, prune, state) < QueueDecider.MaxPage) continue;
            while (_decider.Prune(now, Guid.Empty).HasMore)
            {
            }

            return;
        }
    }

    private void Written()
    {
        var batch = _writing!;
        _writing = null;
        _logBytes += batch.Bytes;
        if (!_hasWritten)
        {
            _hasWritten = true;
            Context.Parent.Tell(QueueEntity.Healthy.Instance);
        }

        if (batch.Snapshot is { } snapshot) SaveSnapshot(snapshot);
        Release(batch);
        if (!_flushIsDue && !_closing && _commit.IsLast && _commit.Batch.IsEmpty && _state.Ready.Count == 0) return;
        _flushIsDue = true;
        Self.Tell(Flush.Instance, ActorRefs.NoSender);
    }

    private void Release(CommitBatch batch)
    {
        batch.Release(_name, Self, _runtime.Settings.Client.MaxMessageBytes);
        if (batch.Events.Count > 0) _events.Publish(batch.Events);
        if (batch.Forwards.Count > 0) _outbox.Send(batch.Forwards);
    }

    private QueueInfo Info(DateTimeOffset now)
    {
        _state.Advance(now);
        return new QueueInfo(
            _name, _state.IsPaused ? QueueStatus.Paused : QueueStatus.Active,
            _state.InfoOf(JobState.Available), _state.InfoOf(JobState.Executing), _state.InfoOf(JobState.Completed), _state.InfoOf(JobState.Cancelled), _state.InfoOf(JobState.Failed),
            _state.Scheduled, _state.Ready.Blocked, _state.Forwards.Count,
            _state.CountOf(JobState.Executing), _state.Options!.MaxWorkers, _state.Options.GlobalMaxWorkers, _roster.Info(), now);
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
