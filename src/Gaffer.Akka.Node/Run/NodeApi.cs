using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Node;

/// <summary>The dashboard and the HTTP API of a node, and who may use them.</summary>
internal static class NodeApi
{
    public const string Path = "/gaffer";

    public static void MapApi(this WebApplication app, NodeSettings settings)
    {
        if (settings.Dashboard == DashboardAccess.Off) return;
        if (settings.Token is { } token)
        {
            app.MapWithToken(token);
            return;
        }

        app.MapGaffer(Path, options =>
        {
            options.AllowLocalAccess = settings.Dashboard == DashboardAccess.Local;
            options.AllowAnonymousAccess = settings.Dashboard != DashboardAccess.Local;
            options.ReadOnly = settings.Dashboard == DashboardAccess.AnybodyReadOnly;
        });
    }

    private static void MapWithToken(this WebApplication app, string token)
    {
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {token}"));
        app.UseRouting();
        app.Use((http, next) => http.GetEndpoint()?.Metadata.GetMetadata<Guarded>() is null || Allows(http, expected) ? next(http) : RefuseAsync(http));
        app.MapGaffer(Path, static options => options.AllowAnonymousAccess = true).WithMetadata(new Guarded());      // who comes here was let in above
    }

    // A page in a browser of this machine, whose name was bent to it, names another host.
    private static bool Allows(HttpContext http, byte[] expected) => http.Request.Headers.Authorization is { Count: > 0 } sent
        ? CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent.ToString())), expected)
        : http.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller) && http.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]";

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = "Bearer";
        const string detail = "The token is missing or wrong: send it as 'Authorization: Bearer ...'.";
        return http.Response.WriteAsJsonAsync(new { type = "urn:gaffer:unauthorized", title = "Unauthorized", status = 401, detail, code = "unauthorized" }, options: null, contentType: "application/problem+json");
    }

    /// <summary>What marks the endpoints that not everybody may use.</summary>
    private sealed class Guarded;
}
