using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gaffer.Dashboard;

/// <summary>A parameter of the query.</summary>
internal sealed record QueryParameter(string Name, string Description, bool IsNumber = false);

/// <summary>A route: how it is served, and what the OpenAPI document says of it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Pattern">The path below <c>api/</c>.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Answer">The type of its answer; null: none, or not JSON.</param>
/// <param name="Handle">Does it, and writes the answer.</param>
internal sealed record ApiRoute(string Method, string Pattern, string Summary, JsonTypeInfo? Answer, Func<ApiCall, Task> Handle)
{
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>The name of the schema of its body; null: it has none.</summary>
    public string? Body { get; init; }

    public IReadOnlyList<string> BodyTypes { get; init; } = [ApiCall.Json];

    /// <summary>The media type of an answer that is not described by <see cref="Answer"/>.</summary>
    public string? AnswerType { get; init; }

    public bool IsChange => Method != HttpMethods.Get;

    public static ApiRoute Of<T>(string method, string pattern, string summary, JsonTypeInfo<T> answer, Func<ApiCall, Task<T>> handle) =>
        new(method, pattern, summary, answer, async call =>
        {
            var value = await handle(call).ConfigureAwait(false);
            await WriteAsync(call.Http, call.Status, ApiCall.Json, value, answer).ConfigureAwait(false);
        });

    /// <summary>Checks, does, answers; whatever goes wrong becomes a problem.</summary>
    public async Task ServeAsync(HttpContext http, Mount mount)
    {
        SecurityHeaders.Write(http);
        try
        {
            EmbeddedFiles.CheckCaller(http, mount);
            if (IsChange) ChangeGuard.Check(http, mount.Options);
            var call = new ApiCall(http, mount);
            call.CheckQuery(Query);
            await Handle(call).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await FailAsync(http, mount, e).ConfigureAwait(false);
        }
    }

    public static async Task FailAsync(HttpContext http, Mount mount, Exception exception)
    {
        var problem = exception is BadHttpRequestException bad
            ? Problem.Of(bad.StatusCode == 413 ? new ApiException(413, "body-too-large", bad.Message) : ApiException.Invalid(bad.Message))
            : Problem.Of(exception);
        if (problem.Code == "internal") ApiLog.LogFailure(mount.Log, exception, http.Request.Method, http.Request.Path);
        if (problem.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await WriteAsync(http, problem.Status, "application/problem+json", problem, GafferJson.Default.Problem).ConfigureAwait(false);
    }

    private static Task WriteAsync<T>(HttpContext http, int status, string contentType, T value, JsonTypeInfo<T> type)
    {
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status204NoContent) return Task.CompletedTask;
        http.Response.ContentType = contentType;
        return JsonSerializer.SerializeAsync(http.Response.Body, value, type, http.RequestAborted);
    }
}

/// <summary>What the log says of requests. A generator fills it, and it passes records by.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    public static partial void LogFailure(ILogger log, Exception exception, string method, PathString path);
}
