using System.Net;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Node;

/// <summary>Whether a caller is on this machine, as far as can be told.</summary>
internal static class LocalCaller
{
    // What says that somebody else asks, through a proxy that is on this machine. The last is left where ASP.NET Core has taken the address from the others.
    private static readonly string[] OfProxies = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via", "X-Original-For"];

    public static bool Is(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller) && !OfProxies.Any(http.Request.Headers.ContainsKey);
}
