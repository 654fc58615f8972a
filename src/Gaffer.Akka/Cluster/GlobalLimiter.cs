using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace Gaffer;

/// <summary>Lends the permits of limits that queues share. One in the cluster; never on the path of a job: a queue runs jobs under the permits that it holds, whether the limiter is there or not.</summary>
/// <remarks>Its journal has what it lent before a queue hears of it. A second limiter, of a part of the cluster that does not know yet that it was cut off, can lend nothing: its writes are refused.</remarks>
internal sealed class GlobalLimiter : UntypedPersistentActor
{
    public const string Id = "gaffer-limiter";

    /// <summary>Commits between two snapshots.</summary>
    public const int SnapshotEvery = 1000;

    private readonly GafferRuntime _runtime;
    private readonly LimiterLog _log = GafferLogs.Of(Context.System).Limits;
    private readonly PermitLedger _ledger = new();
    private readonly HashSet<string> _unknown = [];
    private List<LimitChange> _changes = [];
    private List<(ICanTell To, IGafferWire Message)> _outbox = [];
    private bool _isWriting;
    private int _commits;
    private bool _tickIsSet;
    private readonly LimitReading _reading = new();

    public GlobalLimiter(GafferRuntime runtime)
    {
        _runtime = runtime;
        var storage = runtime.Storages[QueueOptions.DefaultStorage];
        (JournalPluginId, SnapshotPluginId) = (storage.Journal, storage.Snapshots);
    }

    public override string PersistenceId => Id;

    /// <summary>The limiter, started again after a delay when its journal failed.</summary>
    public static Props CreateProps(GafferRuntime runtime)
    {
        var limiter = Props.Create(() => new GlobalLimiter(runtime)).WithDispatcher(GafferRuntime.Dispatcher);
        var settings = runtime.Settings.Queue;
        return Akka.Pattern.BackoffSupervisor.Props(Akka.Pattern.Backoff.OnStop(limiter, "ledger", settings.RestartMin, settings.RestartMax, 0.2, -1));
    }

    protected override void PreStart()
    {
        base.PreStart();
        Context.System.EventStream.Subscribe(Self, typeof(ContactChanged));
        Gauges.Add(_reading);
    }

    protected override void PostStop()
    {
        Gauges.Remove(_reading);
        base.PostStop();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: LimitSnapshot snapshot }:
                foreach (var change in snapshot.Changes) _ledger.Apply(change);
                break;
            case LimitCommit commit:
                foreach (var change in commit.Changes) _ledger.Apply(change);
                _commits++;
                break;
            case RecoveryCompleted:
                _reading.Set(_ledger.Maxima());
                break;
            default:
                throw new InvalidOperationException($"The limiter cannot read a {message.GetType().Name}; was its journal written by a newer version?");
        }
    }

    protected override void OnCommand(object message)
    {
        var now = _runtime.Clock.Now;
        switch (message)
        {
            case PermitReport report:
                if (!_ledger.Knows(report.Held.Limit)) WarnOnce(report);
                Take(_ledger.Hear(report, now));
                break;
            case LimitRequest.Ensure ensure:
                Take(_ledger.Set(ensure.Name, ensure.Max, now, ensure.Revision));
                _outbox.Add((Sender, new LimitAnswer(Math.Max(ensure.Id, ensure.Revision == 0 ? 0 : _ledger.RevisionOf(ensure.Name)), [.. _ledger.Summaries().Where(l => l.Name == ensure.Name)])));
                break;
            case LimitRequest.List list:
                _outbox.Add((Sender, new LimitAnswer(list.Id, _ledger.Summaries())));
                break;
            case ContactChanged:
                break;
            case Tick:
                _tickIsSet = false;
                Take(_ledger.Remind(now));
                break;
            default:
                if (!SnapshotHousekeeping.Handle(this, message, GafferLogs.Of(Context.System).Storage)) Unhandled(message);
                return;
        }

        Write();
        SetTick();
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _log.LimiterNotWritten(cause, Describe(cause));

    // By default the later grants would still go out.
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _log.LimiterRefused(cause, Describe(cause));
        Context.Stop(Self);
    }

    private static string Describe(Exception cause) => StorageFault.Describe(cause, "its storage").Message;

    private void Take(PermitDecision decision)
    {
        _changes.AddRange(decision.Changes);
        foreach (var grant in decision.Grants) _outbox.Add((_runtime.QueueRegion, grant));
    }

    // One commit at a time; what comes meanwhile is the next one. Nothing is told before it is durable.
    private void Write()
    {
        if (!_runtime.Contact.IsCurrent) return; // another limiter may be at work
        if (_isWriting || _outbox.Count + _changes.Count == 0) return;
        var (changes, outbox) = (_changes, _outbox);
        (_changes, _outbox) = ([], []);
        if (changes.Count == 0)
        {
            Tell(outbox);
            return;
        }

        _isWriting = true;
        var snapshot = ++_commits % SnapshotEvery == 0 ? new LimitSnapshot(_ledger.ToChanges()) : null; // as of this commit
        var generation = _runtime.Contact.Generation;
        PersistAsync(new LimitCommit(changes), _ =>
        {
            if (!_runtime.Contact.IsCurrent || generation != _runtime.Contact.Generation)
            {
                Context.Stop(Self); // it starts again from what is durable
                return;
            }

            _isWriting = false;
            _reading.Set(_ledger.Maxima());
            Tell(outbox);
            if (snapshot is not null) SaveSnapshot(snapshot);
            Write();
        });
    }

    private void Tell(List<(ICanTell To, IGafferWire Message)> outbox)
    {
        foreach (var (to, message) in outbox) to.Tell(message, Self);
    }

    private void SetTick()
    {
        if (_tickIsSet || !_ledger.IsUnsettled) return;
        _tickIsSet = true;
        _runtime.Clock.TellAfter(_runtime.Settings.Client.RetryInterval, Self, Tick.Instance);
    }

    private void WarnOnce(PermitReport report)
    {
        if (PermitLedger.IsImplicit(report.Held.Limit)) return; // its queue is about to set it
        if (_unknown.Add(report.Held.Limit)) _log.LimitUnknown(report.Partition.Queue, report.Partition, report.Held.Limit);
    }

    /// <summary>Time to ask again for permits that others wait for.</summary>
    private sealed class Tick
    {
        public static Tick Instance { get; } = new();
    }
}
