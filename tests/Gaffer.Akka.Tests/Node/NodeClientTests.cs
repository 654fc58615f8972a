using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public sealed class NodeClientTests
{
    [Fact]
    public async Task What_sends_it_elsewhere_is_no_node_and_elsewhere_nobody_is_asked()
    {
        await using var other = await Receiver.StartAsync(200, "null", ("Content-Type", "application/json"));
        await using var here = await Receiver.StartAsync(307, "", ("Location", other.Url.ToString()));
        using var client = new NodeClient([here.Url], "a-token");
        var thrown = await Assert.ThrowsAsync<NodeClientException>(() => client.StatusAsync(CancellationToken.None));
        Assert.Equal((ExitCode.Failed, true), (thrown.Code, thrown.Message.Contains("it answers 307; is it a node", StringComparison.Ordinal)));
        Assert.Contains("it answers 307", await client.HealthAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.Empty(other.All);
    }
}
