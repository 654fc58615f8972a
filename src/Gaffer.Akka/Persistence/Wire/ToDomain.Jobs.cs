using System.Collections.Immutable;
using Google.Protobuf.Collections;

namespace Gaffer;

internal sealed partial class ToDomain
{
    private Job Job(Wire.Job? job)
    {
        var read = Whole(job);
        return read is { State: JobState.Completed, FinishedAt: not null, History: [.. var past, var last] } && last == read.OwnLast ? read with { History = past, IsLastOwn = true } : read;
    }

    private Job Whole(Wire.Job? job) => job is null ? throw new WireException("Job is missing") : new()
    {
        Id = Job(job.Id),
        Queue = At(_queues, job.Queue),
        Settings = At(_settings, job.Settings),
        Payload = Bytes(job.Payload),
        Sequence = job.Sequence,
        State = Known((JobState)job.State),
        Attempt = job.Attempt,
        Execution = job.Execution,
        Snoozes = job.Snoozes,
        Retries = job.Retries,
        CreatedAt = Time(job.CreatedAt),
        ScheduledAt = job.HasScheduledAt ? Time(job.ScheduledAt) : null,
        AttemptedAt = job.HasAttemptedAt ? Time(job.AttemptedAt) : null,
        FinishedAt = job.HasFinishedAt ? Time(job.FinishedAt) : null,
        Node = job.HasNode ? At(_nodes, job.Node) : null,
        Result = job.HasResult ? Bytes(job.Result) : null,
        CancelReason = job.HasCancelReason ? job.CancelReason : null,
        History = job.History.Count == 0 ? [] : All(job.History, Execution),
        Labels = job.Labels is { } labels ? Labels(labels) : null,
    };

    private ImmutableArray<Job> Jobs(RepeatedField<Wire.Job> jobs) => All(jobs, Job);

    private JobExecution Execution(Wire.JobExecution execution) => new(
        execution.Execution, execution.Attempt, Time(execution.StartedAt), Time(execution.EndedAt), At(_nodes, execution.Node),
        Known((ExecutionOutcome)execution.Outcome), execution.Error is { } error ? Error(error) : null);

    private JobLabels Labels(Wire.JobLabels labels) => new(
        labels.HasChain ? labels.Chain : null, labels.HasUniqueKey ? labels.UniqueKey : null, labels.HasExpiresAt ? Time(labels.ExpiresAt) : null,
        Texts(labels.Tags), Meta(labels.Meta), labels.Hops)
    {
        Trace = labels.HasTrace ? TraceContext.FromBytes(labels.Trace.Span, labels.HasTraceState ? labels.TraceState : null) : null,
    };

    private static JobErrorInfo Error(Wire.JobErrorInfo? error) => error is null ? throw new WireException("JobErrorInfo is missing") : new(
        Known((JobErrorKind)error.Kind), error.Message,
        error.HasType ? error.Type : null, error.HasStackTrace ? error.StackTrace : null, error.HasData ? error.Data : null);

    private static JobSettings SettingsOf(Wire.JobSettings settings) => new(
        settings.Kind, settings.ContentType, settings.Priority, settings.MaxAttempts,
        Span(settings.Timeout), BackoffOf(settings.Backoff), Span(settings.ShutdownTimeout));

    private static WorkerNode NodeOf(Wire.WorkerNode? node) => KnownNodes.Intern(new WorkerNode(Required(node).Address, Id(node!.Incarnation)));

    private static Backoff BackoffOf(Wire.Backoff? backoff) => Required(backoff).BackoffCase switch
    {
        Wire.Backoff.BackoffOneofCase.Fixed => new Backoff.FixedBackoff(Span(backoff!.Fixed)),
        Wire.Backoff.BackoffOneofCase.Schedule => new Backoff.ScheduleBackoff(All(backoff!.Schedule.Delays, Span)),
        Wire.Backoff.BackoffOneofCase.Exponential => new Backoff.ExponentialBackoff(
            Span(backoff!.Exponential.First), backoff.Exponential.Factor, Span(backoff.Exponential.Max), backoff.Exponential.Jitter),
        _ => throw WireException.Unknown("kind of backoff"),
    };

    private static ImmutableDictionary<string, string> Meta(MapField<string, string> meta) =>
        meta.Count == 0 ? ImmutableDictionary<string, string>.Empty : meta.ToImmutableDictionary();
}
