using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>Measures time, allocations and collections of this process from its making on.</summary>
internal sealed class CostMeter
{
    private readonly int _gen0;
    private readonly int _gen1;
    private readonly int _gen2;
    private readonly long _bytes;
    private readonly long _start;

    public CostMeter()
    {
        GC.Collect();
        (_gen0, _gen1, _gen2) = (GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2));
        _bytes = GC.GetTotalAllocatedBytes(precise: true);
        _start = Stopwatch.GetTimestamp();
    }

    public (TimeSpan Elapsed, Cost Cost) Read(int jobs)
    {
        var elapsed = Stopwatch.GetElapsedTime(_start);
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - _bytes;
        // Counts of younger generations include those of the older ones.
        var (gen0, gen1, gen2) = (GC.CollectionCount(0) - _gen0, GC.CollectionCount(1) - _gen1, GC.CollectionCount(2) - _gen2);
        return (elapsed, new Cost((double)bytes / Math.Max(jobs, 1), gen0 - gen1, gen1 - gen2, gen2));
    }
}
