using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>The file system alone: 8 kB written into a file that has its size already, and flushed to the disk, one after the other. It is what the log of a database does for a commit.</summary>
internal sealed record DiskFlush(double PerSecond, double P50Milliseconds, double P99Milliseconds)
{
    private const int Block = 8 * 1024;
    private const int Blocks = 2_048; // 16 MB, as large as a file of PostgreSQL's log

    /// <summary>Measures in the folder of temporary files, where the databases are, for so long.</summary>
    public static DiskFlush Measure(TimeSpan time)
    {
        var path = Path.Combine(Path.GetTempPath(), $"gaffer-flush-{Guid.NewGuid():N}");
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        var block = new byte[Block];
        Random.Shared.NextBytes(block);
        for (var n = 0; n < Blocks; n++) RandomAccess.Write(file, block, (long)n * Block);
        RandomAccess.FlushToDisk(file);
        var times = new List<long>();
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < time)
        {
            var start = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, block, (long)(times.Count % Blocks) * Block);
            RandomAccess.FlushToDisk(file);
            times.Add(Stopwatch.GetTimestamp() - start);
        }

        var perSecond = times.Count / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        times.Sort();
        return new DiskFlush(perSecond, LoadDriver.Quantile(times, 0.5), LoadDriver.Quantile(times, 0.99));
    }
}

/// <summary>One flush beside the time from an insert to the start of its job: no commit takes less.</summary>
internal sealed class DiskFlushLimit : IBenchmark
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public string Name => "latency";

    public Subject Subject => Subject.Physical;

    public bool Rehearses => false;

    public bool Supports(StorageKind storage) => storage != StorageKind.Memory;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        var flush = await Task.Run(() => DiskFlush.Measure(Time));
        yield return new Measurement(Name, LatencyBenchmark.Case, Subject, "8 kB flushed to the disk", context.Storage, flush.P50Milliseconds, Measurement.Milliseconds)
        {
            P50Milliseconds = flush.P50Milliseconds, P99Milliseconds = flush.P99Milliseconds,
        };
    }
}
