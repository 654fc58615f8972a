using System.Diagnostics;

namespace Gaffer;

/// <summary>One execution of a job, as a consumer span and in numbers. There is none where nobody listens.</summary>
/// <remarks>The span has the span of the insert as its parent, so that a trace shows what became of its jobs, and as a link, as the conventions ask. Each execution is a span of its own.</remarks>
internal sealed class AttemptTelemetry
{
    private const string OperationName = "process";

    private readonly Job _job;
    private readonly Activity? _activity;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _end;

    private AttemptTelemetry(Job job)
    {
        _job = job;
        _activity = StartActivity(job);
    }

    /// <summary>The code of an attempt begins. The span is the current one of whoever calls.</summary>
    public static AttemptTelemetry? Start(Job job, TimeProvider time)
    {
        if (Instruments.Wait.Enabled) Instruments.Wait.Record(WaitOf(job, time.GetUtcNow()).TotalSeconds, Attributes.Of(job.Queue));
        if (Instruments.Consumed.Enabled) Instruments.Consumed.Add(1, new(Attributes.System, GafferTelemetry.System), new(Attributes.OperationName, OperationName), Attributes.Of(job.Queue));
        return Instruments.Process.Enabled || Instruments.Source.HasListeners() ? new AttemptTelemetry(job) : null;
    }

    /// <summary>The code has returned; how the attempt ends is still to be decided.</summary>
    public void Returned() => Volatile.Write(ref _end, Stopwatch.GetTimestamp());

    /// <summary>The attempt has ended, with its code or without it.</summary>
    public void End(JobResult result)
    {
        var took = Stopwatch.GetElapsedTime(_start, Volatile.Read(ref _end) is var end and not 0 ? end : Stopwatch.GetTimestamp());
        var error = (result as JobResult.Failed)?.Error;
        var type = error is null ? null : error.Type ?? Names.Of(error.Kind);
        if (Instruments.Process.Enabled)
        {
            TagList tags = [new(Attributes.System, GafferTelemetry.System), new(Attributes.OperationName, OperationName), Attributes.Of(_job.Queue)];
            if (type is not null) tags.Add(Attributes.ErrorType, type);
            Instruments.Process.Record(took.TotalSeconds, tags);
        }

        if (_activity is null) return;
        _activity.SetTag(Attributes.Outcome, OutcomeOf(result));
        if (error is not null) Describe(error, type!);
        _activity.SetEndTime(_activity.StartTimeUtc + took);
        _activity.Stop();
    }

    // The clock of the queue's node says since when it waits and when it was claimed; that of this node, which may be behind, how long the commit and the way here took.
    private static TimeSpan WaitOf(Job job, DateTimeOffset now)
    {
        var wait = (now > job.StateAt ? now : job.StateAt) - job.WaitingSince;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static Activity? StartActivity(Job job)
    {
        if (!Instruments.Source.HasListeners()) return null;
        var creator = job.Labels?.Trace?.ToActivityContext();
        return Instruments.Source.StartActivity(
            ActivityKind.Consumer, creator ?? default,
            [
                new(Attributes.System, GafferTelemetry.System), new(Attributes.OperationName, OperationName), new(Attributes.OperationType, "process"), Attributes.Of(job.Queue),
                new(Attributes.MessageId, job.Id.ToString()), new(Attributes.BodySize, job.Payload.Length),
                new(Attributes.Kind, job.Kind), new(Attributes.Attempt, job.Attempt + 1), new(Attributes.Execution, job.Execution),
            ],
            creator is { } link ? [new ActivityLink(link)] : null, name: $"{OperationName} {job.Queue}");
    }

    private void Describe(JobErrorInfo error, string type)
    {
        _activity!.SetTag(Attributes.ErrorType, type).SetStatus(ActivityStatusCode.Error, error.Message);
        if (error.Type is null) return;
        ActivityTagsCollection tags = new() { ["exception.type"] = error.Type, ["exception.message"] = error.Message };
        if (error.StackTrace is { } stack) tags["exception.stacktrace"] = stack;
        _activity.AddEvent(new ActivityEvent("exception", tags: tags));
    }

    /// <summary>How an attempt ended, as a value of an attribute.</summary>
    public static string OutcomeOf(JobResult result) => result switch
    {
        JobResult.Completed => "completed",
        JobResult.Failed => "failed",
        JobResult.CancelledByWorker => "cancelled",
        JobResult.Snoozed => "snoozed",
        _ => "released",
    };
}
