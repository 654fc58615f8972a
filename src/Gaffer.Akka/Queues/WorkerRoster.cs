using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>The nodes that work on a queue, and which of them gets the next job. Memory only: they tell again who they are.</summary>
internal sealed class WorkerRoster(QueueState state, ClusterContact contact, int mostPerNode = WorkerRoster.MostPerNode)
{
    /// <summary>The most jobs of a queue that run on one node at once, whatever its limit. Also a registration that lists them all must fit into a message.</summary>
    public const int MostPerNode = 100_000;

    private readonly Dictionary<WorkerNode, WorkerSeat> _seats = [];
    private readonly List<Job> _withheld = [];
    private readonly StoppingExecutions _strays = new(); // what a node runs although the queue never heard of it, or gave it up

    public bool IsEmpty => _seats.Count == 0;

    public IEnumerable<WorkerNode> Nodes => _seats.Keys;

    public IEnumerable<WorkerSeat> Seats => _seats.Values;

    /// <summary>Jobs that run, those included that no longer count but have not ended.</summary>
    public int InUse => state.CountOf(JobState.Executing) + state.Stopping.Count + _strays.Count;

    /// <summary>Jobs that could run at once, as far as the nodes and the queue's own limit go.</summary>
    public long Slots
    {
        get
        {
            var slots = 0L;
            foreach (var seat in _seats.Values)
            {
                if (!seat.IsLeaving && state.Options is not null) slots += Math.Min(LimitOf(seat).Value, mostPerNode);
            }

            return state.Options is { } options ? Math.Min(slots, options.GlobalMaxWorkers.Value) : 0;
        }
    }

    /// <summary>Further jobs that could start now, as far as the nodes and the queue's own limit go.</summary>
    public int Startable => state.Options is { } options && !state.Rests
        ? (int)Math.Min((long)options.GlobalMaxWorkers.Value - InUse, ForFreeSeats())
        : 0;

    /// <summary>A node works on the queue, or says again that it does. Answers whether it, or its actor, is new.</summary>
    public bool Register(RegisterWorkers registration, IActorRef supervisor)
    {
        var isNew = !_seats.TryGetValue(registration.Node, out var seat) || !seat.Supervisor.Equals(supervisor);
        if (isNew) _seats[registration.Node] = seat = new WorkerSeat(registration.Node, supervisor);
        seat!.Max = registration.Max;
        seat.Kinds = registration.Kinds;
        seat.Zombies = registration.Zombies;
        if (registration.IsAnew) seat.Slots.Forget();
        // None is taken away: each stop is answered with an end, and the registration may have been sent before the order to execute had arrived.
        foreach (var execution in registration.Running)
        {
            if (IsExecuting(execution, registration.Node) || state.Stopping.Contains(execution, registration.Node)) continue;
            _strays.Add(new StoppingExecution(execution, registration.Node, state.TryGet(execution.Job, out var job) ? job.Chain : null));
        }

        OfferWithheld();
        return isNew;
    }

    /// <summary>What a node runs although it does not count: told to stop at each of its registrations, until it says that it ended.</summary>
    public IEnumerable<ExecutionKey> ToStopOn(WorkerNode node) => state.Stopping.On(node).Concat(_strays.On(node));

    /// <summary>Whether a job is in this execution, on this node, as far as the queue is concerned.</summary>
    public bool IsExecuting(ExecutionKey execution, WorkerNode node) =>
        state.TryGet(execution.Job, out var job) && job.State == JobState.Executing && job.Execution == execution.Execution && job.Node == node;

    /// <summary>The code of an execution that no longer counted has ended, or was abandoned.</summary>
    public void Ended(ExecutionKey execution, WorkerNode node, DateTimeOffset now, CommitBatchWriter commit)
    {
        var wasStray = _strays.Remove(execution, node);
        var wasStopping = state.Stopping.Contains(execution, node);
        if (wasStopping) commit.Do(new QueueChange.Stopped(now, execution, node));
        if (wasStray || wasStopping) OfferWithheld();
    }

    public WorkerSeat? SeatOf(WorkerNode? node) => node is not null ? _seats.GetValueOrDefault(node) : null;

    public IActorRef? SupervisorOf(WorkerNode? node) => SeatOf(node)?.Supervisor;

    /// <summary>Jobs that run on a node, those included that no longer count but have not ended.</summary>
    public int InUseOn(WorkerNode node) => state.ExecutingOn(node).Count + state.Stopping.CountOn(node) + _strays.CountOn(node);

    /// <summary>Further jobs that would start on a node, had it lent all of its slots to this partition.</summary>
    public int MissingOn(WorkerSeat seat)
    {
        if (seat.IsLeaving || contact.IsSilent(seat.Node)) return 0;
        var (most, inUse, ready) = (MostOn(seat), InUseOn(seat.Node), seat.Kinds.Sum(kind => (long)state.Ready.CountOf(kind)));
        return (int)Math.Max(Math.Min(ready, most - inUse) - FreeSlotsOn(seat), 0);
    }

    /// <summary>Slots on a node in which no job runs, though jobs are ready for them: they wait for a permit, say.</summary>
    public int AwaitedOn(WorkerSeat seat) =>
        seat.IsLeaving || contact.IsSilent(seat.Node) ? 0 : (int)Math.Min(seat.Kinds.Sum(kind => (long)state.Ready.CountOf(kind)), FreeSlotsOn(seat));

