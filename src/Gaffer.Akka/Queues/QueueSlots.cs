using Akka.Actor;

namespace Gaffer;

/// <summary>A partition's side of the slots that nodes lend to the partitions of a queue. A queue of one partition needs none: it knows all that runs.</summary>
/// <remarks>
/// What is given back rests on a write, as an order does: an actor whose queue is elsewhere already, and which does not know what was claimed there, can give back nothing.
/// So whatever is durable, a node has lent at least the slots that are in use. What a partition wants is hearsay. It does not look at permits: who has slots gets permits, and not
/// the other way round, and slots that wait for permits count as used; or two partitions could exchange them for ever.
/// </remarks>
internal sealed class QueueSlots(QueuePartition partition, QueueState state, CommitBatchWriter commit, WorkerRoster roster, GafferRuntime runtime, IActorRef self)
{
    private bool _tickIsSet;

    /// <summary>Whether jobs wait that a node could do, had it lent more.</summary>
    public bool AreMissing => IsDivided && !state.Rests && roster.Seats.Any(s => roster.MissingOn(s) > 0);

    private bool IsDivided => state.Options is { Partitions: > 1 };

    /// <summary>The answer to a registration.</summary>
    public WorkersRegistered Registered(Guid incarnation) =>
        IsDivided ? new WorkersRegistered(partition, incarnation, state.Options!.Partitions, state.Options.MaxWorkers) : new WorkersRegistered(partition, incarnation);

    /// <summary>The word of a node, which counts if it comes from the supervisor that is registered.</summary>
    public void Handle(SlotsLent lent, IActorRef supervisor)
    {
        if (roster.SeatOf(lent.Node) is { } seat && seat.Supervisor.Equals(supervisor)) seat.Slots.Handle(lent);
    }

    /// <summary>The word of the partition, or that of a node, may be lost: it is told again.</summary>
    public void Repeat()
    {
        _tickIsSet = false;
        foreach (var seat in roster.Seats)
        {
            if (seat.Slots.IsWaiting) seat.Slots.Repeat();
        }
    }

    /// <summary>After the claims: gives back what others wait for and is not in use, and tells the nodes what has changed.</summary>
    public void Settle(bool mayClaim, DateTimeOffset now)
    {
        if (!IsDivided) return;
        foreach (var seat in roster.Seats)
        {
            var inUse = roster.InUseOn(seat.Node);
            if (seat.Slots.GiveBack(inUse) && commit.Batch.Changes.Count == 0) commit.Do(new QueueChange.Opened(now, runtime.Node));
            var (awaited, missing) = mayClaim && !state.Rests ? (roster.AwaitedOn(seat), roster.MissingOn(seat)) : (0, 0);
            var report = seat.Slots.Report(partition, inUse + awaited, missing, state.Options!.MaxWorkers);
            if (seat.Slots.IsWaiting) SetTick();
            if (report is null) continue;
            var supervisor = seat.Supervisor;
            commit.Batch.WhenDurable += () => supervisor.Tell(report, self);
        }
    }

    private void SetTick()
    {
        if (_tickIsSet) return;
        _tickIsSet = true;
        runtime.Clock.TellAfter(runtime.Settings.Worker.RetryInterval, self, Tick.Instance);
    }

    /// <summary>Time to ask again.</summary>
    public sealed class Tick
    {
        public static Tick Instance { get; } = new();
    }
}
