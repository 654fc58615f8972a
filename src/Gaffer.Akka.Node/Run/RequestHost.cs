using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Node;

/// <summary>
/// The names by which a node may be asked. A page of another site whose name was bent to the address of the node (DNS rebinding) is of the same origin to its browser, but asks by the name of its own.
/// No address can be bent.
/// </summary>
/// <param name="names">Names of the node, and patterns of others that are allowed.</param>
internal sealed class RequestHost(ImmutableArray<string> names)
{
    /// <summary>Those that the node's machine has, and those that a setting allows.</summary>
    public static RequestHost Of(NodeSettings settings) => new(["localhost", Environment.MachineName, Dns.GetHostName(), settings.Host, .. settings.AllowedHosts]);

    /// <summary>The host that a request asks for, without port, brackets and the dot at its end; empty: none.</summary>
    public static string AskedBy(HttpContext http) => http.Request.Host.Host.Trim('[', ']').TrimEnd('.');

    public bool Allows(HttpContext http) => AskedBy(http) is { Length: > 0 } host && (IPAddress.TryParse(host, out _) || names.Any(name => HostPattern.Fits(name, host)));
}
