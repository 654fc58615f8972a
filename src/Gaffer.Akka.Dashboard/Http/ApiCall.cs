using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Gaffer.Dashboard;

/// <summary>One request of the API: reads what it says, or refuses it.</summary>
internal sealed class ApiCall(HttpContext http, Mount mount)
{
    public const int MostItems = 1000;
    public const string Json = "application/json";
    public const string Lines = "application/x-ndjson";
    public const string TimeExample = "2026-01-01T12:00:00Z";

    private const int DefaultItems = 100;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public HttpContext Http { get; } = http;

    public Mount Mount { get; } = mount;

    public IGaffer Gaffer => Mount.Gaffer;

    public CancellationToken Stop => Http.RequestAborted;

    public DateTimeOffset Now => Mount.Time.GetUtcNow();

    /// <summary>The status of the answer, 200 unless said otherwise.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    public QueueName Queue => NameOf("queue", "queue");

    public string Limit => NameOf("name", "limit").Value;

    public JobId Job => ReadId(Http.GetRouteValue("id") as string);

    public JobId? AfterJob => Query("after") is { } after ? ReadCursor(after) : default(JobId?);

    /// <summary>The state that the query names.</summary>
    public JobState? State => Query("state") is { } state ? ReadState(state) : default(JobState?);

    public static JobId ReadId(string? text) =>
        Guid.TryParseExact(text, "D", out var id) ? new JobId(id) : throw ApiException.Invalid($"'{Shorten(text)}' is not a job id: write a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057.");

    public static JobId ReadCursor(string text) =>
        Guid.TryParseExact(text, "D", out var id) ? new JobId(id) : throw ApiException.Invalid($"after is '{Shorten(text)}'; use the value of next of the page before.");

    public static int CheckLimit(int? limit) =>
        limit is null or (>= 1 and <= MostItems) ? limit ?? DefaultItems : throw ApiException.Invalid($"limit is {limit}; use 1 to {MostItems}.");

    public static JobState ReadState(string text) => text switch
    {
        "available" => JobState.Available,
        "executing" => JobState.Executing,
        "completed" => JobState.Completed,
        "cancelled" => JobState.Cancelled,
        "failed" => JobState.Failed,
        _ => throw ApiException.Invalid($"state is '{Shorten(text)}'; use available, executing, completed, cancelled or failed."),
    };

    /// <summary>Reads an instant: a date with a time; without an offset it is of UTC.</summary>
    public static bool TryReadTime(string? text, out DateTimeOffset time)
    {
        time = default;
        return text?.Contains('T', StringComparison.Ordinal) == true
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>What a person wrote, short enough to be said back.</summary>
    public static string Shorten(string? text) => text is { Length: > 80 } ? string.Concat(text.AsSpan(0, 80), "…") : text ?? "";

    /// <summary>Refuses parameters that nobody reads: a misspelled filter would otherwise select everything.</summary>
    public void CheckQuery(IReadOnlyList<QueryParameter> known)
    {
        foreach (var (name, values) in Http.Request.Query)
        {
            if (!known.Any(k => k.Name == name))
            {
                throw ApiException.Invalid($"There is no parameter '{Shorten(name)}' here; {(known.Count == 0 ? "there is none." : $"there are {string.Join(", ", known.Select(k => k.Name))}.")}");
            }

            if (values.Count > 1) throw ApiException.Invalid($"{name} is there {values.Count} times; give it once.");
        }
    }

    public string? Query(string name) => Http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    public DateTimeOffset? Time(string name)
    {
        if (Query(name) is not { } text) return null;
        return TryReadTime(text, out var time) ? time : throw ApiException.Invalid($"{name} is '{Shorten(text)}'; use a time such as {TimeExample}.");
    }

    public int PageSize()
    {
        if (Query("limit") is not { } text) return DefaultItems;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)) throw ApiException.Invalid($"limit is '{Shorten(text)}'; use 1 to {MostItems}.");
        return CheckLimit(limit);
    }

    /// <summary>The media type of the body, without its parameters.</summary>
    public string? MediaType => Http.Request.ContentType?.Split(';', 2)[0].Trim().ToLowerInvariant();

    /// <exception cref="ApiException">It is of another type.</exception>
    public void RequireType(params ReadOnlySpan<string> types)
    {
        foreach (var type in types)
        {
            if (MediaType == type) return;
        }

        throw new ApiException(415, "unsupported-media-type", $"The body is '{Shorten(Http.Request.ContentType)}'; send {string.Join(" or ", types.ToArray())}.");
    }

    public async Task<T> ReadAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        RequireType(Json);
        try
        {
            return JsonSerializer.Deserialize((await ReadBodyAsync().ConfigureAwait(false)).Span, type) ?? throw ApiException.Invalid("The body is null; send an object.");
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
        catch (InvalidOperationException e)
        {
            throw ApiException.Invalid($"The body cannot be read: {Shorten(e.Message)}");
        }
    }

    public async Task<JsonElement> ReadJsonAsync()
    {
        RequireType(Json);
        return Parse(await ReadBodyAsync().ConfigureAwait(false));
    }

    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            CheckTexts(json.Span);
            return JsonElement.Parse(json.Span, Strict);
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Refuses texts that no string can hold: the parser lets them pass, and whoever asks for them later fails.</summary>
    private static void CheckTexts(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) throw ApiException.Invalid("The body cannot be read: it is not UTF-8.");
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped) continue;
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw ApiException.Invalid($"The body cannot be read: at byte {reader.TokenStartIndex} is half of a surrogate pair; write both, or \\uFFFD.");
            }
        }
    }

    /// <summary>The body, which is not larger than it may be.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadBodyAsync()
    {
        var most = Mount.Options.MaxBodyBytes;
        if (Http.Request.ContentLength > most) throw TooLarge(most);
        if (Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = (long)most + 1;
        var body = new ArrayBufferWriter<byte>((int)(Http.Request.ContentLength ?? 1024) + 1);
        int read;
        while ((read = await Http.Request.Body.ReadAsync(body.GetMemory(1), Stop).ConfigureAwait(false)) > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > most) throw TooLarge(most);
        }

        return body.WrittenMemory;
    }

    private static ApiException TooLarge(int most) => new(413, "body-too-large", $"The body is larger than {most} bytes (MaxBodyBytes); send less at once.");

    private static ApiException Unreadable(JsonException e) => ApiException.Invalid($"The body cannot be read: {Shorten(e.Message.Split(" Path:")[0])}{(e.Path is { Length: > 1 } path ? $" At {Shorten(path)}." : "")}");

    private QueueName NameOf(string key, string what)
    {
        var text = Http.GetRouteValue(key) as string;
        return QueueName.IsValid(text) ? new QueueName(text) : throw ApiException.Invalid($"'{Shorten(text)}' is no name of a {what}: use 1 to 128 characters of A-Z a-z 0-9 . _ : -");
    }
}
