using Akka.Actor;
using Akka.Event;

namespace Gaffer;

/// <summary>How a queue works with the supervisors of its workers: registration, results, rescue.</summary>
internal sealed partial class QueueActor
{
    private void Handle(RegisterWorkers registration)
    {
        if (_state.Options is null)
        {
            if (!_partition.IsHead && _state.Stopping.Count == 0) Sender.Tell(new QueueRests(_partition)); // it will soon know its queue; one that gave it up lets code that still runs come to its end
            return;
        }

        var node = registration.Node;
        foreach (var earlier in _roster.EarlierLivesOf(node)) Rescue(earlier);
        if (_roster.SupervisorOf(node) is { } known && !known.Equals(Sender)) Rescue(node); // it ended, and its successor was faster than the word of that
        if (_roster.Register(registration, Sender))
        {
            Context.Watch(Sender);
            _log.QueueServed(_name, _partition, node, registration.Kinds);
        }

        Reconcile(registration);
        Sender.Tell(_slots.Registered(_incarnation), Self); // says that the queue is there, and nothing of its state: a slow write must cost no lease
    }

    // What the queue believes executing there and the node does not know was never delivered, or is on its way: a repetition is harmless. What the node executes and the queue does not believe no longer counts.
    private void Reconcile(RegisterWorkers registration)
    {
        var running = registration.Running.ToHashSet();
        foreach (var id in _state.ExecutingOn(registration.Node))
        {
            if (!_state.TryGet(id, out var job) || running.Contains(new ExecutionKey(id, job.Execution))) continue;
            if (_commit.Batch.Changes.Count == 0) _commit.Do(new QueueChange.Opened(Now, _runtime.Node)); // an order must rest on a write: one that the journal refuses an actor whose queue is elsewhere
            _commit.Batch.Execute(Sender, job);
        }

        foreach (var execution in running)
        {
            if (!_roster.IsExecuting(execution, registration.Node)) _commit.Batch.Stop(Sender, execution);
        }

        foreach (var execution in _roster.ToStopOn(registration.Node))
        {
            if (!running.Contains(execution)) _commit.Batch.Stop(Sender, execution); // answered with its end
        }
    }

    private void Handle(WorkFinished finished)
    {
        var now = Now;
        _roster.Count(finished.Node, finished.Zombies);
        foreach (var end in finished.Finished)
        {
            _commit.CloseIfFull();
            if (_state.Options is not null && _roster.IsExecuting(end.Key, finished.Node) && _state.TryGet(end.Key.Job, out var job))
            {
                _commit.Do(JobMachine.Conclude(job, end.Result, now, _state.Options.MaxSnoozes));
                _mayClaim |= _state.Options.PollInterval == Timeout.InfiniteTimeSpan;
            }
            else
            {
                _roster.Ended(end.Key, finished.Node, now, _commit);
            }

            _commit.Batch.Acknowledge(Sender, end.Key);
        }
    }

    private void Handle(WorkersLeaving leaving)
    {
        if (_roster.Leave(leaving.Node, Sender)) Context.Watch(Sender);
        var supervisor = Sender;
        _commit.Batch.WhenDurable += () => supervisor.Tell(new WorkersGone(_partition), Self);
    }

    private void Handle(Terminated terminated)
    {
        if (_roster.Remove(terminated.ActorRef) is { } node) Rescue(node);
    }

    private void StopExecution(Job job)
    {
        if (_roster.SupervisorOf(job.Node) is { } supervisor) _commit.Batch.Stop(supervisor, new ExecutionKey(job.Id, job.Execution));
    }

    private void Rescue(WorkerNode node)
    {
        var now = Now;
        if (_state.Stopping.CountOn(node) > 0) _commit.Do(new QueueChange.NodeGone(now, node));
        _roster.Remove(node);
        var jobs = _state.ExecutingOn(node).ToList();
        if (jobs.Count == 0) return;
        foreach (var id in jobs)
        {
            if (_state.TryGet(id, out var job)) _commit.Do(JobMachine.Rescue(job, now));
        }

        _log.JobsRescued(_name, _partition, jobs.Count, node);
    }

    // After a restart: whoever executed a job and is not back is not coming back. That is known at once of a node that is no member of the cluster, and where no other process can have the storage open:
    // then the others have no queues, though as members they may perform jobs.
    private void ExpectNodes()
    {
        if (!_state.BusyNodes.Any()) return;
        Context.System.EventStream.Subscribe(Self, typeof(NodeRemoved));
        foreach (var node in _state.BusyNodes.Where(IsAbandoned).ToList()) Rescue(node);

        _runtime.Clock.TellAfter(_runtime.Settings.Queue.RescueGrace, Self, RescueMissing.Instance);
    }

    private bool IsAbandoned(WorkerNode node)
    {
        var (own, contact) = (_runtime.Node, _runtime.Contact);
        return contact.IsGone(node) || (_storage.IsExclusive && node.Incarnation != own.Incarnation && (node.Address == own.Address || !contact.IsMember(node)));
    }

    // A node was removed from the cluster. Of one that had registered, the end of its supervisor says the same; of one that had not, since the queue started, nobody else does.
    private void RescueRemovedNodes()
    {
        foreach (var node in _state.BusyNodes.Where(_runtime.Contact.IsGone).ToList()) Rescue(node);
    }

    private void RescueMissingNodes()
    {
        foreach (var node in _state.BusyNodes.Except(_roster.Nodes).ToList()) Rescue(node);
    }
}
