using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Gaffer.Node;

/// <summary>Connects to receivers. The address that is checked is the one that is connected to: a name that says one thing when it is checked and another when it is used gains nothing.</summary>
/// <param name="allowed">Networks that are allowed though they are not public.</param>
/// <param name="resolve">The addresses of a name.</param>
internal sealed class WebhookConnector(ImmutableArray<IPNetwork> allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await resolve(host, stop);
        var usable = addresses.Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Where(IsAllowed).ToArray();
        if (usable.Length == 0 && addresses.Length > 0) throw new ForbiddenAddressException($"{host} leads to {string.Join(", ", addresses.Take(4))}, which is no public address, and not among AllowedNetworks.");
        Exception? problem = null;
        foreach (var address in usable)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is not SocketException) throw;
                problem = e;
            }
        }

        throw problem ?? new SocketException((int)SocketError.HostNotFound);
    }

    private bool IsAllowed(IPAddress address) => PublicAddress.Is(address) || allowed.Any(network => network.Contains(address));
}

/// <summary>A receiver is where webhooks may not go.</summary>
internal sealed class ForbiddenAddressException(string message) : Exception(message);
