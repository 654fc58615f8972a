using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gaffer.Node;

/// <summary>Signs requests as <see href="https://www.standardwebhooks.com"/> says, so that the libraries of receivers can check them.</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimeHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    public const string Expected = "use whsec_ and the base64 of 24 to 64 random bytes (openssl rand -base64 32), or several with spaces between them while they change.";

    private const string Prefix = "whsec_";

    /// <summary>The keys in a text; none when one of them is no key.</summary>
    public static ImmutableArray<byte[]> Keys(string text)
    {
        var keys = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Key).ToArray();
        return keys.Any(key => key is null) ? [] : [.. keys!];
    }

    /// <summary>A signature of each key: a receiver that has one of them is content.</summary>
    public static string Of(IEnumerable<byte[]> keys, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        var signed = new byte[Encoding.UTF8.GetMaxByteCount(id.Length) + 22 + body.Length];
        var start = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}."), signed);
        body.CopyTo(signed.AsSpan(start));
        var length = start + body.Length;
        return string.Join(' ', keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed.AsSpan(0, length)))));
    }

    private static byte[]? Key(string word)
    {
        if (!word.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var bytes = new byte[word.Length];
        return Convert.TryFromBase64String(word[Prefix.Length..], bytes, out var length) && length is >= 24 and <= 64 ? bytes[..length] : null;
    }
}
