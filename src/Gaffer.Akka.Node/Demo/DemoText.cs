using System.Globalization;

namespace Gaffer.Node;

/// <summary>How the demo writes numbers, names and reasons.</summary>
internal static class DemoText
{
    /// <summary>Why a job fails that names what the demo was not told to read.</summary>
    public const string Outside = "not in the folder of this demo, or only by a link";

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Plural(long number, string one, string many) => $"{Count(number)} {(number == 1 ? one : many)}";

    public static string Size(double bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000:N1} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000:N1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000:N2} GB"),
    };

    public static string Time(TimeSpan time) => time.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:N1} s")
        : time.ToString(time.TotalHours < 1 ? @"m\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>A name from the disk, without what a terminal would obey.</summary>
    public static string Clean(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) ? '?' : source[i];
    });

    /// <summary>Why a path could not be used.</summary>
    public static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "access denied",
        FileNotFoundException or DirectoryNotFoundException => "not found any more",
        PathTooLongException => "its path is too long",
        _ => Clean(e.Message),
    };
}
