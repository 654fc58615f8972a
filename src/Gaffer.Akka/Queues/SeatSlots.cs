namespace Gaffer;

/// <summary>The slots of one node that a partition of a queue holds: how many of its jobs may run there at once. The node lends them, see <see cref="NodeSlots"/>.</summary>
/// <remarks>Memory only: another actor of the partition, or another supervisor on the node, begins with none, and is told what is still lent.</remarks>
internal sealed class SeatSlots
{
    private int _count;
    private long _version;
    private int _share;
    private (int Count, long Version, bool IsWaiting, bool HasIdle, WorkerLimit Max)? _told;

    /// <summary>Slots in which jobs may run. What others wait for is not used again.</summary>
    public int Usable => Math.Min(_count, _share);

    /// <summary>Whether the node is to be told again if it does not answer: it has never answered, or jobs wait.</summary>
    public bool IsWaiting => _version == 0 || _told is null or { IsWaiting: true };

    /// <summary>The word of the node. At the same version only this side changes the count, so an old message takes nothing back that was given up.</summary>
    public void Handle(SlotsLent lent)
    {
        if (lent.Version < _version) return;
        if (lent.Version > _version) (_count, _version) = (lent.Count, lent.Version);
        _share = lent.Share;
        Repeat();
    }

    /// <summary>What was told may be lost.</summary>
    public void Repeat() => _told = null;

    /// <summary>The node has lent them to others.</summary>
    public void Forget() => (_count, _version, _share, _told) = (0, 0, 0, null);

    /// <summary>After the claims: gives up what is not in use and above its share. Answers whether that was anything.</summary>
    public bool GiveBack(int inUse)
    {
        var keep = Math.Min(_count, Math.Max(_share, inUse));
        var gives = keep < _count;
        _count = keep;
        return gives;
    }

    /// <summary>What the node is to hear, once what was done until now is durable; null: nothing that it has not heard.</summary>
    public SlotsHeld? Report(QueuePartition partition, int inUse, int wanted, WorkerLimit max)
    {
        var word = (_count, _version, wanted > 0, inUse < _count, max); // whether some are idle, as another partition may wait for just that
        if (word == _told) return null;
        _told = word;
        return new SlotsHeld(partition, _count, _version, inUse, wanted, max);
    }
}
