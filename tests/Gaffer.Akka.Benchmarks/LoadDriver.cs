using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>What a load run measured.</summary>
internal sealed record LoadResult(int Calls, TimeSpan Elapsed, Cost Cost, double P50Milliseconds, double P99Milliseconds)
{
    public Measurement ToMeasurement(string benchmark, string name, Subject subject, string variant, StorageKind storage, int jobsPerCall = 1) =>
        new(benchmark, name, subject, variant, storage, (double)Calls * jobsPerCall / Elapsed.TotalSeconds, Measurement.PerSecond)
        {
            P50Milliseconds = P50Milliseconds, P99Milliseconds = P99Milliseconds, Cost = Cost with { BytesPerJob = Cost.BytesPerJob / jobsPerCall },
        };
}

/// <summary>Callers that each make one call after the other, all at the same time: a closed loop.</summary>
internal static class LoadDriver
{
    /// <summary>Makes <paramref name="calls"/> calls from <paramref name="callers"/> callers.</summary>
    /// <param name="callers">How many wait for an answer at once.</param>
    /// <param name="calls">Calls in all.</param>
    /// <param name="call">A call, given its caller and its number.</param>
    /// <param name="limit">No call begins later than this; none: all are made.</param>
    /// <param name="blocking">Whether a call keeps its thread, so that each caller needs one of its own.</param>
    public static async Task<LoadResult> RunAsync(int callers, int calls, Func<int, int, Task> call, TimeSpan? limit = null, bool blocking = false)
    {
        var times = new long[calls];
        var next = -1;
        var kind = blocking ? TaskCreationOptions.LongRunning : TaskCreationOptions.None;
        var begin = Stopwatch.GetTimestamp();
        var meter = new CostMeter();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Factory.StartNew(() => CallAsync(caller), CancellationToken.None, kind, TaskScheduler.Default).Unwrap()));
        var made = Math.Min(next + 1, calls);
        var (elapsed, cost) = meter.Read(made);
        times = times[..made];
        Array.Sort(times);
        return new LoadResult(made, elapsed, cost, Quantile(times, 0.5), Quantile(times, 0.99));

        async Task CallAsync(int caller)
        {
            while ((limit is not { } most || Stopwatch.GetElapsedTime(begin) < most) && Interlocked.Increment(ref next) is var number && number < calls)
            {
                var start = Stopwatch.GetTimestamp();
                await call(caller, number);
                times[number] = Stopwatch.GetTimestamp() - start;
            }
        }
    }

    /// <summary>The time in milliseconds that the given part of sorted stopwatch ticks does not exceed.</summary>
    public static double Quantile(IReadOnlyList<long> sorted, double part) =>
        sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Count) - 1, 0, sorted.Count - 1)] * 1000.0 / Stopwatch.Frequency;
}
