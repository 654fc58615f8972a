using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>How a supervisor keeps in contact with its queue: registrations, the lease, and what it does when contact is lost.</summary>
internal sealed partial class WorkerSupervisor
{
    private void Register()
    {
        var running = ImmutableArray.CreateBuilder<ExecutionKey>(_attempts.Count + _ends.Count);
        _attempts.AddKeysTo(running);
        running.AddRange(_ends.Keys);
        _runtime.QueueRegion.Tell(new RegisterWorkers(_queue, _runtime.Node, _max, _kinds.Names, running.ToImmutable(), _attempts.Zombies, _hasLostSlots), Self);
        _link.Asked(Now);
        SetLinkAlarm();
    }

    private void OnRegistered(WorkersRegistered registered)
    {
        _gate.Open(registered.Partitions > 1 ? (_max ?? registered.MaxWorkers).Value : int.MaxValue);
        Context.Parent.Forward(registered);
        if (!Sender.Equals(_link.Queue))
        {
            if (_link.Queue is { } old) Context.Unwatch(old);
            Context.Watch(Sender);
            _log.WorkStarted(_queue.Queue, _queue, Sender);
        }

        _link.Answered(Sender, Now, _runtime.Contact.IsCutOff);
        _hasLostSlots &= _link.IsLeaseOver;
        if (IsLeaving)
        {
            TellLeaving();   // the registration was on its way when the node began to leave
        }
        else if (_link.IsLeaseOver && !_runtime.Contact.IsCutOff)
        {
            Register();   // the answer may be older than the loss
        }
        else
        {
            SetLinkAlarm();
        }

        TellAllEnds(Sender);
    }

    private void OnQueueLost()
    {
        _link.Lost();
        if (IsLeaving)
        {
            TellLeaving();
            TellAllEnds(_runtime.QueueRegion);
        }
        else
        {
            Register();
        }
    }

    private void OnLinkAlarm()
    {
        _linkAlarm.Rang();
        if (IsLeaving) return;
        var now = Now;
        if (_link.RegisterAt(_attempts.Any) <= now)
        {
            if (_link.IsUnanswered) _link.AskedInVain();
            if (_link.IsLeaseOver && !_attempts.Any) LoseSlots();
            Register();
        }

        SetLinkAlarm();
    }

    private void LoseSlots()
    {
        Context.Parent.Tell(new PartitionLost(_queue), Self);
        _hasLostSlots = true;
    }

    private void LoseLeaseInTime()
    {
        if (IsLeaving || !_link.LosesLease(_attempts.Any, Now) || !_attempts.Any) return;
        _log.LeaseLost(_queue.Queue, _queue, _runtime.Settings.Worker.Lease, _attempts.Count);
        _attempts.Yield();
    }

    // A queue that answers may be cut off together with this node, and its jobs be given to others soon.
    private void OnContact(bool isCutOff)
    {
        if (IsLeaving) return;
        if (isCutOff)
        {
            _link.LoseLease(Now);
            _attempts.Yield();
        }
        else
        {
            Register();
        }
    }

    private void SetLinkAlarm() => _linkAlarm.Set(_link.LookAt(_attempts.Any), Now);
}
