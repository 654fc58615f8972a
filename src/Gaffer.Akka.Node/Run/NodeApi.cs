using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Node;

/// <summary>The dashboard and the HTTP API of a node: for callers of its own machine, and for those that have its token.</summary>
internal static class NodeApi
{
    public const string Path = "/gaffer";

    public static void MapApi(this WebApplication app, NodeSettings settings)
    {
        var token = settings.Token is { } text ? SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {text}")) : null;
        app.UseRouting();
        app.Use((http, next) => http.GetEndpoint()?.Metadata.GetMetadata<Guarded>() is null || Allows(http, token) ? next(http) : RefuseAsync(http, token));
        app.MapGaffer(Path, static options => options.AllowAnonymousAccess = true).WithMetadata(new Guarded());      // who comes here was let in above
    }

    // A page in a browser of this machine, whose name was bent to it, names another host.
    private static bool Allows(HttpContext http, byte[]? token) => http.Request.Headers.Authorization is { Count: > 0 } sent && token is not null
        ? CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent.ToString())), token)
        : http.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller) && http.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]";

    private static Task RefuseAsync(HttpContext http, byte[]? token)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = "Bearer";
        var detail = token is null
            ? $"This node serves {Path} to callers of its own machine alone, by the name localhost. To others it does so with a token: {NodeSetting.Token.Key}."
            : "The token is missing or wrong: send it as 'Authorization: Bearer ...'.";
        return http.Response.WriteAsJsonAsync(new { type = "urn:gaffer:unauthorized", title = "Unauthorized", status = 401, detail, code = "unauthorized" }, options: null, contentType: "application/problem+json");
    }

    /// <summary>What marks the endpoints that not everybody may use.</summary>
    private sealed class Guarded;
}
