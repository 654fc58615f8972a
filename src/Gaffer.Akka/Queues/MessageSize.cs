using System.Collections.Immutable;
using System.Text;

namespace Gaffer;

/// <summary>Bytes that things take in a message between nodes, rather too many than too few. Akka.Remote drops a message above its frame without a word, so nothing larger may be sent.</summary>
internal static class MessageSize
{
    /// <summary>What a job may take beside payload, labels and result: its settings, its attempts without details, why it was cancelled.</summary>
    public const int JobReserve = 64 * 1024;

    /// <summary>The smallest limit under which a job with any error fits.</summary>
    public const int Smallest = 128_000;

    /// <summary>Bytes of an <see cref="ExecutionKey"/>.</summary>
    public const int Key = 32;

    private const int Overhead = 120;

    public static long Of(GafferRequest request) => request switch
    {
        InsertJob insert => Of(insert),
        InsertJobs inserts => inserts.Jobs.Sum(Of),
        ForwardJob forward => Overhead + forward.Payload.Length + (forward.Trace?.WireSize ?? 0),
        CancelJob cancel => Overhead + Text(cancel.Reason),
        CreateQueue create => Of(create.Options),
        EnsureQueue ensure => Of(ensure.Options),
        UpdateQueue update => Of(update.Options),
        _ => 300,
    };

    public static long Of(InsertJob insert) => Overhead + insert.Payload.Length + Text(insert.ContentType) + (insert.Options is { } o ? Of(o) : 0);

    public static long Of(GafferReply reply) => reply switch
    {
        InsertResult e => Of(e.Job),
        JobFound e => Of(e.Job),
        CancelResult.Cancelled e => Of(e.Job),
        RetryResult.Retried e => Of(e.Job),
        InsertManyResult e => e.Jobs.Sum(static r => Of(r.Job)),
        JobPage e => e.Jobs.Sum(Of),
        PruneResult e => Overhead + (e.Jobs.Length * Key),
        DrainResult e => Overhead + (e.StillRunning.Length * Key),
        QueueInfo e => 1000 + e.Nodes.Sum(static n => Overhead + (3 * n.Node.Address.Length) + n.Kinds.Sum(Text)),
        GafferFailure e => Overhead + Text(e.Message) + (e.Details.IsDefault ? 0 : e.Details.Sum(Text)),
        EnsureQueueResult e => Of(e.Queue.Options),
        CreateQueueResult e => Of(e.Queue.Options),
        QueueDescription e => Of(e.Options),
        _ => Overhead,
    };

    public static long Of(Job job) =>
        Overhead + job.Payload.Length + (job.Result?.Length ?? 0) + Text(job.ContentType) + (job.Kind == JobWorker.DefaultKind ? 0 : Text(job.Kind)) + Text(job.CancelReason) + (job.Labels is { } labels ? Of(labels) : 0) + Of(job.History);

    public static long Of(QueueOptions options) => 1000 + Of(options.Backoff);

    public static long Of(QueueSummary queue) => Of(queue.Options) + queue.ServedBy.Sum(static n => 32 + Text(n.Address));

    /// <summary>Bytes that a job's worker finds taken, and cannot change.</summary>
    public static long WithoutResult(Job job) => Overhead + job.Payload.Length + (job.Labels is { } labels ? Of(labels) : 0) + JobReserve;

    /// <summary>The job as it fits into a message: where it would be too large, of its errors only the beginning is told.</summary>
    public static Job Fit(Job job, long most) => Of(job) <= most ? job : job with { History = [.. job.History.Select(WithoutDetails)] };

    /// <summary>The job as a list shows it: without payload and result, and of its errors the beginning.</summary>
    public static Job RowOf(Job job) => job with { Payload = default, Result = null, History = [.. job.History.Select(WithoutDetails)] };

    /// <summary>The answer as it fits into a message. Where there is no way to that, an answer that says so.</summary>
    public static GafferReply Fit(GafferReply reply, QueueName queue, long most)
    {
        if (Of(reply) <= most) return reply;
        GafferReply fit = reply switch
        {
            InsertResult e => e with { Job = Fit(e.Job, most) },
            JobFound e => new JobFound(Fit(e.Job, most)),
            CancelResult.Cancelled e => new CancelResult.Cancelled(Fit(e.Job, most)),
            RetryResult.Retried e => new RetryResult.Retried(Fit(e.Job, most)),
            InsertManyResult e => new InsertManyResult([.. e.Jobs.Select(static r => r with { Job = r.Job with { History = [], Result = null, CancelReason = null } })]),
            _ => reply,
        };
        return Of(fit) <= most ? fit : new GafferFailure(
            GafferError.PayloadTooLarge,
            $"The answer of queue '{queue}' has about {Of(fit)} bytes, and a message may have {most} (gaffer.client.max-message-size). What was asked is done. Ask for less at once, or raise the limit together with the frame size of akka.remote.",
            queue);
    }

    /// <summary>Hands a list on in parts that fit.</summary>
    public static void InParts<T>(ImmutableArray<T>.Builder all, Func<T, long> size, long most, Action<ImmutableArray<T>> part)
    {
        var (start, bytes) = (0, 0L);
        for (var i = 0; i < all.Count; i++)
        {
            var next = size(all[i]);
            if (i > start && bytes + next > most)
            {
                part(ImmutableArray.Create(all.ToArray().AsSpan(start, i - start)));
                (start, bytes) = (i, 0);
            }

            bytes += next;
        }

        if (start == 0) part(all.DrainToImmutable());
        else part(ImmutableArray.Create(all.ToArray().AsSpan(start)));
    }

    private static long Of(JobOptions o) =>
        Text(o.Kind) + Text(o.PartitionKey) + Text(o.Chain) + Text(o.UniqueKey) + Text(o.TraceParent) + Text(o.TraceState) + (o.Backoff is { } backoff ? Of(backoff) : 0) + (o.Tags.IsDefault ? 0 : o.Tags.Sum(Text)) + (o.Meta?.Sum(m => Text(m.Key) + Text(m.Value)) ?? 0);

    private static long Of(JobLabels l) => Text(l.Chain) + Text(l.UniqueKey) + l.Tags.Sum(Text) + l.Meta.Sum(static m => Text(m.Key) + Text(m.Value)) + (l.Trace?.WireSize ?? 0);

    private static long Of(Backoff backoff) => backoff is Backoff.ScheduleBackoff { Delays: { IsDefault: false } delays } ? delays.Length * 10 : 0;

    private static long Of(ImmutableArray<JobExecution> history)
    {
        var bytes = 0L;
        foreach (var execution in history)
        {
            bytes += 64 + (execution.Error is { } e ? Text(e.Message) + Text(e.Type) + Text(e.StackTrace) + Text(e.Data) : 0);
        }

        return bytes;
    }

    private static JobExecution WithoutDetails(JobExecution execution) => execution.Error is not { } error ? execution : execution with
    {
        Error = error with { Message = Cut(error.Message), Type = error.Type is { } type ? Cut(type) : null, StackTrace = null, Data = null },
    };

    private static string Cut(string text) => text.Length <= 200 ? text : string.Concat(text.AsSpan(0, 199), "…");

    private static long Text(string? text) => text is null ? 0 : 4 + Encoding.UTF8.GetByteCount(text);
}
