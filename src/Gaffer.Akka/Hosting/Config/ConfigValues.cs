using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Reads one value; when it cannot, it says why and answers false.</summary>
internal delegate bool ReadValue<T>(ConfigNode node, ConfigProblems problems, out T value);

/// <summary>The kinds of values that settings have, and how each is written.</summary>
internal static class ConfigValues
{
    private static readonly string[] Unlimited = ["unlimited", "infinity", "infinite"];

    public static bool Text(ConfigNode node, ConfigProblems problems, out string value) => Read(node, problems, static text => text, "a text", out value);

    public static bool Integer(ConfigNode node, ConfigProblems problems, out int value) => Read(node, problems, ConfigText.Integer, "a whole number", out value);

    public static bool FromOne(ConfigNode node, ConfigProblems problems, out int value) =>
        Read(node, problems, static text => ConfigText.Integer(text) is >= 1 and var n ? n : null, "a whole number, 1 or more", out value);

    public static bool FromZero(ConfigNode node, ConfigProblems problems, out int value) =>
        Read(node, problems, static text => ConfigText.Integer(text) is >= 0 and var n ? n : null, "a whole number, 0 or more", out value);

    public static bool Partitions(ConfigNode node, ConfigProblems problems, out int value) => Read(
        node, problems, static text => ConfigText.Integer(text) is >= 1 and <= QueueOptions.MostPartitions and var n ? n : null, $"a whole number from 1 to {QueueOptions.MostPartitions}", out value);

    public static bool Switch(ConfigNode node, ConfigProblems problems, out bool value) => Read(node, problems, ConfigText.Switch, "true or false", out value);

    public static bool Limit(ConfigNode node, ConfigProblems problems, out WorkerLimit value) => Read(
        node, problems, static text => ConfigText.Is(text, Unlimited) ? WorkerLimit.Unlimited : ConfigText.Integer(text) is >= 1 and var n ? new WorkerLimit(n) : default(WorkerLimit?),
        "a whole number, 1 or more, or unlimited", out value);

    /// <summary>A number from 1 on, or null for any number.</summary>
    public static bool CountOrUnlimited(ConfigNode node, ConfigProblems problems, out int? value) => CountFrom(1, node, problems, out value);

    /// <summary>A number from 0 on, or null for any number.</summary>
    public static bool KeptOrUnlimited(ConfigNode node, ConfigProblems problems, out int? value) => CountFrom(0, node, problems, out value);

    public static bool PositiveDuration(ConfigNode node, ConfigProblems problems, out TimeSpan value) =>
        Read(node, problems, Positive, $"a duration above 0, {ConfigText.DurationExample}", out value);

    public static bool Duration(ConfigNode node, ConfigProblems problems, out TimeSpan value) =>
        Read(node, problems, NotNegative, $"a duration, 0 or more, {ConfigText.DurationExample}", out value);

    public static bool PositiveOrInfinite(ConfigNode node, ConfigProblems problems, out TimeSpan value) => Read(
        node, problems, static text => ConfigText.Is(text, Unlimited) ? Timeout.InfiniteTimeSpan : Positive(text), $"a duration above 0, {ConfigText.DurationExample}, or infinite", out value);

    /// <summary>The three meanings of a poll interval; null: off.</summary>
    public static bool PollInterval(ConfigNode node, ConfigProblems problems, out TimeSpan? value)
    {
        value = null;
        if (node.Text is { } text && ConfigText.Is(text, "off")) return true;
        var read = Read(node, problems, static text => ConfigText.Is(text, Unlimited) ? Timeout.InfiniteTimeSpan : Positive(text),
            $"off, a duration above 0, {ConfigText.DurationExample}, or infinite", out TimeSpan interval);
        value = read ? interval : null;
        return read;
    }

    /// <summary>Time between two looks of the pruner; null: off.</summary>
    public static bool IntervalOrOff(ConfigNode node, ConfigProblems problems, out TimeSpan? value)
    {
        value = null;
        if (node.Text is { } text && (ConfigText.Is(text, "off", "never") || ConfigText.Is(text, Unlimited))) return true;
        var read = Read(node, problems, Positive, $"a duration above 0, {ConfigText.DurationExample}, or off", out TimeSpan interval);
        value = read ? interval : null;
        return read;
    }

