using System.Text.Json;

namespace Gaffer.Dashboard;

/// <summary>A job in a list. States and outcomes are in camel case.</summary>
internal record JobRow(
    string Id, string Queue, string Kind, string State, string DisplayState, int Priority, long Sequence,
    int Attempt, int MaxAttempts, int Execution, int Snoozes,
    DateTimeOffset CreatedAt, DateTimeOffset? ScheduledAt, DateTimeOffset? AttemptedAt, DateTimeOffset? FinishedAt, DateTimeOffset? NextRunAt, DateTimeOffset? ExpiresAt,
    string? Node, string? Chain, string? UniqueKey, IReadOnlyList<string> Tags, string? LastError)
{
    public static JobRow Of(Job job, DateTimeOffset now) => new(
        job.Id.ToString(), job.Queue.Value, job.Kind, Camel(job.State), Camel(job.DisplayState(now)), job.Priority, job.Sequence,
        job.Attempt, job.MaxAttempts, job.Execution, job.Snoozes,
        job.CreatedAt, job.ScheduledAt, job.AttemptedAt, job.FinishedAt, job.NextRunAt, job.ExpiresAt,
        NodeView.Short(job.Node), job.Chain, job.UniqueKey, job.Tags, job.Errors is [var last, ..] ? last.Error.Message : null);

    public static string Camel<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

/// <summary>A job with all that is known of it.</summary>
internal sealed record JobDetail(
    JobRow Row, string Timeout, JsonElement Backoff, string ShutdownTimeout, IReadOnlyDictionary<string, string> Meta, string? CancelReason,
    ContentView Payload, ContentView? Result, IReadOnlyList<ExecutionView> History) : JobRow(Row)
{
    // What it was made of; its members are there already.
    [System.Text.Json.Serialization.JsonIgnore]
    public JobRow Row { get; } = Row;

    public static JobDetail Of(Job job, ApiCall call) => new(
        JobRow.Of(job, call.Now), OptionsText.Duration(job.Timeout), OptionsText.Backoff(job.Backoff), OptionsText.Duration(job.ShutdownTimeout), job.Meta, job.CancelReason,
        call.Mount.Contents.Read(job, JobContent.Payload, job.Payload, job.ContentType),
        job.ResultJson is { } result ? call.Mount.Contents.Read(job, JobContent.Result, result, ApiCall.Json) : null,
        [.. job.History.Select(e => ExecutionView.Of(job, e, call.Mount.Contents))]);
}

/// <summary>One execution of a job that ended.</summary>
internal sealed record ExecutionView(int Execution, int Attempt, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string? Node, string Outcome, ErrorView? Error)
{
    public static ExecutionView Of(Job job, JobExecution e, ContentReader contents) => new(
        e.Execution, e.Attempt, e.StartedAt, e.EndedAt, NodeView.Short(e.Node), JobRow.Camel(e.Outcome),
        e.Error is { } error ? new ErrorView(JobRow.Camel(error.Kind), error.Message, error.Type, error.StackTrace, contents.ReadText(job, JobContent.ErrorData, error.Data)) : null);
}

/// <summary>Why an attempt failed.</summary>
internal sealed record ErrorView(string Kind, string Message, string? Type, string? StackTrace, string? Data);

/// <summary>Bytes as people can read them: JSON, else text, else base64.</summary>
internal sealed record ContentView(string ContentType, long Bytes, bool Redacted, JsonElement? Json, string? Text, string? Base64);

/// <summary>What an insert did.</summary>
internal sealed record InsertedView(bool Duplicate, JobDetail Job);

/// <summary>What an insert of several did.</summary>
internal sealed record InsertedManyView(int Inserted, int Duplicates, IReadOnlyList<InsertedId> Jobs);

/// <summary>One of several.</summary>
internal sealed record InsertedId(string Id, bool Duplicate);

/// <summary>Why a job is cancelled.</summary>
internal sealed record CancelBody(string? Reason = null);
