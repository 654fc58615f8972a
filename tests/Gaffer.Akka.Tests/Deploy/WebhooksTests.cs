using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class WebhooksTests
{
    [Fact]
    public void The_example_is_a_node_that_starts_once_it_has_its_secret()
    {
        var node = new DeployedNode(["run"], new Dictionary<string, string>(), File.ReadAllText(Manifest.PathOf("deploy/webhooks/settings.json")));
        Assert.Contains("the secret in the variable WEBHOOK_SECRET cannot be used", Assert.Throws<NodeSettingsException>(node.Read).Message, StringComparison.Ordinal);
        Environment.SetEnvironmentVariable("WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        var settings = node.Read();
        Assert.Equal(["undelivered", "webhooks"], settings.Queues.Order());
        Assert.Equal("url", Assert.Single(settings.Workers).Webhook!.UrlFromMeta);
    }
}
