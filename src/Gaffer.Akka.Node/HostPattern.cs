using System.Globalization;

namespace Gaffer.Node;

/// <summary>The name of a host, or <c>*.example.org</c>: all names below that one. It is compared as it travels: in ASCII, <c>xn--bcher-kva.example</c> for <c>bücher.example</c>, without the dot at its end.</summary>
internal static class HostPattern
{
    private static readonly IdnMapping Idn = new();

    public static bool IsValid(string pattern) => (Below(pattern) ?? pattern) is var name && Uri.CheckHostName(name) != UriHostNameType.Unknown && Ascii(name) is not null;

    public static bool Fits(string pattern, string host) => Ascii(host) is { } asked && (Below(pattern) is { } parent
        ? asked.EndsWith($".{Ascii(parent)}", StringComparison.Ordinal)
        : asked.Equals(Ascii(pattern), StringComparison.Ordinal));

    private static string? Below(string pattern) => pattern.StartsWith("*.", StringComparison.Ordinal) ? pattern[2..] : null;

    private static string? Ascii(string name)
    {
        var bare = (name.EndsWith('.') ? name[..^1] : name).ToLowerInvariant();
        if (System.Text.Ascii.IsValid(bare)) return bare;
        try
        {
            return Idn.GetAscii(bare);
        }
        catch (ArgumentException)
        {
            return null;                        // no such name can be asked for
        }
    }
}
