namespace Gaffer.Dashboard;

/// <summary>What happened in a queue, in numbers that can be added.</summary>
internal readonly record struct Tally(double Seconds, long Inserted, long Started, long Completed, long Failed, long Retried, TimeSpan WaitTime, TimeSpan RunTime)
{
    /// <summary>What happened between two readings. A queue that moved counts from 0 again: then nothing is known of the span.</summary>
    public static Tally Between(QueueInfo before, QueueInfo after)
    {
        var (b, a) = (before.Totals, after.Totals);
        var moved = a.Since != b.Since || a.Inserted < b.Inserted || a.Started < b.Started || a.Completed < b.Completed;
        var seconds = Math.Max(0, (after.AsOf - before.AsOf).TotalSeconds);
        return moved
            ? default(Tally) with { Seconds = seconds }
            : new(seconds, a.Inserted - b.Inserted, a.Started - b.Started, a.Completed - b.Completed, a.Failed - b.Failed, a.Retried - b.Retried, a.WaitTime - b.WaitTime, a.RunTime - b.RunTime);
    }

    /// <summary>Two spans of one queue, one after the other.</summary>
    public Tally Then(Tally next) => Beside(next) with { Seconds = Seconds + next.Seconds };

    /// <summary>The same span of two queues.</summary>
    public Tally Beside(Tally other) => new(
        Math.Max(Seconds, other.Seconds), Inserted + other.Inserted, Started + other.Started, Completed + other.Completed, Failed + other.Failed, Retried + other.Retried,
        WaitTime + other.WaitTime, RunTime + other.RunTime);

    /// <summary>Per second; null when no time has passed.</summary>
    public RatesView? Rates()
    {
        if (Seconds <= 0) return null;
        var ended = Completed + Failed + Retried;
        return new(
            Math.Round(Seconds, 1), PerSecond(Inserted), PerSecond(Started), PerSecond(Completed), PerSecond(Failed), PerSecond(Retried),
            Started > 0 ? Mean(WaitTime, Started) : null, ended > 0 ? Mean(RunTime, ended) : null);
    }

    private double PerSecond(long count) => Math.Round(count / Seconds, 2);

    private static double Mean(TimeSpan sum, long count) => Math.Max(0, Math.Round(sum.TotalMilliseconds / count, 2));
}
