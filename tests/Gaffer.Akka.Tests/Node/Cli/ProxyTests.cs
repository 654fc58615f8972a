using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The real program, where the environment names a proxy.</summary>
public sealed class ProxyTests(CliNode node) : IClassFixture<CliNode>
{
    [Theory]
    [InlineData("queues")]
    [InlineData("watch", "--seconds", "1")]
    [InlineData("status")]
    [InlineData("work", "1", "--queue", "idle", "--milliseconds", "0")]
    [InlineData("health")]
    public async Task A_node_of_this_machine_is_asked_without_it(params string[] words)
    {
        await using var proxy = await Receiver.StartAsync(502);
        var run = await node.RunWithAsync(Proxies(proxy), words);
        Assert.True(run.ExitCode == ExitCode.Done, $"{string.Join(' ', words)}: {run}");
        Assert.Empty(proxy.All);
    }

    [Fact]
    public async Task Others_are_asked_through_it()
    {
        await using var proxy = await Receiver.StartAsync(200, """{"items":[],"next":null}""", ("Content-Type", "application/json"));
        var run = await node.RunWithAsync(Proxies(proxy), "queues", "--url", "http://gaffer.example/gaffer");
        Assert.Equal((ExitCode.Done, "There are no queues.\n"), (run.ExitCode, run.Output));
        Assert.Equal("gaffer.example", Assert.Single(proxy.All).Headers["Host"]);
    }

    private static Dictionary<string, string> Proxies(Receiver proxy) => new[] { "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY" }.ToDictionary(name => name, _ => proxy.Url.ToString());
}
