using Akka.Actor;

namespace Gaffer;

/// <summary>Lends the slots of a node, as many as jobs of a queue may run there at once, to the partitions of the queue. Pure, but for the clock's time that it is given.</summary>
/// <remarks>
/// A slot is lent again only when its partition has given it back, which is durable with the partition then, or when the supervisor is gone that ran its jobs. That a partition orders again
/// what such a supervisor ran, having no slots for it, is why there is a <see cref="SlotGate"/> as well: it keeps the limit, and lending sees to it that no job is ordered in vain.
/// The ledger dies with the node's work on the queue, and all that it lent with it: partitions believe only the supervisor that is registered.
/// Another actor of a partition is told what is lent to it under a new version, so that no word of the one before counts.
/// </remarks>
internal sealed class NodeSlots(QueueName queue, WorkerNode node, SlotGate gate)
{
    private readonly PermitLedger _ledger = new();
    private readonly Dictionary<QueuePartition, IActorRef> _speakers = [];
    private readonly HashSet<QueuePartition> _unheard = [];
    private WorkerLimit? _ofQueue;
    private WorkerLimit? _own;
    private int _max;
    private int _partitions = 1;

    /// <summary>Whether partitions wait for slots that others hold: then these are to be asked again.</summary>
    public bool IsUnsettled => _ledger.IsUnsettled;

    /// <summary>The node has this limit of its own.</summary>
    public IEnumerable<SlotsGrant> Set(WorkerLimit? own, DateTimeOffset now)
    {
        _own = own;
        return SetMax(now);
    }

    /// <summary>The supervisor of a partition is registered with this actor of it.</summary>
    public IEnumerable<SlotsGrant> Meet(WorkersRegistered registered, IActorRef speaker, WorkerLimit? own, DateTimeOffset now)
    {
        var partition = registered.Partition;
        _own = own;
        if (partition.IsHead || _ofQueue is null) (_partitions, _ofQueue) = (registered.Partitions, registered.MaxWorkers);
        var isKnown = _speakers.TryGetValue(partition, out var known);
        if (!isKnown) _unheard.Add(partition);
        if (!speaker.Equals(known)) _ledger.Renew(queue.Value, partition);
        _speakers[partition] = speaker;
        return SetMax(now);
    }

    /// <summary>The word of a partition. What it says of the queue's limit counts if it is the first partition, which is the first to know, or if nothing better is known.</summary>
    public IEnumerable<SlotsGrant> Hear(SlotsHeld held, IActorRef speaker, DateTimeOffset now)
    {
        if (!_speakers.TryGetValue(held.Partition, out var known) || !known.Equals(speaker)) return [];
        if (held.Partition.IsHead || _ofQueue is null) _ofQueue = held.Max;
        var changed = SetMax(now);
        var wanted = held.Wanted;
        // A queue at rest has its slots spread, so that the first job of any partition starts at once.
        if (_unheard.Remove(held.Partition)) wanted = Math.Max(wanted, QueueOptions.ShareOf(_max, held.Partition.Index, _partitions));
        return changed.Concat(ToTell(_ledger.Hear(new PermitReport(held.Partition, new PermitsHeld(queue.Value, held.Count, held.Version), held.InUse, wanted), now)));
    }

    /// <summary>The supervisor of a partition has ended, or has lost the partition and runs nothing: others may have its slots, until it is registered again.</summary>
    public IEnumerable<SlotsGrant> Release(QueuePartition partition, DateTimeOffset now)
    {
        _speakers.Remove(partition);
        _unheard.Remove(partition);
        return ToTell(_ledger.Release(queue.Value, partition, now));
    }

    /// <summary>The queue has one partition, which counts for itself.</summary>
    public void Lift() => gate.Set(_max = int.MaxValue);

    /// <summary>Asks again for what others wait for.</summary>
    public IEnumerable<SlotsGrant> Remind(DateTimeOffset now) => ToTell(_ledger.Remind(now));

    private List<SlotsGrant> SetMax(DateTimeOffset now)
    {
        // Without a limit, as many as a registration can name, of each partition: so a limit that is set later knows what runs.
        if ((_own ?? _ofQueue) is not { } limit) return [];
        var max = limit.IsUnlimited ? _partitions * WorkerRoster.MostPerNode : limit.Value;
        if (max == _max) return [];
        gate.Set(_max = max);
        return ToTell(_ledger.Set(queue.Value, max, now));
    }

    private List<SlotsGrant> ToTell(PermitDecision decision) =>
    [
        .. decision.Grants.Where(g => _speakers.ContainsKey(g.Partition))
            .Select(g => new SlotsGrant(_speakers[g.Partition], new SlotsLent(g.Partition, node, g.Granted.Count, g.Granted.Version, g.Share))),
    ];
}

/// <summary>What a node is to tell an actor of a partition, in the name of its supervisor.</summary>
internal readonly record struct SlotsGrant(IActorRef To, SlotsLent Lent);
