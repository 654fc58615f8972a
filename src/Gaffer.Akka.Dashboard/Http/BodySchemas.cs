using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Gaffer.Dashboard;

/// <summary>What the OpenAPI document says of bodies: their members with their types. What values are allowed, the error says that names the member.</summary>
internal static class BodySchemas
{
    private const string Duration = "A duration such as 500ms, 30s, 5m, 1h or 7d; infinite where there may be no end.";

    private static readonly ConfigNode Names = ConfigNode.From(System.Text.Json.JsonElement.Parse("{}"));

    public static IEnumerable<(string Name, JsonNode Schema)> All()
    {
        yield return (nameof(BulkBody), Of(GafferJson.Default.BulkBody));
        yield return (nameof(CancelBody), Of(GafferJson.Default.CancelBody));
        yield return (nameof(LimitBody), Of(GafferJson.Default.LimitBody));
        yield return ("QueueOptions", Section("As gaffer.queue-defaults says in reference.conf.", QueueOptionsBinder.Binder.Keys, QueueOption));
        var queue = Object("A queue, and what is other than in reference.conf.", [("name", Type("string")), ("options", Reference("QueueOptions"))]);
        queue["properties"]!["name"]!["pattern"] = "^[A-Za-z0-9._:-]{1,128}$";
        queue["required"] = new JsonArray("name");
        yield return ("NewQueue", queue);
        var job = Section("A job; what is left out or null comes from the queue.", [.. NewJob.Binder.Keys, "payload", "payload-base64", "content-type"], JobMember);
        job["anyOf"] = new JsonArray(new JsonObject { ["required"] = new JsonArray("payload") }, new JsonObject { ["required"] = new JsonArray("payloadBase64") });
        yield return ("NewJob", job);
        yield return ("NewJobs", new JsonObject { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = RequestCheck.MostInserts, ["items"] = Reference("NewJob") });
        yield return ("NewJobs-lines", new JsonObject
        {
            ["type"] = "string", ["contentMediaType"] = ApiCall.Lines, ["description"] = $"On each line one job as JSON, as NewJob says, up to {RequestCheck.MostInserts}; empty lines are passed by.",
        });
    }

    public static JsonNode Of(JsonTypeInfo type) => type.GetJsonSchemaAsNode(new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });

    public static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static JsonObject QueueOption(string key) => key switch
    {
        "max-attempts" or "priority" or "partitions" => Type("integer"),
        "max-workers" or "global-max-workers" or "max-snoozes" or "max-jobs" => Type("integer", "string", "A number, or unlimited."),
        "max-payload-bytes" => Type("integer", "string", "Bytes, or a size such as 1MiB."),
        "keep-log" => Type("boolean"),
        "limits" => Texts(),
        "timeout" or "shutdown-timeout" => Type("string", Duration),
        "poll-interval" => Type("string", "A duration, infinite or off."),
        "backoff" => Backoff(),
        "prune" => Type("object", "string", "Some of interval, maxAge, defaultAge, maxCount and allowNonTerminal; or Seed, Never or Default."),
        "forward" => Object("Other names of onFailed, onCompleted and onCancelled.", [("failed", Type("string")), ("completed", Type("string")), ("cancelled", Type("string"))]),
        "on-failed" or "on-completed" or "on-cancelled" => Type("string", "The name of a queue; empty: none."),
        "chain-policy" or "storage" => Type("string"),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "The document has no type for this option."),
    };

    private static JsonObject JobMember(string key)
    {
        var schema = key switch
        {
            "payload" => new JsonObject { ["description"] = "Any JSON, stored as it is." },
            "payload-base64" => Type("string", "Bytes that are no JSON, instead of payload."),
            "id" => Type("string", "A UUID, version 7 best: with it, the request can be repeated."),
            "priority" or "max-attempts" => Type("integer"),
            "timeout" or "shutdown-timeout" or "delay" => Type("string", Duration),
            "scheduled-at" or "expires-at" => Type("string"),
            "backoff" => Backoff(),
            "tags" => Texts(),
            "meta" => new JsonObject { ["type"] = "object", ["additionalProperties"] = Type("string") },
            "kind" or "content-type" or "partition-key" or "chain" or "unique-key" => Type("string"),
            _ => throw new ArgumentOutOfRangeException(nameof(key), key, "The document has no type for this member."),
        };
        if (key == "id") schema["format"] = "uuid";
        if (key is "scheduled-at" or "expires-at") schema["format"] = "date-time";
        if (key == "payload-base64") schema["contentEncoding"] = "base64";
        if (key != "payload") schema["type"] = schema["type"] is JsonArray types ? new JsonArray([.. types.Select(t => t!.DeepClone()), "null"]) : new JsonArray(schema["type"]!.DeepClone(), "null");
        return schema;
    }

    private static JsonObject Section(string description, IEnumerable<string> keys, Func<string, JsonObject> schema) => Object(description, [.. keys.Select(key => (Names.Name(key), schema(key)))]);

    private static JsonObject Object(string description, (string Name, JsonObject Schema)[] members)
    {
        var properties = new JsonObject();
        foreach (var (name, schema) in members) properties[name] = schema;
        return new() { ["type"] = "object", ["description"] = description, ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static JsonObject Backoff() => new()
    {
        ["type"] = new JsonArray("string", "array", "object"), ["items"] = Type("string"), ["description"] = "A duration, a list of durations, or {\"exponential\":{\"first\":\"1s\",\"factor\":2,\"max\":\"1d\",\"jitter\":0.1}}.",
    };

    private static JsonObject Texts() => new() { ["type"] = "array", ["items"] = Type("string") };

    private static JsonObject Type(string type) => new() { ["type"] = type };

    private static JsonObject Type(string type, string description) => new() { ["type"] = type, ["description"] = description };

    private static JsonObject Type(string one, string other, string description) => new() { ["type"] = new JsonArray(one, other), ["description"] = description };
}
