using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster;

namespace Gaffer;

/// <summary>What a connection to the address of a member came to.</summary>
/// <param name="Member">The member.</param>
/// <param name="IsRefused">Whether nobody listens there. Anything else, a time-out included, says nothing.</param>
internal sealed record CrashProbed(UniqueAddress Member, bool IsRefused) : INoSerializationVerificationNeeded;

/// <summary>Tries whether anybody listens at the address of a member.</summary>
internal static class CrashProbe
{
    public static async Task<CrashProbed> RunAsync(UniqueAddress member, TimeSpan within, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(within);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(member.Address.Host!, patience.Token).ConfigureAwait(false);
            var preferred = addresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork).DefaultIfEmpty().ToArray();
            if (preferred is not [not null, ..]) preferred = addresses;
            if (preferred.Length == 0) return new CrashProbed(member, false);
            foreach (var address in preferred)
            {
                if (!await IsRefusedAsync(new IPEndPoint(address!, member.Address.Port!.Value), patience.Token).ConfigureAwait(false)) return new CrashProbed(member, false);
            }

            return new CrashProbed(member, true);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return new CrashProbed(member, false);
        }
    }

    private static async Task<bool> IsRefusedAsync(IPEndPoint address, CancellationToken stop)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, stop).ConfigureAwait(false);
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }
}
