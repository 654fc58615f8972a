using System.Diagnostics;

namespace Gaffer;

/// <summary>A call that inserts, as a producer span and in numbers; its jobs take its context along. A context that the caller has put into a job stays there.</summary>
internal static class InsertTelemetry
{
    private const string OperationName = "insert";

    /// <summary>Whether nobody listens, and no trace goes on here: then a call is as if this were not there.</summary>
    public static bool IsOff => Activity.Current is null && !Instruments.Source.HasListeners() && !Instruments.Sent.Enabled && !Instruments.Operation.Enabled;

    public static async Task<InsertResult> InsertAsync(InsertJob job, TimeProvider time, Func<InsertJob, Task<InsertResult>> insert)
    {
        var own = ContextOf(job);
        using var activity = Start(job.Queue, own);
        activity?.SetTag(Attributes.MessageId, job.Id.ToString()).SetTag(Attributes.BodySize, job.Payload.Length);
        if (activity is not null && job.Options?.Kind is { } kind) activity.SetTag(Attributes.Kind, kind);
        return await MeasureAsync(job.Queue, 1, activity, time, () => insert(With(job, activity ?? Activity.Current))).ConfigureAwait(false);
    }

    public static async Task<InsertManyResult> InsertAsync(QueueName queue, IReadOnlyCollection<InsertJob> jobs, TimeProvider time, Func<IEnumerable<InsertJob>, Task<InsertManyResult>> insert)
    {
        using var activity = Start(queue, null);
        activity?.SetTag(Attributes.BatchCount, jobs.Count);
        var context = activity ?? Activity.Current;
        return await MeasureAsync(queue, jobs.Count, activity, time, () => insert(jobs.Select(job => With(job, context)))).ConfigureAwait(false);
    }

    // The span is of the kind that the conventions have for it: a producer where its context goes along, else a client that is linked to the one that does.
    private static Activity? Start(QueueName queue, TraceContext? own) => Instruments.Source.HasListeners()
        ? Instruments.Source.StartActivity(
            own is null ? ActivityKind.Producer : ActivityKind.Client, default(ActivityContext),
            [new(Attributes.System, GafferTelemetry.System), new(Attributes.OperationName, OperationName), new(Attributes.OperationType, "send"), Attributes.Of(queue)],
            own is null ? null : [new ActivityLink(own.ToActivityContext())], name: $"{OperationName} {queue}")
        : null;

    private static async Task<T> MeasureAsync<T>(QueueName queue, int jobs, Activity? activity, TimeProvider time, Func<Task<T>> insert)
    {
        var start = time.GetTimestamp();
        try
        {
            var result = await insert().ConfigureAwait(false);
            Record(queue, jobs, time.GetElapsedTime(start), null);
            return result;
        }
        catch (Exception e)
        {
            var type = TypeOf(e);
            activity?.SetTag(Attributes.ErrorType, type).SetStatus(ActivityStatusCode.Error, e.Message);
            Record(IsNamedByCaller(e) ? default(QueueName?) : queue, jobs, time.GetElapsedTime(start), type);
            throw;
        }
    }

    // Whatever names somebody makes up, a metric has no series for them. The span says which it was.
    private static bool IsNamedByCaller(Exception e) => e is GafferException { Failure.Error: GafferError.UnknownQueue or GafferError.InvalidRequest or GafferError.InvalidJob or GafferError.PayloadTooLarge };

    private static void Record(QueueName? queue, int jobs, TimeSpan took, string? error)
    {
        if (!Instruments.Sent.Enabled && !Instruments.Operation.Enabled) return;
        TagList tags = [new(Attributes.System, GafferTelemetry.System), new(Attributes.OperationName, OperationName)];
        if (queue is { } name) tags.Add(Attributes.Of(name));
        if (error is not null) tags.Add(Attributes.ErrorType, error);
        Instruments.Sent.Add(jobs, tags);
        Instruments.Operation.Record(took.TotalSeconds, tags);
    }

    private static string TypeOf(Exception e) => e is GafferException { Failure.Error: var error } ? Names.Of(error) : e.GetType().FullName!;

    private static TraceContext? ContextOf(InsertJob job) => job.Options?.TraceParent is { } parent ? TraceContext.TryParse(parent, job.Options.TraceState) : null;

    private static InsertJob With(InsertJob job, Activity? activity)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } || job.Options?.TraceParent is not null) return job;
        var state = activity.TraceStateString is { Length: > 0 and <= TraceContext.MostStateCharacters } some ? some : null;
        return job with { Options = (job.Options ?? JobOptions.Default) with { TraceParent = id, TraceState = state } };
    }
}
