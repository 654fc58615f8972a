using System.Net;
using Gaffer.Node;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gaffer.Tests;

public class LocalCallerTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("192.0.2.7", false)]
    [InlineData(null, false)]
    public void Who_is_at_a_loopback_address_is_here(string? address, bool isHere) => Assert.Equal(isHere, LocalCaller.Is(From(address)));

    [Theory]
    [InlineData("localhost:8080", true)]
    [InlineData("LocalHost.", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("192.0.2.7", false)]
    [InlineData("evil.example", false)]
    [InlineData("", false)]
    public void Who_asks_for_another_host_is_not(string host, bool isHere)
    {
        var http = From("127.0.0.1");
        http.Request.Host = new HostString(host);
        Assert.Equal(isHere, LocalCaller.Is(http));
    }

    [Theory]
    [InlineData("Forwarded")]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-host")]
    [InlineData("X-Real-IP")]
    [InlineData("Via")]
    [InlineData("X-Original-For")]
    public void Who_comes_through_a_proxy_is_not(string header)
    {
        var http = From("127.0.0.1");
        http.Request.Headers[header] = "";
        Assert.False(LocalCaller.Is(http));
    }

    private static DefaultHttpContext From(string? address) => new() { Request = { Host = new HostString("localhost", 8080) }, Connection = { RemoteIpAddress = address is null ? null : IPAddress.Parse(address) } };
}
