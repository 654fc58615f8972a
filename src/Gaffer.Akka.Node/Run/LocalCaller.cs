using System.Net;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Node;

/// <summary>Whether a caller is on this machine, as far as can be told.</summary>
internal static class LocalCaller
{
    // What says that somebody else asks, through a proxy that is on this machine. The last is left where ASP.NET Core has taken the address from the others.
    private static readonly string[] OfProxies = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via", "X-Original-For"];

    /// <summary>It asks for this machine by a name of its own, too: the page of another site in a browser here, whose name was bent to this machine, does not.</summary>
    public static bool Is(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller)
        && !OfProxies.Any(http.Request.Headers.ContainsKey)
        && RequestHost.AskedBy(http) is var host && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)));
}
