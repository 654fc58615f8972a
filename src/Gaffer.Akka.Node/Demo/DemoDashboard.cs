using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaffer.Node;

/// <summary>Where the dashboard of the demo is: on loopback alone.</summary>
/// <param name="Port">Its port, 0 for any free one.</param>
/// <param name="IsNamed">Whether the user asked for this port: then no other will do.</param>
internal sealed record DemoDashboard(int Port, bool IsNamed)
{
    public static readonly DemoDashboard Default = new(8080, IsNamed: false);

    public void AddTo(WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port));
        builder.Services.AddRoutingCore().Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = Listen);
    }

    /// <summary>Where people find it, by its address: at the same port of <c>localhost</c> in IPv6, somebody else may listen. Null: the host has none.</summary>
    public static string? AddressOf(IHost host) => host is WebApplication app ? $"http://{IPAddress.Loopback}:{new Uri(app.Urls.Single()).Port}{NodeApi.Path}" : null;

    // Here, where the port is taken, and not by a look beforehand: whoever looks first may come second.
    private Socket Listen(EndPoint endpoint)
    {
        try
        {
            return Listening(endpoint);
        }
        catch (SocketException) when (!IsNamed)
        {
            return Listening(new IPEndPoint(IPAddress.Loopback, 0));
        }
        catch (SocketException e)
        {
            throw new DemoException($"The dashboard cannot have port {Port}: {e.Message}. Name another with --port, or leave it out for any free one.");
        }
    }

    // Bound alone it is not taken yet: Linux lets somebody else bind it, too, and listen first.
    private static Socket Listening(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
