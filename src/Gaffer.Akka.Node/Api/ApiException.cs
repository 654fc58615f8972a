using System.Text.Json;

namespace Gaffer.Node;

/// <summary>A command cannot do what it was asked; the message says why, for people.</summary>
/// <param name="exitCode">What the shell is told.</param>
/// <param name="message">What people are told.</param>
internal sealed class ApiException(int exitCode, string message) : Exception(message)
{
    public int Code => exitCode;

    /// <summary>The status of the answer; 0 when there was none.</summary>
    public int Status { get; private init; }

    /// <summary>All that was wrong with the request, where that is said one by one.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>How long to wait before the request is repeated, if the answer says so.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Whether the same request may be answered later: nothing was wrong with it.</summary>
    public bool MayPass => Code == ExitCode.Unreachable;

    /// <summary>Reads an answer that is no success, problem details or not.</summary>
    public static async Task<ApiException> OfAsync(HttpResponseMessage answer, Uri url, CancellationToken stop)
    {
        var problem = await ReadAsync(answer, stop);
        var status = (int)answer.StatusCode;
        var code = status switch
        {
            404 when problem.Code is not null => ExitCode.NotFound,
            401 or 403 => ExitCode.Refused,
            429 or 502 or 503 or 504 => ExitCode.Unreachable,
            _ => ExitCode.Failed,
        };
        return new ApiException(code, Words(status, problem, url)) { Status = status, Problems = problem.Problems ?? [], RetryAfter = answer.Headers.RetryAfter?.Delta };
    }

    private static string Words(int status, Problem problem, Uri url)
    {
        if (problem.Detail is { } detail)
        {
            // One problem alone is in the detail already.
            if (problem.Problems is { Count: > 1 } several) return string.Join("\n- ", several.Prepend(detail));
            return status == 401 ? $"{detail} {ApiOptions.TokenHint}" : detail;
        }

        return status switch
        {
            401 or 403 => $"{url} does not allow this ({status}): give a token in {ApiOptions.TokenVariable}, or a header with --header.",
            404 => $"There is no Gaffer at {url}: is this the URL of its mount, such as http://127.0.0.1:8080/gaffer?",
            >= 300 and < 400 => $"{url} answers with a redirect ({status}), which is not followed: to a log-in, or to https?",
            _ => $"{url} answers {status}.",
        };
    }

    private static async Task<Problem> ReadAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(await answer.Content.ReadAsByteArrayAsync(stop), ApiClient.Json) ?? new(null, null, null);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            return new(null, null, null);
        }
    }

    private sealed record Problem(string? Code, string? Detail, IReadOnlyList<string>? Problems);
}
