using Microsoft.AspNetCore.Http;

namespace Gaffer.Dashboard;

/// <summary>What must be true of a request that changes something.</summary>
internal static class ChangeGuard
{
    /// <summary>A header that no form and no link of another site can send.</summary>
    public const string Header = "X-Gaffer";

    /// <exception cref="ApiException">It must not be carried out.</exception>
    public static void Check(HttpContext http, GafferDashboardOptions options)
    {
        var request = http.Request;
        if (!request.Headers.ContainsKey(Header))
        {
            throw new ApiException(403, "missing-header", $"{request.Method} needs the header {Header}: 1. It shows that no form of another site sent this.");
        }

        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none")
        {
            throw new ApiException(403, "foreign-origin", "The request comes from a page of another origin (Sec-Fetch-Site).");
        }

        if (request.Headers.TryGetValue("Origin", out var origin) && !IsSame(origin.ToString(), request))
        {
            throw new ApiException(403, "foreign-origin", $"The request comes from a page of another origin (Origin), not of {request.Host}. Behind a proxy, use forwarded headers, so that the host knows its own address.");
        }

        if (options.ReadOnly) throw new ApiException(403, "read-only", "The dashboard is read-only (ReadOnly): nothing can be changed through it.");
    }

    private static bool IsSame(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && string.Equals(from.Scheme, request.Scheme, StringComparison.OrdinalIgnoreCase)
        && string.Equals(from.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase)
        && from.Port == (request.Host.Port ?? (request.IsHttps ? 443 : 80));
}