    public static bool Age(ConfigNode node, ConfigProblems problems, out Age value) => Read(
        node, problems,
        static text => ConfigText.Is(text, "never") || ConfigText.Is(text, Unlimited) ? Gaffer.Age.Never
            : ConfigText.Is(text, "immediately") ? Gaffer.Age.Immediately
            : NotNegative(text) is { } span ? Gaffer.Age.Of(span) : default(Age?),
        $"a duration, 0 or more, {ConfigText.DurationExample}, or never", out value);

    public static bool PayloadBytes(ConfigNode node, ConfigProblems problems, out int value) => Read(
        node, problems, static text => ConfigText.Size(text) is >= 1 and <= QueueOptions.PayloadLimit and var n ? (int)n : null, $"a size from 1 to 64MiB, {ConfigText.SizeExample}", out value);

    public static bool PositiveSize(ConfigNode node, ConfigProblems problems, out long value) => Read(
        node, problems, static text => ConfigText.Size(text) is >= 1 and <= int.MaxValue and var n ? n : null, $"a size from 1 to 2147483647 bytes, {ConfigText.SizeExample}", out value);

    /// <summary>The name of a queue; null where an empty text takes a target back.</summary>
    public static bool Target(ConfigNode node, ConfigProblems problems, out QueueName? value)
    {
        value = null;
        if (node.Text is { } text && text.Trim().Length == 0) return true;
        var read = Read(node, problems, static text => QueueName.IsValid(text) ? new QueueName(text) : default(QueueName?),
            "the name of a queue (1 to 128 characters of A-Z a-z 0-9 . _ : -), or an empty text for none", out QueueName name);
        value = read ? name : default(QueueName?);
        return read;
    }

    public static bool StorageName(ConfigNode node, ConfigProblems problems, out string value) =>
        Read(node, problems, static string? (text) => QueueName.IsValid(text) ? text : null, "the name of a storage", out value);

    /// <summary>Names of limits: one, or a list; empty for none.</summary>
    public static bool Names(ConfigNode node, ConfigProblems problems, out ImmutableSortedSet<string> value)
    {
        var names = node.AsList()?.Select(n => n.Text ?? "").ToArray() ?? (string.IsNullOrWhiteSpace(node.Text) ? [] : [node.Text.Trim()]);
        value = names.ToImmutableSortedSet(StringComparer.Ordinal);
        if (names.All(QueueName.IsValid)) return true;
        problems.BadValue(node, "a name or a list of names (1 to 128 characters of A-Z a-z 0-9 . _ : - each)");
        return false;
    }

    public static bool Chain(ConfigNode node, ConfigProblems problems, out ChainPolicy value) => Read(
        node, problems,
        static text => ConfigText.Is(text, nameof(ChainPolicy.BlockOnRetry)) ? ChainPolicy.BlockOnRetry
            : ConfigText.Is(text, nameof(ChainPolicy.SkipOnRetry)) ? ChainPolicy.SkipOnRetry : default(ChainPolicy?),
        $"{nameof(ChainPolicy.BlockOnRetry)} or {nameof(ChainPolicy.SkipOnRetry)}", out value);

    private static TimeSpan? Positive(string text) => ConfigText.Duration(text) is { } span && span > TimeSpan.Zero ? span : null;

    private static TimeSpan? NotNegative(string text) => ConfigText.Duration(text) is { } span && span >= TimeSpan.Zero ? span : null;

    private static bool CountFrom(int least, ConfigNode node, ConfigProblems problems, out int? value)
    {
        value = null;
        if (node.Text is { } text && ConfigText.Is(text, Unlimited)) return true;
        var read = Read(node, problems, text => ConfigText.Integer(text) is { } n && n >= least ? n : default(int?), $"a whole number, {least} or more, or unlimited", out int count);
        value = read ? count : null;
        return read;
    }

    private static bool Read<T>(ConfigNode node, ConfigProblems problems, Func<string, T?> parse, string allowed, out T value)
        where T : struct
    {
        var parsed = node.Text is { } text ? parse(text) : null;
        if (parsed is null) problems.BadValue(node, allowed);
        value = parsed.GetValueOrDefault();
        return parsed is not null;
    }

    private static bool Read(ConfigNode node, ConfigProblems problems, Func<string, string?> parse, string allowed, out string value)
    {
        var parsed = string.IsNullOrWhiteSpace(node.Text) ? null : parse(node.Text.Trim());
        if (parsed is null) problems.BadValue(node, allowed);
        value = parsed ?? "";
        return parsed is not null;
    }
}
