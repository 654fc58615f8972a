using System.Net;
using System.Net.Sockets;

namespace Gaffer.Tests;

internal static class Loopback
{
    /// <summary>A port on which nobody listens at this moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
