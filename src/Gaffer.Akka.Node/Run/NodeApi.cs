using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Node;

/// <summary>The dashboard and the HTTP API of a node, and who may use them.</summary>
internal static class NodeApi
{
    public const string Path = "/gaffer";

    public static void MapApi(this WebApplication app, NodeSettings settings, TrustedCallers trusted)
    {
        switch (settings)
        {
            case { Dashboard: DashboardAccess.Off }:
                break;
            case { Token: not null }:
                app.MapGaffer(Path, static options => options.AllowAnonymousAccess = true).Guard(http => trusted.Include(http) ? null : RefuseAsync);      // the guard lets nobody else in
                break;
            case { Dashboard: DashboardAccess.Local }:
                app.MapLocalApi();
                break;
            default:
                var names = RequestHost.Of(settings);
                app.MapGaffer(Path, options =>
                {
                    options.AllowAnonymousAccess = true;
                    options.ReadOnly = settings.Dashboard == DashboardAccess.AnybodyReadOnly;
                }).Guard(http => names.Allows(http) ? null : RefuseHostAsync);
                break;
        }
    }

    /// <summary>For callers of this machine alone.</summary>
    public static void MapLocalApi(this WebApplication app) =>
        app.MapGaffer(Path, static options => options.AllowLocalAccess = true).Guard(static http => LocalCaller.Is(http) ? null : RefuseOthersAsync);

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return RefuseAsync(http, StatusCodes.Status401Unauthorized, "Unauthorized", "unauthorized", TrustedCallers.WhatIsMissing);
    }

    private static Task RefuseOthersAsync(HttpContext http) => RefuseAsync(
        http, StatusCodes.Status403Forbidden, "Forbidden", "not-local",
        $"The node serves only callers of its own machine that ask for localhost or 127.0.0.1, and none through a proxy. For others, set {NodeSetting.Token.Key}, and send the token as 'Authorization: Bearer ...'.");

    private static Task RefuseHostAsync(HttpContext http) => RefuseAsync(
        http, StatusCodes.Status421MisdirectedRequest, "Misdirected request", "unknown-host",
        $"The node is not asked by this name. Ask by its address, or name the host in {NodeSetting.AllowedHosts.Key} ({NodeSetting.AllowedHosts.Option}).");

    private static Task RefuseAsync(HttpContext http, int status, string title, string code, string detail)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { type = $"urn:gaffer:{code}", title, status, detail, code }, options: null, contentType: "application/problem+json");
    }
}
