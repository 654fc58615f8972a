namespace Gaffer.Node;

/// <summary>The name of a host, or <c>*.example.org</c>: all names below that one.</summary>
internal static class HostPattern
{
    public static bool IsValid(string pattern) => Uri.CheckHostName(Below(pattern) ?? pattern) != UriHostNameType.Unknown;

    public static bool Fits(string pattern, string host) => Below(pattern) is null
        ? host.Equals(pattern, StringComparison.OrdinalIgnoreCase)
        : host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase);

    private static string? Below(string pattern) => pattern.StartsWith("*.", StringComparison.Ordinal) ? pattern[2..] : null;
}
