using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaffer.Node;

/// <summary>What the options of an insert say of its jobs, and how a line becomes one of them, as the API takes it.</summary>
/// <param name="Members">Members of each job that does not say otherwise.</param>
/// <param name="AreJobs">Whether a line is a whole job; else it is a payload.</param>
internal sealed record JobTemplate(JsonObject Members, bool AreJobs)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly Option<string?> Kind = Text("--kind", "NAME", "kind of job, which selects the worker (default)");
    private static readonly Option<int?> Priority = Number("--priority", "higher runs first");
    private static readonly Option<int?> MaxAttempts = Number("--max-attempts", "attempts until a job has failed");
    private static readonly Option<string?> Timeout = Text("--timeout", "TIME", "longest time of an attempt, such as 30s");
    private static readonly Option<string?> Delay = Text("--delay", "TIME", "not before this has passed, such as 10m");
    private static readonly Option<string?> At = Text("--at", "INSTANT", "not before then, such as 2026-01-01T12:00:00Z");
    private static readonly Option<string?> Expires = Text("--expires", "INSTANT", "cancelled if not started by then");
    private static readonly Option<string?> PartitionKey = Text("--partition-key", "KEY", "into the same partition as the others with this key");
    private static readonly Option<string?> Chain = Text("--chain", "NAME", "one after the other with the others of this chain");
    private static readonly Option<string?> UniqueKey = Text("--unique-key", "KEY", "not inserted while another job with this key has not ended");
    private static readonly Option<string[]> Tags = new("--tag") { Description = "word to find it by; may be given several times", HelpName = "WORD", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string[]> Meta = new("--meta") { Description = "kept with it; may be given several times", HelpName = "NAME=VALUE", Arity = ArgumentArity.ZeroOrMore };

    public static IReadOnlyList<Option> Options => [Kind, Priority, MaxAttempts, Timeout, Delay, At, Expires, PartitionKey, Chain, UniqueKey, Tags, Meta];

    /// <exception cref="ApiException">An option cannot be used.</exception>
    public static JobTemplate Of(ParseResult words, bool areJobs)
    {
        var members = new JsonObject();
        foreach (var (name, option) in new[] { ("kind", Kind), ("timeout", Timeout), ("delay", Delay), ("scheduledAt", At), ("expiresAt", Expires), ("partitionKey", PartitionKey), ("chain", Chain), ("uniqueKey", UniqueKey) })
        {
            if (words.GetValue(option) is { } value) members[name] = value;
        }

        if (words.GetValue(Priority) is { } priority) members["priority"] = priority;
        if (words.GetValue(MaxAttempts) is { } attempts) members["maxAttempts"] = attempts;
        if (words.GetValue(Tags) is { Length: > 0 } tags) members["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]);
        if (words.GetValue(Meta) is { Length: > 0 } meta) members["meta"] = new JsonObject(meta.Select(Pair));
        return new(members, areJobs);
    }

    /// <summary>A line as the API takes it, with an id, so that it can be sent twice; or what is wrong with it.</summary>
    public (byte[]? Job, string? Problem) Make(ReadOnlyMemory<byte> line)
    {
        try
        {
            return (AreJobs ? Whole(line) : Around(line), null);
        }
        catch (JsonException e)
        {
            return (null, $"this is no JSON: {e.Message}");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)        // the latter: half a surrogate pair in a text
        {
            return (null, e.Message);
        }
    }

    private byte[] Whole(ReadOnlyMemory<byte> line)
    {
        if (JsonNode.Parse(line.Span, null, Strict) is not JsonObject job) throw new FormatException("this is no object; a job is one with a payload.");
        foreach (var (name, value) in Members)
        {
            if (!job.ContainsKey(name)) job[name] = value?.DeepClone();
        }

        if (job["id"] is null) job["id"] = NewId(job);
        return JsonSerializer.SerializeToUtf8Bytes(job, ApiClient.Json);
    }

    // The payload stays as it is, byte by byte, but for line ends between its members.
    private byte[] Around(ReadOnlyMemory<byte> payload)
    {
        var bytes = new ArrayBufferWriter<byte>(payload.Length + 256);
        using var writer = new Utf8JsonWriter(bytes);
        writer.WriteStartObject();
        writer.WriteString("id", NewId(Members));
        foreach (var (name, value) in Members)
        {
            writer.WritePropertyName(name);
            value!.WriteTo(writer);
        }

        writer.WritePropertyName("payload");
        try
        {
            writer.WriteRawValue(payload.Span);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"this is no JSON: {e.Message}");
        }

        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    // A job with a partition key is taken only if its id leads to the partition of that; so is one with a chain or a unique key, where the queue has several partitions.
    private static string NewId(JsonObject job) =>
        JobPlace.NewFor(new JobOptions { PartitionKey = TextOf(job, "partitionKey"), Chain = TextOf(job, "chain"), UniqueKey = TextOf(job, "uniqueKey") }).ToString();

    // As the API reads it: case and hyphens of names do not count, and a number is a text.
    private static string? TextOf(JsonObject job, string name) => job.FirstOrDefault(member => ConfigNode.SameKey(member.Key, name)).Value?.ToString();

    private static KeyValuePair<string, JsonNode?> Pair(string text) => text.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? new(name, value)
        : throw new ApiException(ExitCode.Usage, $"--meta needs a name and a value, such as shop=berlin; it is '{text}'.");

    private static Option<string?> Text(string name, string value, string help) => new(name) { Description = help, HelpName = value };

    private static Option<int?> Number(string name, string help) => new(name)
    {
        Description = help,
        HelpName = "N",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens.SingleOrDefault()?.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
            result.AddError($"{name} needs a whole number.");
            return null;
        },
    };
}
