using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Gaffer;

/// <summary>What is observed when somebody looks: the readings that queues and the limiter of this node keep. Who is gone from here reports no more; partitions of a queue are added up.</summary>
internal static class Gauges
{
    private static readonly ConcurrentDictionary<QueueReading, byte> Queues = new();
    private static readonly ConcurrentDictionary<LimitReading, byte> Limits = new();

    public static void Add(QueueReading reading)
    {
        Instruments.Touch();
        Queues[reading] = 0;
    }

    public static void Remove(QueueReading reading) => Queues.TryRemove(reading, out _);

    public static void Add(LimitReading reading)
    {
        Instruments.Touch();
        Limits[reading] = 0;
    }

    public static void Remove(LimitReading reading) => Limits.TryRemove(reading, out _);

    public static void Register(Meter meter)
    {
        meter.CreateObservableUpDownCounter("gaffer.queue.jobs", Jobs, "{job}", "Jobs of a queue in each state.");
        meter.CreateObservableGauge("gaffer.queue.oldest.age", () => ByQueue(static all => new Measurement<double>(all.Max(q => q.OldestAge.TotalSeconds), Attributes.Of(all.Key))), "s", "How long the job that is next in turn could have been running; 0 when none waits for a worker.");
        meter.CreateObservableGauge("gaffer.queue.paused", () => ByQueue(static all => new Measurement<int>(all.Any(q => q.IsPaused) ? 1 : 0, Attributes.Of(all.Key))), null, "1 while a queue is paused, else 0.");
        meter.CreateObservableUpDownCounter("gaffer.queue.forwards", () => ByQueue(static all => new Measurement<long>(all.Sum(q => (long)q.Forwards), Attributes.Of(all.Key))), "{job}", "Jobs whose forwarding the target has not acknowledged.");
        meter.CreateObservableUpDownCounter("gaffer.workers.active", () => ByQueue(static all => new Measurement<long>(all.Sum(q => (long)q.InUse), Attributes.Of(all.Key))), "{slot}", "Worker slots of a queue that are in use, on all nodes.");
        meter.CreateObservableUpDownCounter("gaffer.workers.max", () => ByQueue(static all => new Measurement<long>(all.Sum(q => q.Slots), Attributes.Of(all.Key))), "{slot}", "Worker slots that a queue has, on all nodes that serve it.");
        meter.CreateObservableUpDownCounter("gaffer.limit.permits.held", Held, "{permit}", "Permits of a shared limit in the hands of a queue.");
        meter.CreateObservableUpDownCounter("gaffer.limit.permits.max", Max, "{permit}", "Permits that a shared limit has.");
    }

    private static IEnumerable<Measurement<long>> Jobs() =>
        from all in ThatAre()
        from state in QueueReading.States
        select new Measurement<long>(all.Sum(q => (long)q.CountOf(state)), Attributes.Of(all.Key), new KeyValuePair<string, object?>(Attributes.State, state));

    private static IEnumerable<Measurement<long>> Held() =>
        from all in ThatAre()
        from limit in all.SelectMany(q => q.Permits).GroupBy(p => p.Limit, StringComparer.Ordinal)
        select new Measurement<long>(limit.Sum(p => (long)p.Count), Attributes.Of(all.Key), new KeyValuePair<string, object?>(Attributes.Limit, limit.Key));

    private static IEnumerable<Measurement<long>> Max() =>
        Limits.Keys.SelectMany(l => l.Limits).Select(l => new Measurement<long>(l.Max, new KeyValuePair<string, object?>(Attributes.Limit, l.Limit)));

    private static IEnumerable<Measurement<T>> ByQueue<T>(Func<IGrouping<QueueName, QueueReading>, Measurement<T>> measure)
        where T : struct => ThatAre().Select(measure);

    private static IEnumerable<IGrouping<QueueName, QueueReading>> ThatAre() => Queues.Keys.Where(q => q.IsThere).GroupBy(q => q.Queue);
}

/// <summary>The limits that this node's limiter lends of; replaced as a whole.</summary>
internal sealed class LimitReading
{
    private volatile IReadOnlyList<(string Limit, int Max)> _limits = [];

    public IReadOnlyList<(string Limit, int Max)> Limits => _limits;

    public void Set(IReadOnlyList<(string Limit, int Max)> limits) => _limits = limits;
}
