using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Gaffer.Node;

/// <summary>Posts the payloads of jobs to their receiver. What may be better later is retried, what the receiver refuses has failed.</summary>
internal sealed class WebhookWorker : IDisposable
{
    /// <summary>What is read of an answer that is no success, for people.</summary>
    private const int MostOfAnswer = 1024;

    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(2);

    private readonly WebhookSettings _settings;
    private readonly ImmutableArray<byte[]> _keys;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <param name="settings">Where webhooks go.</param>
    /// <param name="time">The clock of signatures.</param>
    /// <param name="resolve">The addresses of a name; that of the system when null.</param>
    public WebhookWorker(WebhookSettings settings, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _settings = settings;
        _keys = settings.Keys();
        _time = time;
        _http = new HttpClient(Handler(new WebhookConnector(settings.AllowedNetworks, resolve ?? Dns.GetHostAddressesAsync))) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The time-out of the job bounds all of it.</summary>
    public async Task<JobResult> PerformAsync(JobContext job, CancellationToken stop)
    {
        var target = WebhookTarget.Of(job.Job, _settings);
        if (target.Problem is { } problem) return JobResult.FailForGood(problem);
        if (!JobAdmission.IsContentType(job.Job.ContentType)) return JobResult.FailForGood("The content type of the job cannot be a header: it is not 1 to 128 characters of printable ASCII. Insert the job anew with one that is.");
        using var request = Request(target.Url!, job.Job);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return answer.IsSuccessStatusCode ? JobResult.Complete(new { status = (int)answer.StatusCode }) : await RefusedAsync(answer, target, job, stop);
        }
        catch (HttpRequestException e) when (e.InnerException is ForbiddenAddressException forbidden)
        {
            return JobResult.FailForGood(forbidden.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !stop.IsCancellationRequested))
        {
            return JobResult.Fail($"{target.Name} could not be reached: {DemoText.Clean((e.InnerException ?? e).Message)}");
        }
    }

    public void Dispose() => _http.Dispose();

    // A proxy would connect in our place, and to whatever it likes; cookies and redirects are no part of a webhook.
    private static SocketsHttpHandler Handler(WebhookConnector connector) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = connector.ConnectAsync,
        ConnectTimeout = LongestConnect,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 64 * 1024,
        ResponseDrainTimeout = LongestReading,
    };

    private HttpRequestMessage Request(Uri url, Job job)
    {
        var id = job.Id.ToString();
        var seconds = _time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(job.Payload) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", job.ContentType);
        request.Headers.Add("User-Agent", "Gaffer");
        request.Headers.Add(WebhookSignature.IdHeader, id);
        request.Headers.Add(WebhookSignature.TimeHeader, seconds.ToString(CultureInfo.InvariantCulture));
        if (!_keys.IsEmpty) request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Of(_keys, id, seconds, job.Payload.Span));
        foreach (var (name, value) in _settings.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private async Task<JobResult> RefusedAsync(HttpResponseMessage answer, WebhookTarget target, JobContext job, CancellationToken stop)
    {
        var code = (int)answer.StatusCode;
        var reason = $"{target.Name} answered {code}{await TextAsync(answer, stop)}";
        if (code is >= 300 and < 400) return JobResult.FailForGood($"{reason} (redirects are not followed; use the final address)");
        return code is 408 or 429 or >= 500 ? JobResult.Fail(reason, RetryAfter(answer, job)) : JobResult.FailForGood(reason);
    }

    /// <summary>What the receiver asks for, but no sooner than the backoff of the job, and no later than is allowed.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage answer, JobContext job)
    {
        if (answer.Headers.RetryAfter is not { } asked || (asked.Delta ?? (asked.Date - _time.GetUtcNow())) is not { } delay) return null;
        var bounded = delay < _settings.MaxRetryAfter ? delay : _settings.MaxRetryAfter;
        var backoff = job.Job.Backoff.DelayFor(job.AttemptNumber);
        return bounded > backoff ? bounded : null;
    }

    /// <summary>The begin of the answer. A receiver that is slow with it does not hold up the job.</summary>
    private async Task<string> TextAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(LongestReading, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        var bytes = new byte[MostOfAnswer];
        var length = 0;
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(both.Token);
            length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, both.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The status is what counts.
        }

        var text = DemoText.Clean(Encoding.UTF8.GetString(bytes, 0, length).Trim().ReplaceLineEndings(" "));
        return text.Length == 0 ? "" : $": {text}";
    }
}
