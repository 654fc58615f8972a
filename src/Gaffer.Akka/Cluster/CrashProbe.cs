using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster;

namespace Gaffer;

/// <summary>What a connection to the address of a member came to.</summary>
internal enum ProbeResult
{
    /// <summary>Nothing in time, or something else: it says nothing.</summary>
    Unknown,

    /// <summary>Nobody listens there.</summary>
    Refused,

    /// <summary>Somebody listens there.</summary>
    Connected,
}

/// <summary>A connection to the address of a member was tried.</summary>
internal sealed record CrashProbed(UniqueAddress Member, ProbeResult Result) : INoSerializationVerificationNeeded;

/// <summary>Tries whether anybody listens at the address of a member.</summary>
internal static class CrashProbe
{
    public static async Task<CrashProbed> RunAsync(UniqueAddress member, TimeSpan within) => new(member, await TryAsync(member.Address, within).ConfigureAwait(false));

    public static async Task<ProbeResult> TryAsync(Address node, TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(node.Host!, patience.Token).ConfigureAwait(false);
            if (Array.Exists(addresses, IsVersion4)) addresses = Array.FindAll(addresses, IsVersion4);   // as remoting chooses
            var result = ProbeResult.Unknown;
            foreach (var address in addresses)
            {
                result = await ConnectAsync(new IPEndPoint(address, node.Port!.Value), patience.Token).ConfigureAwait(false);
                if (result != ProbeResult.Refused) break;
            }

            return result;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return ProbeResult.Unknown;
        }
    }

    private static bool IsVersion4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork;

    private static async Task<ProbeResult> ConnectAsync(IPEndPoint address, CancellationToken stop)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, stop).ConfigureAwait(false);
            return ProbeResult.Connected;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return ProbeResult.Refused;
        }
    }
}
