using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Who holds how many permits of each limit. Pure: decides, and changes only by <see cref="Apply"/>, live and in recovery.</summary>
/// <remarks>
/// What is lent to a queue is written here before the queue may use it, and what a queue gives back is written there before it is lent again. So at every instant
/// the permits lent are at least those held, and their sum is at most the maximum: whoever dies, and whatever message is lost, late or repeated.
/// What queues use and want is hearsay: it decides where permits go, never how many there are.
/// </remarks>
internal sealed class PermitLedger
{
    /// <summary>Where there are fewer permits than queues that want one, a queue keeps its permit so long before it is another's turn.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>Before the name of a queue: its own limit, see <see cref="QueueOptions.OwnLimit"/>.</summary>
    public const char Implicit = '~';

    private readonly SortedDictionary<string, Limit> _limits = new(StringComparer.Ordinal);

    /// <summary>Whether queues wait for permits that others still hold: then these are to be asked again.</summary>
    public bool IsUnsettled => _limits.Values.Any(l => l.IsUnsettled);

    /// <summary>The newest revision of its maximum; 0 for one that has none.</summary>
    public long RevisionOf(string limit) => _limits.TryGetValue(limit, out var known) ? known.Revision : 0;

    public bool Knows(string limit) => _limits.TryGetValue(limit, out var known) && known.IsSet;

    public static bool IsImplicit(string limit) => limit.StartsWith(Implicit);

    /// <summary>The limits that somebody made, and the queues that hold permits of them.</summary>
    public ImmutableArray<LimitSummary> Summaries() =>
        [.. _limits.Where(l => l.Value.IsSet && !IsImplicit(l.Key)).Select(l => new LimitSummary(l.Key, l.Value.Max, [.. l.Value.Holders.Where(h => h.Value.Count > 0).GroupBy(h => h.Key.Queue).Select(q => new LimitShare(q.Key, q.Sum(h => h.Value.Count)))]))];

    /// <summary>How many permits each limit has.</summary>
    public IReadOnlyList<(string Limit, int Max)> Maxima() => [.. _limits.Where(l => l.Value.IsSet).Select(l => (l.Key, l.Value.Max))];

    /// <summary>All that is durable, as the changes that lead to it.</summary>
    public IReadOnlyList<LimitChange> ToChanges() =>
        [.. _limits.SelectMany(l => (IEnumerable<LimitChange>)[
            .. l.Value.IsSet ? [new LimitChange.Set(l.Key, l.Value.Max, l.Value.Revision)] : (LimitChange[])[],
            .. l.Value.Holders.Select(h => new LimitChange.Granted(h.Key, new PermitsHeld(l.Key, h.Value.Count, h.Value.Version)))])];

    public void Apply(LimitChange change)
    {
        switch (change)
        {
            case LimitChange.Set set:
                var limit = Of(set.Name);
                (limit.Max, limit.IsSet, limit.Revision) = (set.Max, true, set.Revision);
                break;
            case LimitChange.Granted granted:
                var holder = Of(granted.Permits.Limit).Of(granted.Partition);
                (holder.Count, holder.Version) = (granted.Permits.Count, granted.Permits.Version);
                break;
        }
    }

    /// <summary>What follows from a new maximum; nothing, if a newer revision of it is known.</summary>
    public PermitDecision Set(string name, int max, DateTimeOffset now, long revision = 0)
    {
        var decision = new PermitDecision();
        var limit = Of(name);
        if (revision < limit.Revision) return decision;
        if (!limit.IsSet || limit.Max != max || limit.Revision != revision) Do(new LimitChange.Set(name, max, revision), decision);
        Distribute(name, now, decision);
        return decision;
    }

    /// <summary>What follows from the word of a queue.</summary>
    public PermitDecision Hear(PermitReport report, DateTimeOffset now)
    {
        var decision = new PermitDecision();
        var name = report.Held.Limit;
        var holder = Of(name).Of(report.Partition);
        if (report.Wanted > 0 && holder.Wanted == 0) AskAnew(Of(name)); // what the others said that they use may be long ago
        (holder.InUse, holder.Wanted, holder.IsHeard) = (report.InUse, report.Wanted, true);
        var gaveBack = report.Held.Version == holder.Version && report.Held.Count < holder.Count; // more than that, at the same version, is an old message
        var isAhead = report.Held.Version > holder.Version; // this ledger was lost, or put back to an earlier day: what queues hold they hold
        if (gaveBack || isAhead)
        {
            Do(new LimitChange.Granted(report.Partition, report.Held), decision);
        }
        else if (report.Held.Version < holder.Version)
        {
            decision.Tell(report.Partition, name, holder, holder.Count, isAwaited: true); // it has not heard of the last change
        }

        Distribute(name, now, decision);
        return decision;
    }

    /// <summary>Another actor speaks for a partition, which keeps what it was lent: no word of the one before counts any more. For a ledger that is not written.</summary>
    public void Renew(string name, QueuePartition partition) => Of(name).Of(partition).Version++;

