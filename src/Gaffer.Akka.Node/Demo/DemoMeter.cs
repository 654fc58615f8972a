namespace Gaffer.Node;

/// <summary>What this process has done so far: what earlier starts did is in the queue, but not in the throughput.</summary>
internal sealed class DemoMeter(TimeProvider time)
{
    private long _files;
    private long _bytes;
    private long _first;
    private long _last;

    public long Files => Interlocked.Read(ref _files);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Since the first file was begun.</summary>
    public TimeSpan Elapsed => Since(time.GetTimestamp());

    /// <summary>From the begin of the first file to the end of the last.</summary>
    public TimeSpan Busy => Since(Interlocked.Read(ref _last));

    public void Started() => Interlocked.CompareExchange(ref _first, time.GetTimestamp(), 0);

    public void Read(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Finished()
    {
        Interlocked.Increment(ref _files);
        Interlocked.Exchange(ref _last, time.GetTimestamp());
    }

    /// <summary>So much in a time, a second; 0 before there is any time.</summary>
    public static double PerSecond(long amount, TimeSpan elapsed) => elapsed > TimeSpan.Zero ? amount / elapsed.TotalSeconds : 0;

    private TimeSpan Since(long timestamp) =>
        Interlocked.Read(ref _first) is var first and not 0 && timestamp > first ? time.GetElapsedTime(first, timestamp) : TimeSpan.Zero;
}
