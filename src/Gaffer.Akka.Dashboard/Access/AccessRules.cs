using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaffer.Dashboard;

/// <summary>Who is served.</summary>
internal enum Access
{
    /// <summary>Whom the policy allows.</summary>
    Policy,

    /// <summary>Everybody.</summary>
    Anybody,

    /// <summary>Callers of this machine.</summary>
    ThisMachine,
}

/// <summary>Nobody is served by mistake.</summary>
internal static class AccessRules
{
    // What proxies add to what they pass on. X-Original: what ASP.NET Core leaves of it once it has read it, and taken the address of the caller from there.
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via", "X-Original-For", "X-Original-Host"];

    public static Access Decide(IServiceProvider services, GafferDashboardOptions options)
    {
        if (options.AuthorizationPolicy is { } policy)
        {
            CheckPolicy(services, policy);
            return Access.Policy;
        }

        if (options.AllowAnonymousAccess) return Access.Anybody;
        var environment = services.GetService<IHostEnvironment>();
        if (options.AllowLocalAccess || environment?.IsDevelopment() == true) return Access.ThisMachine;
        throw new InvalidOperationException(
            $"MapGaffer does not say who may use the dashboard, and this is {environment?.EnvironmentName ?? "no environment"}, not Development. "
            + "Name an authorization policy: MapGaffer(\"/gaffer\", o => o.AuthorizationPolicy = \"operators\"). "
            + "Or, for callers of this machine alone: o => o.AllowLocalAccess = true. Or, where everybody who reaches it may do everything: o => o.AllowAnonymousAccess = true.");
    }

    /// <summary>
    /// Whether a caller of this machine asks, and asks for this machine by a name of its own: the page of another site, whose name was bent to it, does not.
    /// What a proxy of this machine passes on may come from anywhere.
    /// </summary>
    public static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller)
        && !ProxyHeaders.Any(http.Request.Headers.ContainsKey)
        && (http.Request.Host.Host is "localhost" || (IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)));

    private static void CheckPolicy(IServiceProvider services, string policy)
    {
        var known = services.GetService<IAuthorizationPolicyProvider>()
            ?? throw new InvalidOperationException($"MapGaffer names the authorization policy '{policy}', but the application has no authorization. Call builder.Services.AddAuthorization(...).");

        // Asked once, at the start, where there is nothing to wait with.
        if (known.GetPolicyAsync(policy).GetAwaiter().GetResult() is null)
        {
            throw new InvalidOperationException($"MapGaffer names the authorization policy '{policy}', which does not exist. Add it: AddAuthorization(o => o.AddPolicy(\"{policy}\", ...)).");
        }
    }
}