    private int FreeSlotsOn(WorkerSeat seat) => Math.Max(Math.Min(MostOn(seat), seat.Slots.Usable) - InUseOn(seat.Node), 0);

    /// <summary>The other lives of a process at the same address: they are over.</summary>
    public IEnumerable<WorkerNode> EarlierLivesOf(WorkerNode node) =>
        _seats.Keys.Concat(state.BusyNodes).Where(n => n.Address == node.Address && n.Incarnation != node.Incarnation).Distinct().ToList();

    /// <summary>A node takes no more jobs. One that is not known, because the queue has just moved, is known from now on: what it executes is not lost yet. Answers whether it is new.</summary>
    public bool Leave(WorkerNode node, IActorRef supervisor)
    {
        var isNew = !_seats.TryGetValue(node, out var seat);
        if (isNew) _seats[node] = seat = new WorkerSeat(node, supervisor);
        seat!.IsLeaving = true;
        return isNew;
    }

    public void Count(WorkerNode node, int zombies)
    {
        if (_seats.TryGetValue(node, out var seat)) seat.Zombies = zombies;
    }

    /// <summary>A supervisor ended. Answers its node, unless another supervisor has taken its place.</summary>
    public WorkerNode? Remove(IActorRef supervisor)
    {
        foreach (var seat in _seats.Values)
        {
            if (!seat.Supervisor.Equals(supervisor)) continue;
            Remove(seat.Node);
            return seat.Node;
        }

        return null;
    }

    public void Remove(WorkerNode node)
    {
        _strays.RemoveAllOn(node);
        _seats.Remove(node);
        OfferWithheld();
    }

    public ImmutableArray<NodeWorkers> Info() =>
        [.. _seats.Values.OrderBy(s => s.Node.Address, StringComparer.Ordinal).Select(s => new NodeWorkers(s.Node, state.ExecutingOn(s.Node).Count, LimitOf(s), s.Zombies, s.Kinds))];

    /// <summary>Claims up to <paramref name="most"/> jobs: the first in turn of those that somebody free can do, each for the least loaded node that can.</summary>
    public List<Job> Claim(int most, DateTimeOffset now, CommitBatchWriter commit)
    {
        List<Job> claimed = [];
        if (state.Ready.Count == 0) return claimed;
        var budget = Math.Min(most, state.Options!.GlobalMaxWorkers.Value - InUse);
        var free = FreeSeats();
        var isStopping = state.Stopping.Count + _strays.Count > 0;
        while (claimed.Count < budget && free.Count > 0 && FirstInTurn(free) is { } job)
        {
            if (isStopping && (state.Stopping.Holds(job) || _strays.Holds(job)))
            {
                state.Ready.Withhold(job);
                _withheld.Add(job);
                continue;
            }

            var seat = LeastLoaded(free, job.Kind);
            var executing = commit.Do(new QueueChange.Claimed(now, job.Id, seat.Node))!;
            commit.Batch.Execute(seat.Supervisor, executing);
            claimed.Add(executing);
            if (--seat.Free == 0) free.Remove(seat);
        }

        return claimed;
    }

    private void OfferWithheld()
    {
        foreach (var job in _withheld)
        {
            if (state.TryGet(job.Id, out var now) && ReferenceEquals(now, job)) state.Ready.OfferAgain(job);
        }

        _withheld.Clear();
    }

    // Jobs of kinds that nobody free can do start nowhere.
    private long ForFreeSeats()
    {
        var free = FreeSeats();
        return Math.Min(free.Sum(s => (long)s.Free), free.SelectMany(s => s.Kinds).Distinct().Sum(kind => (long)state.Ready.CountOf(kind)));
    }

    private List<WorkerSeat> FreeSeats()
    {
        List<WorkerSeat> free = [];
        foreach (var seat in _seats.Values)
        {
            if (seat.IsLeaving || contact.IsSilent(seat.Node)) continue;
            seat.Limit = state.Options!.Partitions == 1 ? MostOn(seat) : Math.Min(MostOn(seat), seat.Slots.Usable);
            seat.Free = seat.Limit - InUseOn(seat.Node);
            if (seat.Free > 0) free.Add(seat);
        }

        return free;
    }

    private Job? FirstInTurn(List<WorkerSeat> free)
    {
        Job? first = null;
        foreach (var seat in free)
        {
            foreach (var kind in seat.Kinds)
            {
                if (state.Ready.TryPeek(kind, out var job) && (first is null || ByTurn.Compare(job, first) < 0)) first = job;
            }
        }

        return first;
    }

    private static WorkerSeat LeastLoaded(List<WorkerSeat> free, string kind)
    {
        WorkerSeat? least = null;
        foreach (var seat in free)
        {
            if ((least is null || seat.Limit - seat.Free < least.Limit - least.Free) && seat.Kinds.Contains(kind)) least = seat;
        }

        return least!;
    }

    private int MostOn(WorkerSeat seat) => Math.Min(LimitOf(seat).Value, mostPerNode);

    private WorkerLimit LimitOf(WorkerSeat seat) => seat.Max ?? state.Options!.MaxWorkers;
}
