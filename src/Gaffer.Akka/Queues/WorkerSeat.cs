using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>A node that works on a queue, as one actor of the queue knows it: what its supervisor said of it.</summary>
internal sealed class WorkerSeat(WorkerNode node, IActorRef supervisor)
{
    public WorkerNode Node => node;

    public IActorRef Supervisor => supervisor;

    /// <summary>The node's own limit; null: as the queue says.</summary>
    public WorkerLimit? Max { get; set; }

    public ImmutableArray<string> Kinds { get; set; } = [];

    public int Zombies { get; set; }

    public bool IsLeaving { get; set; }

    /// <summary>What the node has lent, if the queue has several partitions.</summary>
    public SeatSlots Slots { get; } = new();

    /// <summary>How many jobs may run there, when claims were last looked for.</summary>
    public int Limit { get; set; }

    /// <summary>How many more.</summary>
    public int Free { get; set; }
}
