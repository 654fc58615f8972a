using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Gaffer.Dashboard;

/// <summary>Reads what a caller says of a job to insert; all that is wrong is said at once.</summary>
internal static class NewJob
{
    private const string PayloadKey = "payload";
    private const string Base64Key = "payloadBase64";
    private const string TypeKey = "contentType";

    public static SectionBinder<JobOptions> Binder { get; } = new SectionBinder<JobOptions>()
        .Key<JobId>("id", Id, (o, v) => o with { Id = v })
        .Key<string>("kind", ConfigValues.Text, (o, v) => o with { Kind = v })
        .Key<int>("priority", ConfigValues.Integer, (o, v) => o with { Priority = v })
        .Key<int>("max-attempts", ConfigValues.FromOne, (o, v) => o with { MaxAttempts = v })
        .Key<TimeSpan>("timeout", ConfigValues.PositiveOrInfinite, (o, v) => o with { Timeout = v })
        .Key<Backoff>("backoff", BackoffBinder.Read, (o, v) => o with { Backoff = v })
        .Key<TimeSpan>("shutdown-timeout", ConfigValues.PositiveDuration, (o, v) => o with { ShutdownTimeout = v })
        .Key<TimeSpan>("delay", ConfigValues.Duration, (o, v) => o with { Delay = v })
        .Key<DateTimeOffset>("scheduled-at", Time, (o, v) => o with { ScheduledAt = v })
        .Key<DateTimeOffset>("expires-at", Time, (o, v) => o with { ExpiresAt = v })
        .Key<string>("partition-key", ConfigValues.Text, (o, v) => o with { PartitionKey = v })
        .Key<string>("chain", ConfigValues.Text, (o, v) => o with { Chain = v })
        .Key<string>("unique-key", ConfigValues.Text, (o, v) => o with { UniqueKey = v })
        .Key<ImmutableArray<string>>("tags", Tags, (o, v) => o with { Tags = v })
        .Key<ImmutableDictionary<string, string>>("meta", Meta, (o, v) => o with { Meta = v });

    /// <summary>The insert, or null and the problems.</summary>
    public static InsertJob? Read(QueueName queue, JsonElement json, ConfigProblems problems)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"A job is a JSON object with a payload, not {Kind(json)}.");
            return null;
        }

        string[] own = [PayloadKey, Base64Key, TypeKey, .. json.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Null).Select(m => m.Name)];
        var before = problems.All.Count;
        var options = Binder.Bind(JobOptions.Default, ConfigNode.From(json).Without(own), problems);
        var type = Text(json, TypeKey, problems) ?? InsertJob.Json;
        var payload = Payload(json, type, problems);
        return problems.All.Count == before ? new InsertJob(queue, payload, options, type) : null;
    }

    private static ReadOnlyMemory<byte> Payload(JsonElement json, string type, ConfigProblems problems)
    {
        var encoded = Text(json, Base64Key, problems);
        if (json.TryGetProperty(PayloadKey, out var payload))
        {
            if (encoded is not null) problems.Add($"There are {PayloadKey} and {Base64Key}; give one of them.");
            if (type != InsertJob.Json) problems.Add($"{TypeKey} is '{ApiCall.Shorten(type)}'; what is not {InsertJob.Json} comes as {Base64Key}.");
            return JsonMarshal.GetRawUtf8Value(payload).ToArray();
        }

        if (encoded is null)
        {
            problems.Add($"There is no {PayloadKey}; give any JSON, or {Base64Key}.");
            return default;
        }

        var bytes = new byte[encoded.Length];
        if (Convert.TryFromBase64String(encoded, bytes, out var length)) return bytes.AsMemory(0, length);
        problems.Add($"{Base64Key} is no base64.");
        return default;
    }

    private static string? Text(JsonElement json, string key, ConfigProblems problems)
    {
        if (!json.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        problems.Add($"{key} is {Kind(value)}; use a text.");
        return null;
    }

    private static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static bool Id(ConfigNode node, ConfigProblems problems, out JobId value)
    {
        var read = Guid.TryParseExact(node.Text, "D", out var id);
        value = new JobId(id);
        if (!read) problems.BadValue(node, "a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057");
        return read;
    }

    private static bool Time(ConfigNode node, ConfigProblems problems, out DateTimeOffset value)
    {
        if (ApiCall.TryReadTime(node.Text, out value)) return true;
        problems.BadValue(node, $"a time such as {ApiCall.TimeExample}");
        return false;
    }

    private static bool Tags(ConfigNode node, ConfigProblems problems, out ImmutableArray<string> value)
    {
        var texts = node.Items?.Select(i => i.Text).ToArray();
        value = texts is null ? [] : [.. texts.Select(t => t ?? "")];
        if (texts?.All(t => t is not null) == true) return true;
        problems.BadValue(node, "a list of texts");
        return false;
    }

    private static bool Meta(ConfigNode node, ConfigProblems problems, out ImmutableDictionary<string, string> value)
    {
        value = ImmutableDictionary<string, string>.Empty;
        if (node.Entries?.All(e => e.Value.Text is not null) != true)
        {
            problems.BadValue(node, "an object whose members are texts");
            return false;
        }

        value = value.SetItems(node.Entries.Select(e => KeyValuePair.Create(e.Key, e.Value.Text!)));
        return true;
    }
}
