using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gaffer;

/// <summary>All that is measured, for whoever listens to the meter <c>Gaffer</c>. <c>docs/telemetry.md</c> lists them; a test compares.</summary>
/// <remarks>No attribute has a value for each job. An instrument that nobody listens to is a field that is read.</remarks>
internal static class Instruments
{
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300] };
    private static readonly InstrumentAdvice<double> Waits = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0015, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] };
    private static readonly InstrumentAdvice<double> Short = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };
    private static readonly InstrumentAdvice<long> Counts = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500] };

    public static readonly ActivitySource Source = new(GafferTelemetry.Name);

    public static readonly Meter Meter = new(GafferTelemetry.Name);

    // Of a caller.
    public static readonly Counter<long> Sent = Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Jobs that callers on this node tried to insert.");
    public static readonly Histogram<double> Operation = Meter.CreateHistogram("messaging.client.operation.duration", "s", "Time of a call that inserts, until its jobs are durable.", null, Seconds);

    // Of a worker.
    public static readonly Counter<long> Consumed = Meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Executions that were given to the workers of this node.");
    public static readonly Histogram<double> Process = Meter.CreateHistogram("messaging.process.duration", "s", "Time of an execution, in the code of its worker.", null, Seconds);
    public static readonly Histogram<double> Wait = Meter.CreateHistogram("gaffer.job.wait.duration", "s", "Time from the instant at which a job could have started (inserted, due, or given back) to its start by a worker, when its claim is durable.", null, Waits);
    public static readonly UpDownCounter<int> Zombies = Meter.CreateUpDownCounter<int>("gaffer.workers.zombies", "{attempt}", "Abandoned attempts whose code has not returned.");

    // Of a queue, where its actor is, when they are durable.
    public static readonly Counter<long> Inserted = Meter.CreateCounter<long>("gaffer.jobs.inserted", "{job}", "Jobs that came in, forwarded ones included.");
    public static readonly Counter<long> Started = Meter.CreateCounter<long>("gaffer.jobs.started", "{job}", "Executions that were given to a worker.");
    public static readonly Counter<long> Completed = Meter.CreateCounter<long>("gaffer.jobs.completed", "{job}", "Jobs that ended well.");
    public static readonly Counter<long> Failed = Meter.CreateCounter<long>("gaffer.jobs.failed", "{job}", "Jobs whose last attempt failed.");
    public static readonly Counter<long> Retried = Meter.CreateCounter<long>("gaffer.jobs.retried", "{job}", "Attempts that failed and left others to the job.");
    public static readonly Counter<long> Cancelled = Meter.CreateCounter<long>("gaffer.jobs.cancelled", "{job}", "Jobs that were taken back, expired ones included.");
    public static readonly Counter<long> Rescued = Meter.CreateCounter<long>("gaffer.jobs.rescued", "{job}", "Attempts that ended because their node was lost.");
    public static readonly Counter<long> Pruned = Meter.CreateCounter<long>("gaffer.jobs.pruned", "{job}", "Jobs that were pruned.");
    public static readonly Counter<long>[] OfJobs = [Inserted, Started, Completed, Failed, Retried, Cancelled, Rescued, Pruned];
    public static readonly Histogram<long> CommitChanges = Meter.CreateHistogram("gaffer.commit.changes", "{change}", "Changes that one write of the journal carries.", null, Counts);
    public static readonly Histogram<double> CommitDuration = Meter.CreateHistogram("gaffer.commit.duration", "s", "Time of one write of the journal, until it is durable.", null, Short);

    // Of hooks.
    public static readonly Counter<long> DroppedEvents = Meter.CreateCounter<long>("gaffer.hooks.dropped", "{event}", "Events that a hook did not get, because it was too slow or the node stopped.");

    static Instruments() => Gauges.Register(Meter);

    /// <summary>Has the instruments made, so that a listener finds them all before anything has happened.</summary>
    public static void Touch() => _ = Meter.Name;
}
