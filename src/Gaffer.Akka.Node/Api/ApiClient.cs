using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gaffer.Node;

/// <summary>Talks to the HTTP API of a node (docs/http-api.md).</summary>
internal sealed class ApiClient : IDisposable
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int LargestAnswer = 64 * 1024 * 1024;

    private readonly HttpClient _http;

    /// <param name="url">Where Gaffer is mounted.</param>
    /// <param name="headers">Headers of each request.</param>
    /// <exception cref="ApiException">Something is no header.</exception>
    public ApiClient(Uri url, IEnumerable<KeyValuePair<string, string>> headers)
    {
        Url = url;
        // A proxy of the environment would be sent the token, and looks for this machine elsewhere.
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), AllowAutoRedirect = false, UseProxy = !url.IsLoopback })
        {
            BaseAddress = new Uri($"{url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/"), Timeout = TimeSpan.FromSeconds(100), MaxResponseContentBufferSize = LargestAnswer,
        };
        _http.DefaultRequestHeaders.Add("X-Gaffer", "1");
        foreach (var (name, value) in headers)
        {
            if (!IsSendable(value) || !_http.DefaultRequestHeaders.TryAddWithoutValidation(name, value)) throw new ApiException(ExitCode.Usage, $"{DemoText.Clean(name)} cannot be a header.");
        }
    }

    public Uri Url { get; }

    /// <exception cref="ApiException">This is no name of a queue.</exception>
    public static string Queue(string queue) => QueueName.IsValid(queue) && queue is not ("." or "..")
        ? $"queues/{queue}"
        : throw new ApiException(ExitCode.Usage, $"'{queue}' is no name of a queue: use 1 to 128 characters of A-Z a-z 0-9 . _ : -");

    /// <exception cref="ApiException">This is no name of a queue, or no id of a job.</exception>
    public static string Job(string queue, string job) => JobId.TryParse(job, null, out var id)
        ? $"{Queue(queue)}/jobs/{id}"
        : throw new ApiException(ExitCode.Usage, $"'{job}' is no id of a job: write a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057.");

    /// <exception cref="ApiException">There is no such thing, or no answer; the message says so to people.</exception>
    public Task<JsonElement> GetAsync(string path, CancellationToken stop) => SendAsync(HttpMethod.Get, path, null, stop);

    /// <inheritdoc cref="GetAsync"/>
    public Task<JsonElement> PostAsync(string path, HttpContent? content, CancellationToken stop) => SendAsync(HttpMethod.Post, path, content, stop);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await AskAsync(request, HttpCompletionOption.ResponseContentRead, stop);
        if (answer.StatusCode == HttpStatusCode.NoContent) return default;
        try
        {
            return await answer.Content.ReadFromJsonAsync<JsonElement>(stop);
        }
        catch (JsonException)
        {
            throw NoApi();
        }
    }

    /// <summary>The items of a page and the way to the next.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<(IReadOnlyList<JsonElement> Items, string? Next)> PageAsync(string path, string? after, CancellationToken stop)
    {
        var page = await GetAsync(after is null ? path : $"{path}&after={Uri.EscapeDataString(after)}", stop);
        if (page.ValueKind != JsonValueKind.Object || !page.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array) throw NoApi();
        return ([.. items.EnumerateArray()], page.TryGetProperty("next", out var next) ? next.GetString() : null);
    }

    /// <summary>The items of all pages.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async IAsyncEnumerable<JsonElement> PagesAsync(string path, [EnumeratorCancellation] CancellationToken stop)
    {
        string? after = null;
        do
        {
            var (items, next) = await PageAsync(path, after, stop);
            foreach (var item in items) yield return item;
            after = next;
        }
        while (after is not null);
    }

    /// <summary>An answer that goes on and on.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<HttpResponseMessage> StreamAsync(string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/event-stream");
        return await AskAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
    }

    /// <exception cref="ApiException">The answer is none of the API.</exception>
    public static T Read<T>(JsonElement json)
    {
        try
        {
            return json.Deserialize<T>(Json) ?? throw NoApi();
        }
        catch (JsonException)
        {
            throw NoApi();
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, HttpCompletionOption until, CancellationToken stop)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, until, stop);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !stop.IsCancellationRequested))
        {
            throw new ApiException(ExitCode.Unreachable, $"{Url} does not answer: {(e.InnerException ?? e).Message}");
        }

        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw await ApiException.OfAsync(answer, Url, stop);
    }

    // Of anything else the client would say so with each request, as if nobody answered.
    private static bool IsSendable(string value) => value.All(static c => c is '\t' or (>= ' ' and <= '~'));

    private static ApiException NoApi() => new(ExitCode.Failed, "The answer is none of Gaffer's API. Is the URL that of its mount, such as http://127.0.0.1:8080/gaffer?");
}
