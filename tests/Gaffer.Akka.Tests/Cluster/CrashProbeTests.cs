using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster;
using Xunit;

namespace Gaffer.Tests;

public class CrashProbeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task An_address_where_nobody_listens_refuses(string host)
    {
        var listener = Listen();
        var member = At(host, listener);
        Assert.Equal(ProbeResult.Connected, (await CrashProbe.RunAsync(member, Patience)).Result);
        listener.Dispose();
        var probed = await CrashProbe.RunAsync(member, Patience);
        Assert.Equal(member, probed.Member);
        Assert.Equal(ProbeResult.Refused, probed.Result);
    }

    [Fact]
    public async Task A_host_that_has_no_address_says_nothing() =>
        Assert.Equal(ProbeResult.Unknown, (await CrashProbe.RunAsync(new UniqueAddress(new Address("akka.tcp", "test", "no-such-host.invalid", 4000), 1), Patience)).Result);

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static UniqueAddress At(string host, TcpListener listener) =>
        new(new Address("akka.tcp", "test", host, ((IPEndPoint)listener.LocalEndpoint).Port), 1);
}
