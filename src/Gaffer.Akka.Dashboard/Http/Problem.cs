using System.Text.Json.Serialization;

namespace Gaffer.Dashboard;

/// <summary>An error as RFC 9457 writes it. The one place that knows which failure has which status.</summary>
internal sealed record Problem(string Type, string Title, int Status, string Detail, string Code, string? Queue, IReadOnlyList<string> Problems)
{
    private const int MostProblems = 100;

    /// <summary>Seconds after which to try again.</summary>
    [JsonIgnore]
    public int? RetryAfter { get; private init; }

    public static Problem Of(Exception exception) => exception switch
    {
        ApiException e => Of(e.Status, e.Code, e.Message, null, e.Problems) with { RetryAfter = e.RetryAfter },
        GafferException { Failure: var f } => Of(f),
        _ => Of(500, "internal", "Something went wrong inside; the log of the host says what.", null, []),
    };

    private static Problem Of(GafferFailure failure)
    {
        var (status, code, retryAfter) = failure.Error switch
        {
            GafferError.UnknownQueue => (404, "unknown-queue", default(int?)),
            GafferError.UnknownJob => (404, "unknown-job", null),
            GafferError.QueueInUse => (409, "queue-in-use", null),
            GafferError.JobIdConflict => (409, "job-id-conflict", null),
            GafferError.VersionConflict => (409, "version-conflict", null),
            GafferError.PayloadTooLarge => (413, "payload-too-large", null),
            GafferError.InvalidQueueConfig => (422, "invalid-queue-config", null),
            GafferError.InvalidJob => (422, "invalid-job", null),
            GafferError.ForwardTargetNotFound => (422, "forward-target-not-found", null),
            GafferError.UnknownStorage => (422, "unknown-storage", null),
            GafferError.UnknownLimit => (422, "unknown-limit", null),
            GafferError.QueueFull => (429, "queue-full", 5),
            GafferError.Overloaded => (429, "overloaded", 1),
            GafferError.Unavailable => (503, "unavailable", 2),
            GafferError.Timeout => (504, "timeout", 2),
            GafferError.InvalidRequest => (400, "invalid-request", null),
            GafferError.Incompatible => (500, "incompatible", null),
            _ => (500, "internal", null),
        };
        return Of(status, code, failure.Message, failure.Queue, failure.Details.IsDefault ? [] : failure.Details) with { RetryAfter = retryAfter };
    }

    private static Problem Of(int status, string code, string detail, string? queue, IReadOnlyList<string> problems) =>
        new("urn:gaffer:" + code, char.ToUpperInvariant(code[0]) + code[1..].Replace('-', ' '), status, detail, code, queue, problems.Count > MostProblems ? [.. problems.Take(MostProblems)] : problems);
}
