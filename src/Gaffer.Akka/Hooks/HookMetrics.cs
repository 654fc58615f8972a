using System.Diagnostics.Metrics;

namespace Gaffer;

/// <summary>What is measured of hooks, for whoever listens to the meter <c>Gaffer</c>.</summary>
internal static class HookMetrics
{
    private static readonly Meter Meter = new("Gaffer");

    private static readonly Counter<long> DroppedEvents = Meter.CreateCounter<long>("gaffer.hooks.dropped", "{event}", "Events that a hook did not get, because it was too slow or the node stopped.");

    public static void Dropped(int count, QueueName queue, string hook) =>
        DroppedEvents.Add(count, new KeyValuePair<string, object?>("queue", queue.Value), new KeyValuePair<string, object?>("hook", hook));
}
