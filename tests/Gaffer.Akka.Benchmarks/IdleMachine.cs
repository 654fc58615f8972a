using System.Globalization;

namespace Gaffer.Benchmarks;

/// <summary>Waits until nothing else wants the processors: what runs beside a benchmark is in its numbers.</summary>
internal static class IdleMachine
{
    private const double MostBusy = 0.1;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    /// <summary>Returns when the processors were idle for a moment, or after <paramref name="longest"/>.</summary>
    /// <returns>The part of the processors that was busy at the last look, 0 to 1.</returns>
    public static async Task<double> WaitAsync(TimeSpan longest)
    {
        var end = TimeProvider.System.GetUtcNow() + longest;
        while (true)
        {
            var before = Times();
            await Task.Delay(Look);
            var after = Times();
            var busy = after.All == before.All ? 0 : 1 - ((double)(after.Idle - before.Idle) / (after.All - before.All));
            if (busy < MostBusy || TimeProvider.System.GetUtcNow() >= end) return busy;
        }
    }

    // The first line of /proc/stat: "cpu", then user, nice, system, idle, iowait, ... in ticks of all processors. Waiting for a disk is not idle.
    private static (long Idle, long All) Times()
    {
        if (!File.Exists("/proc/stat")) return (0, 0);
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(t => long.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        return (ticks[3], ticks.Sum());
    }
}
