using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Node;

/// <summary>Whom a node trusts: who sends its token, or, where there is none, who is on its machine.</summary>
internal sealed class TrustedCallers(string? token)
{
    public const string WhatIsMissing = "The token is missing or wrong: send it as 'Authorization: Bearer ...'.";

    private readonly byte[]? _expected = token is null ? null : Hash($"Bearer {token}");

    /// <summary>Whether a caller is one. Where there is a token, callers of this machine need it, too: behind a proxy on it, everybody is one.</summary>
    public bool Include(HttpContext http) => _expected is null ? LocalCaller.Is(http) : CryptographicOperations.FixedTimeEquals(Hash(http.Request.Headers.Authorization.ToString()), _expected);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
