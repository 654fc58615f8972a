using Akka.Actor;
using Akka.Event;

namespace Gaffer;

/// <summary>This node's part in one partition of a queue: runs the jobs that the queue gives it, and tells their ends until the queue has acknowledged them.</summary>
/// <remarks>It decides no retry and no state. It outlives the queue's actor: when that moves or restarts, it registers with the new one, and what runs goes on.</remarks>
internal sealed partial class WorkerSupervisor : UntypedActor
{
    private readonly GafferRuntime _runtime;
    private readonly QueuePartition _queue;
    private readonly WorkerLog _log = GafferLogs.Of(Context.System).Workers;
    private readonly long _startedAt;
    private readonly SlotGate _gate;
    private readonly RunningAttempts _attempts;
    private readonly UnacknowledgedEnds _ends;
    private readonly QueueLink _link;
    private readonly Alarm _deadlineAlarm;
    private readonly Alarm _linkAlarm;
    private readonly Alarm _resendAlarm;
    private readonly Alarm _leaveAlarm;
    private WorkerKinds _kinds;
    private WorkerLimit? _max;
    private TimeSpan? _leaveBy;
    private bool _flushing;
    private bool _refused;
    private bool _queueLetGo;
    private bool _hasLostSlots;

    public WorkerSupervisor(GafferRuntime runtime, ServeQueue serve, QueuePartition partition, SlotGate gate)
    {
        (_runtime, _gate) = (runtime, gate);
        _queue = partition;
        _kinds = serve.Kinds;
        _max = serve.Max;
        _startedAt = runtime.Clock.Time.GetTimestamp();
        _deadlineAlarm = new Alarm(runtime.Clock, Self, Signal.Deadline);
        _linkAlarm = new Alarm(runtime.Clock, Self, Signal.Link);
        _resendAlarm = new Alarm(runtime.Clock, Self, Signal.Resend);
        _leaveAlarm = new Alarm(runtime.Clock, Self, Signal.Leave);
        _attempts = new RunningAttempts(Context, runtime, _queue.Queue, _deadlineAlarm, gate, End);
        _ends = new UnacknowledgedEnds(_queue, runtime.Node, runtime.Settings.Client.MaxMessageBytes / 2);
        _link = new QueueLink(runtime.Settings.Worker);
    }

    private bool IsLeaving => _leaveBy is not null;

    private bool IsSettled => _ends.Count == 0 && (_queueLetGo || !_link.WasRegistered);

    /// <summary>Where word to the queue goes; null while it must wait for the next registration.</summary>
    private IActorRef? Receiver => _link.Queue ?? (IsLeaving ? _runtime.QueueRegion : null);

    private TimeSpan Now => _runtime.Clock.Time.GetElapsedTime(_startedAt);

