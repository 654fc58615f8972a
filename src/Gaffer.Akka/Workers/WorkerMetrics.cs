using System.Diagnostics.Metrics;

namespace Gaffer;

/// <summary>What the worker side counts for monitoring.</summary>
internal static class WorkerMetrics
{
    private static readonly Meter Meter = new("Gaffer");

    private static readonly UpDownCounter<int> Zombies = Meter.CreateUpDownCounter<int>(
        "gaffer.workers.zombies", "{attempt}", "Abandoned attempts whose code has not returned.");

    public static void ZombieAppeared(QueueName queue) => Zombies.Add(1, new KeyValuePair<string, object?>("queue", queue.Value));

    public static void ZombieReturned(QueueName queue) => Zombies.Add(-1, new KeyValuePair<string, object?>("queue", queue.Value));
}
