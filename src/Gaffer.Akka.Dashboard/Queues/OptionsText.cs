using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaffer.Dashboard;

/// <summary>Options of a queue as JSON, in the words in which <see cref="QueueOptionsBinder"/> reads them back.</summary>
internal static class OptionsText
{
    private const string Infinite = "infinite";
    private const string Unlimited = "unlimited";
    private const string Never = "never";

    private static readonly (long Ticks, string Unit)[] Units =
    [
        (TimeSpan.TicksPerDay, "d"), (TimeSpan.TicksPerHour, "h"), (TimeSpan.TicksPerMinute, "m"), (TimeSpan.TicksPerSecond, "s"), (TimeSpan.TicksPerMillisecond, "ms"),
    ];

    public static JsonElement Of(QueueOptions options) => Element(new JsonObject
    {
        ["maxWorkers"] = Limit(options.MaxWorkers),
        ["globalMaxWorkers"] = Limit(options.GlobalMaxWorkers),
        ["partitions"] = options.Partitions,
        ["limits"] = new JsonArray([.. options.Limits.Select(name => JsonValue.Create(name))]),
        ["pollInterval"] = options.PollInterval is { } interval ? Duration(interval) : "off",
        ["maxAttempts"] = options.MaxAttempts,
        ["timeout"] = Duration(options.Timeout),
        ["backoff"] = BackoffNode(options.Backoff),
        ["priority"] = options.Priority,
        ["shutdownTimeout"] = Duration(options.ShutdownTimeout),
        ["onFailed"] = options.OnFailed?.Value ?? "",
        ["onCompleted"] = options.OnCompleted?.Value ?? "",
        ["onCancelled"] = options.OnCancelled?.Value ?? "",
        ["prune"] = Prune(options.Prune),
        ["chainPolicy"] = options.ChainPolicy.ToString(),
        ["maxSnoozes"] = Count(options.MaxSnoozes),
        ["maxPayloadBytes"] = options.MaxPayloadBytes,
        ["maxJobs"] = Count(options.MaxJobs),
        ["keepLog"] = options.KeepLog,
        ["storage"] = options.Storage,
    });

    /// <summary>With the largest unit of which it is a whole number.</summary>
    public static string Duration(TimeSpan span)
    {
        if (span == Timeout.InfiniteTimeSpan) return Infinite;
        if (span == TimeSpan.Zero) return "0s";
        foreach (var (ticks, unit) in Units)
        {
            if (span.Ticks % ticks == 0) return string.Create(CultureInfo.InvariantCulture, $"{span.Ticks / ticks}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)span.Ticks / TimeSpan.TicksPerMicrosecond}us");
    }

    public static JsonElement Backoff(Backoff backoff) => Element(BackoffNode(backoff));

    private static JsonNode BackoffNode(Backoff backoff) => backoff switch
    {
        Backoff.FixedBackoff f => JsonValue.Create(Duration(f.Delay)),
        Backoff.ScheduleBackoff s => new JsonArray([.. s.Delays.Select(d => JsonValue.Create(Duration(d)))]),
        Backoff.ExponentialBackoff e => new JsonObject
        {
            ["exponential"] = new JsonObject { ["first"] = Duration(e.First), ["factor"] = e.Factor, ["max"] = Duration(e.Max), ["jitter"] = e.Jitter },
        },
        _ => throw new ArgumentOutOfRangeException(nameof(backoff), backoff, "There is no text for this backoff."),
    };

    private static JsonObject Prune(PruneOptions prune)
    {
        var ages = new JsonObject();
        foreach (var (state, age) in prune.MaxAge) ages[JobRow.Camel(state)] = AgeText(age);
        return new JsonObject
        {
            ["interval"] = prune.Interval is { } interval ? Duration(interval) : "off",
            ["maxAge"] = ages,
            ["defaultAge"] = AgeText(prune.DefaultAge),
            ["maxCount"] = Count(prune.MaxCount),
            ["allowNonTerminal"] = prune.AllowNonTerminal,
        };
    }

    private static string AgeText(Age age) => age.Span is { } span ? Duration(span) : Never;

    private static JsonValue Limit(WorkerLimit limit) => limit.IsUnlimited ? JsonValue.Create(Unlimited) : JsonValue.Create(limit.Value);

    private static JsonValue Count(int? count) => count is { } number ? JsonValue.Create(number) : JsonValue.Create(Unlimited);

    private static JsonElement Element(JsonNode node) => JsonElement.Parse(node.ToJsonString());
}