    // A broken worker is never used again: its attempt has failed, and another takes its slot.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(maxNrOfRetries: 0, withinTimeRange: TimeSpan.Zero, localOnlyDecider: static _ => Directive.Stop);

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(ContactChanged));
        Register();
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _deadlineAlarm.Cancel();
        _linkAlarm.Cancel();
        _resendAlarm.Cancel();
        _leaveAlarm.Cancel();
        _attempts.CancelAll();
    }

    protected override void OnReceive(object message)
    {
        LoseLeaseInTime();
        switch (message)
        {
            case JobAttempt returned: _attempts.OnReturned(returned); break;
            case WorkOrders orders: OnOrders(orders); break;
            case Signal signal when signal == Signal.Flush: OnFlush(); break;
            case Signal signal when signal == Signal.Deadline: _attempts.OnDeadline(Now); break;
            case Signal signal when signal == Signal.Link: OnLinkAlarm(); break;
            case Signal signal when signal == Signal.Resend: OnResend(); break;
            case Signal signal when signal == Signal.Leave: OnLeaveAlarm(); break;
            case WorkersRegistered registered: OnRegistered(registered); break;
            case SlotsHeld held: Context.Parent.Forward(held); break;
            case ContactChanged contact: OnContact(contact.IsCutOff); break;
            case QueueRests: _link.Rests(Now); break;
            case WorkersGone: OnLetGo(); break;
            case Terminated { ActorRef: var actor } when actor.Equals(_link.Queue): OnQueueLost(); break;
            case Terminated { ActorRef: var actor }: _attempts.OnWorkerEnded(actor); break;
            case ServeQueue serve: OnReplaced(serve); break;
            case LeaveQueue leave: OnLeave(leave.Within); break;
            default: Unhandled(message); break;
        }

        if (IsLeaving && !_attempts.Any && (IsSettled || _runtime.Contact.IsCutOff)) Context.Stop(Self);   // a node that the others gave up waits for no queue
    }

    private void OnOrders(WorkOrders orders)
    {
        var now = Now;
        _link.Heard(Sender, now);

        // In this order: a repeated order to execute may come with the acknowledgement of that execution's end, and a claim with its cancellation.
        foreach (var job in orders.Execute.AsSpan()) Execute(job, now);
        foreach (var key in orders.Acknowledged.AsSpan()) _ends.Remove(key);
        foreach (var key in orders.Stop.AsSpan())
        {
            if (!_ends.Contains(key) && !_attempts.Stop(key, now)) End(key, JobResult.Released.Instance);   // it is over already
        }
    }

    private void Execute(Job job, TimeSpan now)
    {
        var key = new ExecutionKey(job.Id, job.Execution);
        if (_attempts.Contains(key) || _ends.Contains(key)) return;   // a repetition
        if (IsLeaving)
        {
            End(key, JobResult.Released.Instance);
        }
        else if (_runtime.Contact.IsCutOff || !_link.TakesJobsFrom(Sender))
        {
            if (!_runtime.Contact.IsCutOff && !_link.IsUnanswered) Register();   // then, or when contact is back, the queue gives again what is still to be done
        }
        else if (_kinds.Find(job.Kind) is not { } worker)
        {
            GafferLogs.Of(Context.System).Jobs.KindUnknown(job.Queue, job.Id, job.Kind, _kinds.Names);
            End(key, AttemptResults.UnknownKind(job, _kinds));
        }
        else
        {
            if (!_attempts.Any) _linkAlarm.Set(_link.LookAt(hasJobs: true), now);
            if (_attempts.TryStart(key, job, worker, now)) return;
            _refused = true;   // the next registration brings it again
            _resendAlarm.Set(now + _runtime.Settings.Worker.RetryInterval, now);
        }
    }

    private void End(ExecutionKey key, JobResult result)
    {
        _ends.Add(key, result);
        if (_flushing) return;
        _flushing = true;
        Self.Tell(Signal.Flush, Self);   // comes when the mailbox is drained of what is in it now
    }

    private void OnFlush()
    {
        _flushing = false;
        if (Receiver is not { } receiver) return;   // the next registration brings it
        _ends.TellNew(receiver, Self, _attempts.Zombies, Now);
        SetResendAlarm();
    }

    private void OnResend()
    {
        _resendAlarm.Rang();
        if (_refused && !IsLeaving) Register();
        _refused = false;
        if (Receiver is not { } receiver) return;
        _ends.TellAgain(Now - _runtime.Settings.Worker.RetryInterval, receiver, Self, _attempts.Zombies, Now);
        SetResendAlarm();
    }

    private void TellAllEnds(IActorRef receiver)
    {
        _ends.TellAll(receiver, Self, _attempts.Zombies, Now);
        SetResendAlarm();
    }

    private void SetResendAlarm()
    {
        if (_ends.Count > 0) _resendAlarm.Set(Now + _runtime.Settings.Worker.RetryInterval, Now);
    }

    private void OnReplaced(ServeQueue serve)
    {
        _kinds = serve.Kinds;
        _max = serve.Max;
        _attempts.RenewWorkers();
        Register();
    }

    private void OnLeave(TimeSpan? within)
    {
        if (IsLeaving) return;
        var toAcknowledge = _runtime.Settings.Worker.Lease;
        if (within is { } all && all / 5 < toAcknowledge) toAcknowledge = all / 5;
        var grace = within - toAcknowledge ?? _attempts.LongestGrace;
        _leaveBy = Alarm.Add(Now, Alarm.Add(grace, toAcknowledge));
        _attempts.Leave(grace, Now);
        if (_link.WasRegistered) TellLeaving();
    }

    private void TellLeaving()
    {
        _queueLetGo = false;
        Receiver!.Tell(new WorkersLeaving(_queue, _runtime.Node), Self);
        SetLeaveAlarm();
    }

    private void OnLetGo()
    {
        _queueLetGo = IsLeaving;
        if (!IsLeaving || _link.Queue is not null) return;
        Context.Watch(Sender);   // it moved while this node leaves; should it move again, the next one is to be told, too
        _link.Found(Sender);
    }

    private void OnLeaveAlarm()
    {
        _leaveAlarm.Rang();
        if (Now >= _leaveBy)
        {
            _log.LeftWithoutWord(_queue.Queue, _queue, _attempts.Count, _ends.Count);
            Context.Stop(Self);
        }
        else if (_queueLetGo)
        {
            SetLeaveAlarm();
        }
        else
        {
            TellLeaving();
        }
    }

    private void SetLeaveAlarm()
    {
        var retry = Now + _runtime.Settings.Worker.RetryInterval;
        _leaveAlarm.Set(retry < _leaveBy!.Value ? retry : _leaveBy.Value, Now);
    }

    private sealed class Signal : INoSerializationVerificationNeeded
    {
        public static readonly Signal Deadline = new(), Link = new(), Resend = new(), Leave = new(), Flush = new();
    }
}
