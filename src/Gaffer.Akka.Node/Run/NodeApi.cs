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

        if (settings.Dashboard == DashboardAccess.Local) app.MapLocalApi();
        else app.MapGaffer(Path, options => (options.AllowAnonymousAccess, options.ReadOnly) = (true, settings.Dashboard == DashboardAccess.AnybodyReadOnly));
    }

    /// <summary>For callers of this machine alone.</summary>
    public static void MapLocalApi(this WebApplication app)
    {
        app.Guard(LocalCaller.Is, RefuseOthersAsync);
        app.MapGaffer(Path, static options => options.AllowLocalAccess = true).WithMetadata(new Guarded());
    }

    // Callers of this machine, too: behind a proxy on it, everybody is one.
    private static void MapWithToken(this WebApplication app, string token)
    {
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {token}"));
        app.Guard(http => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString())), expected), RefuseAsync);
        app.MapGaffer(Path, static options => options.AllowAnonymousAccess = true).WithMetadata(new Guarded());      // who comes here was let in above
    }

    private static void Guard(this WebApplication app, Func<HttpContext, bool> allows, RequestDelegate refuse)
    {
        app.UseRouting();
        app.Use((http, next) => http.GetEndpoint()?.Metadata.GetMetadata<Guarded>() is null || allows(http) ? next(http) : refuse(http));
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return RefuseAsync(http, StatusCodes.Status401Unauthorized, "Unauthorized", "unauthorized", "The token is missing or wrong: send it as 'Authorization: Bearer ...'.");
    }

    private static Task RefuseOthersAsync(HttpContext http) => RefuseAsync(
        http, StatusCodes.Status403Forbidden, "Forbidden", "not-local",
        $"The node serves only callers of its own machine, and none through a proxy. For others, set {NodeSetting.Token.Key}, and send the token as 'Authorization: Bearer ...'.");

    private static Task RefuseAsync(HttpContext http, int status, string title, string code, string detail)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { type = $"urn:gaffer:{code}", title, status, detail, code }, options: null, contentType: "application/problem+json");
    }

    /// <summary>What marks the endpoints that not everybody may use.</summary>
    private sealed class Guarded;
}