    /// <summary>A partition can no longer use what it was lent. For a ledger that is not written.</summary>
    public PermitDecision Release(string name, QueuePartition partition, DateTimeOffset now)
    {
        var decision = new PermitDecision();
        var holder = Of(name).Of(partition);
        (holder.Count, holder.InUse, holder.Wanted) = (0, 0, 0);
        holder.Version++;
        Distribute(name, now, decision);
        return decision;
    }

    /// <summary>Asks again for what others wait for.</summary>
    public PermitDecision Remind(DateTimeOffset now)
    {
        var decision = new PermitDecision();
        foreach (var (name, limit) in _limits.Where(l => l.Value.IsUnsettled))
        {
            AskAnew(limit);
            Distribute(name, now, decision);
        }

        return decision;
    }

    private void Distribute(string name, DateTimeOffset now, PermitDecision decision)
    {
        var limit = Of(name);
        if (!limit.IsSet) return;
        var holders = InOrder(limit, now);
        var shares = FairShares.Divide(limit.Max, [.. holders.Select(h => h.Value.Wants(limit.Max))]);
        var free = limit.Max - limit.Holders.Values.Sum(h => h.Count);
        var hasMore = new bool[holders.Count];
        for (var i = 0; i < holders.Count; i++)
        {
            var (partition, holder) = holders[i];
            var more = Math.Min(shares[i] - holder.Count, free);
            if (more <= 0) continue;
            free -= more;
            holder.ServedAt = now;
            Do(new LimitChange.Granted(partition, new PermitsHeld(name, holder.Count + more, holder.Version + 1)), decision);
            hasMore[i] = true;
        }

        var wasSettled = !limit.IsUnsettled;
        limit.IsUnsettled = free < 0 || holders.Any(h => h.Value.Count < h.Value.Wants(limit.Max));
        if (wasSettled && limit.IsUnsettled) AskAnew(limit); // what they were told while nobody waited does not say that somebody does
        for (var i = 0; i < holders.Count; i++)
        {
            var (partition, holder) = holders[i];
            if (hasMore[i] || (limit.IsUnsettled && holder.Count > 0 && holder.ToldShare != shares[i])) decision.Tell(partition, name, holder, shares[i], limit.IsUnsettled);
        }
    }

    // Remainders stay where they are, for quiet. Where there are not enough for all, who was served longest ago comes first, after those whose turn is not over.
    private static List<KeyValuePair<QueuePartition, Holder>> InOrder(Limit limit, DateTimeOffset now) =>
        FairShares.AreTurnsNeeded(limit.Max, limit.Holders.Values.Select(h => h.Wants(limit.Max)))
            ? [.. limit.Holders.OrderBy(h => h.Value.Count == 0 || now - h.Value.ServedAt >= Turn || now < h.Value.ServedAt).ThenBy(h => h.Value.ServedAt)]
            : [.. limit.Holders.OrderByDescending(h => h.Value.Count)];

    private static void AskAnew(Limit limit)
    {
        foreach (var holder in limit.Holders.Values) holder.ToldShare = null;
    }

    private void Do(LimitChange change, PermitDecision decision)
    {
        Apply(change);
        decision.Changes.Add(change);
    }

    private Limit Of(string name) => _limits.TryGetValue(name, out var limit) ? limit : _limits[name] = new Limit();

    private sealed class Limit
    {
        public int Max { get; set; }

        /// <summary>Of its maximum.</summary>
        public long Revision { get; set; }

        /// <summary>Whether it was ever given a maximum; queues may speak of it before.</summary>
        public bool IsSet { get; set; }

        public bool IsUnsettled { get; set; }

        public SortedDictionary<QueuePartition, Holder> Holders { get; } = [];

        public Holder Of(QueuePartition partition) => Holders.TryGetValue(partition, out var holder) ? holder : Holders[partition] = new Holder();
    }

    /// <summary>A partition of a queue, as far as one limit knows it.</summary>
    internal sealed class Holder
    {
        public int Count { get; set; }

        public long Version { get; set; }

        public int InUse { get; set; }

        public int Wanted { get; set; }

        /// <summary>Whether it said what it uses since this limiter started. Until then it is taken to use all that it holds.</summary>
        public bool IsHeard { get; set; }

        public DateTimeOffset ServedAt { get; set; }

        /// <summary>The share that it was last told. To tell it the same again at each of its answers would go on for ever.</summary>
        public int? ToldShare { get; set; }

        public int Wants(int max) => Math.Min(max, IsHeard ? InUse + Wanted : Count);
    }
}

/// <summary>What the limiter is to write, and what it is to tell when that is durable.</summary>
internal sealed class PermitDecision
{
    private readonly Dictionary<(QueuePartition, string), PermitGrant> _grants = [];

    public List<LimitChange> Changes { get; } = [];

    public IReadOnlyCollection<PermitGrant> Grants => _grants.Values;

    public void Tell(QueuePartition partition, string limit, PermitLedger.Holder holder, int share, bool isAwaited)
    {
        holder.ToldShare = share;
        _grants[(partition, limit)] = new PermitGrant(partition, new PermitsHeld(limit, holder.Count, holder.Version), share, isAwaited);
    }
}
