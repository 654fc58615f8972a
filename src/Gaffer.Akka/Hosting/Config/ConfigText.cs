using System.Globalization;
using System.Text.RegularExpressions;

namespace Gaffer;

/// <summary>How people write durations, sizes and switches.</summary>
internal static partial class ConfigText
{
    public const string DurationExample = "such as 500ms, 30s, 5m, 1h, 7d, or a number of milliseconds";

    public const string SizeExample = "such as 4096, 64KiB, 1MiB";

    private static readonly NumberFormatInfo Numbers = NumberFormatInfo.InvariantInfo;

    /// <summary>A number of milliseconds, a number with a unit, or hh:mm:ss.</summary>
    public static TimeSpan? Duration(string text)
    {
        var trimmed = text.Trim();
        if (Measure().Match(trimmed) is { Success: true } match
            && decimal.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, Numbers, out var number)
            && TicksOf(match.Groups[2].Value) is { } ticks)
        {
            return Math.Abs(number) <= TimeSpan.MaxValue.Ticks / ticks ? TimeSpan.FromTicks((long)(number * ticks)) : null;
        }

        return trimmed.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(trimmed, CultureInfo.InvariantCulture, out var span) ? span : null;
    }

    /// <summary>A number of bytes, or a number with a unit: kB is 1000, KiB and K are 1024, as in HOCON.</summary>
    public static long? Size(string text)
    {
        if (Measure().Match(text.Trim()) is not { Success: true } match
            || !decimal.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, Numbers, out var number)
            || BytesOf(match.Groups[2].Value) is not { } bytes)
        {
            return null;
        }

        return Math.Abs(number) <= long.MaxValue / bytes ? (long)(number * bytes) : null;
    }

    public static int? Integer(string text) => int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, Numbers, out var number) ? number : null;

    public static double? Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, Numbers, out var number) && double.IsFinite(number) ? number : null;

    public static bool? Switch(string text) => Plain(text) switch
    {
        "TRUE" or "ON" or "YES" => true,
        "FALSE" or "OFF" or "NO" => false,
        _ => null,
    };

    public static bool Is(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (string.Equals(Plain(text), word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private static string Plain(string text) => ConfigNode.Plain(text.Trim()).ToUpperInvariant();

    private static long? TicksOf(string unit) => unit switch
    {
        "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
        "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
        "s" or "sec" or "secs" or "second" or "seconds" => TimeSpan.TicksPerSecond,
        "m" or "min" or "mins" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
        "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
        "d" or "day" or "days" => TimeSpan.TicksPerDay,
        _ => null,
    };

    private static long? BytesOf(string unit) => unit switch
    {
        "" or "b" or "B" or "byte" or "bytes" => 1,
        "kB" or "kilobyte" or "kilobytes" => 1_000,
        "k" or "K" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
        "MB" or "megabyte" or "megabytes" => 1_000_000,
        "m" or "M" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
        "GB" or "gigabyte" or "gigabytes" => 1_000_000_000,
        "g" or "G" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
        _ => null,
    };

    [GeneratedRegex(@"\A([+-]?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Measure();
}
