namespace Gaffer;

/// <summary>Counts the jobs of a queue that run on a node, in all its partitions, and lets none start above the limit. The supervisors of the queue share it.</summary>
/// <remarks>
/// Partitions order no more than the node has lent them, so hardly anything is ever refused here: what a partition orders again that a crashed supervisor had run, or what it ordered before
/// a lower limit. What is refused is ordered again when the supervisor registers next. A queue of one partition counts for itself, and its gate is open.
/// </remarks>
internal sealed class SlotGate
{
    private const int Unset = 0;
    private int _max;
    private int _running;

    /// <summary>The limit, as long as no other was set: until then nothing may start.</summary>
    public void Open(int max) => Interlocked.CompareExchange(ref _max, max, Unset);

    /// <summary>Another limit.</summary>
    public void Set(int max) => Volatile.Write(ref _max, max);

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _running) <= Volatile.Read(ref _max)) return true;
        Interlocked.Decrement(ref _running);
        return false;
    }

    /// <summary>Jobs have ended, or are abandoned.</summary>
    public void Exit(int count = 1) => Interlocked.Add(ref _running, -count);
}
