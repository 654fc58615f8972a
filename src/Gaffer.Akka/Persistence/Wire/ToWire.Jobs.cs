using System.Collections.Immutable;
using Google.Protobuf.Collections;

namespace Gaffer;

internal sealed partial class ToWire
{
    private Wire.Job Job(Job job)
    {
        var wire = new Wire.Job
        {
            Id = Id(job.Id),
            Payload = Bytes(job.Payload),
            Sequence = job.Sequence,
            CreatedAt = Time(job.CreatedAt),
            Settings = Settings(job.Settings),
            Queue = Queue(job.Queue),
            State = (Wire.JobState)job.State,
            Attempt = job.Attempt,
            Execution = job.Execution,
            Snoozes = job.Snoozes,
            Retries = job.Retries,
        };
        if (job.ScheduledAt is { } scheduled) wire.ScheduledAt = Time(scheduled);
        if (job.AttemptedAt is { } attempted) wire.AttemptedAt = Time(attempted);
        if (job.FinishedAt is { } finished) wire.FinishedAt = Time(finished);
        if (job.Node is { } node) wire.Node = Node(node);
        if (job.Result is { } result) wire.Result = Bytes(result);
        if (job.CancelReason is { } reason) wire.CancelReason = reason;
        if (job.Labels is { } labels) wire.Labels = Labels(labels);
        var history = job.History;
        if (!history.IsDefaultOrEmpty)
        {
            wire.History.Capacity = history.Length;
            foreach (var execution in history)
            {
                wire.History.Add(Execution(execution));
            }
        }

        return wire;
    }

    private void Jobs(RepeatedField<Wire.Job> to, ImmutableArray<Job> jobs)
    {
        if (!jobs.IsDefaultOrEmpty)
        {
            to.Capacity = jobs.Length;
            foreach (var job in jobs)
            {
                to.Add(Job(job));
            }
        }
    }

    private Wire.JobLabels Labels(JobLabels labels)
    {
        var wire = new Wire.JobLabels { Hops = labels.Hops };
        if (labels.Chain is { } chain) wire.Chain = chain;
        if (labels.UniqueKey is { } key) wire.UniqueKey = key;
        if (labels.ExpiresAt is { } expires) wire.ExpiresAt = Time(expires);
        Texts(wire.Tags, labels.Tags);
        Meta(wire.Meta, labels.Meta);
        if (labels.Trace is { } trace) wire.Trace = Bytes(trace.ToBytes());
        if (labels.Trace?.State is { } state) wire.TraceState = state;
        return wire;
    }

    private Wire.JobExecution Execution(JobExecution execution)
    {
        var wire = new Wire.JobExecution
        {
            Execution = execution.Execution,
            Attempt = execution.Attempt,
            StartedAt = Time(execution.StartedAt),
            EndedAt = Time(execution.EndedAt),
            Node = Node(execution.Node),
            Outcome = (Wire.ExecutionOutcome)execution.Outcome,
        };
        if (execution.Error is { } error) wire.Error = Error(error);
        return wire;
    }

    private static Wire.JobErrorInfo Error(JobErrorInfo error)
    {
        // A message may come from an exception that has none.
        var wire = new Wire.JobErrorInfo { Kind = (Wire.JobErrorKind)error.Kind, Message = error.Message ?? "" };
        if (error.Type is { } type) wire.Type = type;
        if (error.StackTrace is { } stack) wire.StackTrace = stack;
        if (error.Data is { } data) wire.Data = data;
        return wire;
    }

    private static Wire.JobSettings SettingsOf(JobSettings settings) => new()
    {
        Kind = settings.Kind,
        ContentType = settings.ContentType,
        Priority = settings.Priority,
        MaxAttempts = settings.MaxAttempts,
        Timeout = Span(settings.Timeout),
        Backoff = BackoffOf(settings.Backoff),
        ShutdownTimeout = Span(settings.ShutdownTimeout),
    };

    private static Wire.WorkerNode NodeOf(WorkerNode node) => new() { Address = node.Address, Incarnation = Id(node.Incarnation) };

    private static Wire.Backoff BackoffOf(Backoff backoff)
    {
        switch (backoff)
        {
            case Backoff.FixedBackoff f:
                return new Wire.Backoff { Fixed = Span(f.Delay) };
            case Backoff.ScheduleBackoff s:
                var schedule = new Wire.BackoffSchedule();
                foreach (var delay in s.Delays.IsDefault ? [] : s.Delays)
                {
                    schedule.Delays.Add(Span(delay));
                }

                return new Wire.Backoff { Schedule = schedule };
            case Backoff.ExponentialBackoff e:
                return new Wire.Backoff { Exponential = new() { First = Span(e.First), Factor = e.Factor, Max = Span(e.Max), Jitter = e.Jitter } };
            default:
                throw new ArgumentException($"No shape is known for {backoff.GetType()}.", nameof(backoff));
        }
    }

    private static void Texts(RepeatedField<string> to, ImmutableArray<string> texts)
    {
        if (!texts.IsDefaultOrEmpty)
        {
            foreach (var text in texts)
            {
                to.Add(text);
            }
        }
    }

    /// <summary>In the order of the keys, so that equal values are equal bytes.</summary>
    private static void Meta(MapField<string, string> to, ImmutableDictionary<string, string> meta)
    {
        if (meta is null or { Count: 0 })
        {
            return;
        }

        var keys = new string[meta.Count];
        var count = 0;
        foreach (var key in meta.Keys)
        {
            keys[count++] = key;
        }

        Array.Sort(keys, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            to.Add(key, meta[key]);
        }
    }
}
