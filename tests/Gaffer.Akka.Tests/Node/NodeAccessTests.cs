using System.Net;
using Gaffer.Node;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Whom the HTTP of a node serves, and with what.</summary>
public sealed class NodeAccessTests
{
    private const string Token = "a-token-of-some-length";
    private const string Secret = "db.internal refuses the user gaffer";

    private static readonly (string, string) WithToken = ("Authorization", $"Bearer {Token}");

    [Theory]
    [InlineData("anybody")]
    [InlineData("anybody-read-only")]
    public async Task Anybody_is_served_but_not_the_page_of_another_site_whose_name_leads_to_the_node(string who)
    {
        await using var node = await NodeInProcess.StartAsync((NodeSetting.Dashboard, who));
        foreach (var host in new[] { "localhost", "127.0.0.1:8080", "192.0.2.7", "[2001:db8::1]:8080", Environment.MachineName, $"{Dns.GetHostName()}.:80" })
        {
            Assert.Equal((host, 200, 200), (host, (await node.GetAsync("/gaffer/", ("Host", host))).Status, (await node.GetAsync("/gaffer/api/overview", ("Host", host))).Status));
        }

        foreach (var host in new[] { "evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example" })
        {
            foreach (var path in new[] { "/gaffer/", "/gaffer/assets/app.js", "/gaffer/api/overview", "/gaffer/api/events" })
            {
                var (status, body) = await node.GetAsync(path, ("Host", host));
                Assert.Equal((host, path, 421), (host, path, status));
                Assert.Contains(NodeSetting.AllowedHosts.Key, body, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Further_names_are_allowed_by_a_setting()
    {
        await using var node = await NodeInProcess.StartAsync((NodeSetting.Dashboard, "anybody"), (NodeSetting.AllowedHosts, "ops.example,*.corp.example"));
        foreach (var (host, status) in new[] { ("OPS.example", 200), ("ops.example:8080", 200), ("a.corp.example", 200), ("localhost", 200), ("corp.example", 421), ("ops.example.evil.example", 421) })
        {
            Assert.Equal((host, status), (host, (await node.GetAsync("/gaffer/api/overview", ("Host", host))).Status));
        }
    }

    [Fact]
    public async Task Status_and_work_are_for_callers_of_this_machine_by_its_own_name()
    {
        await using var node = await NodeInProcess.StartAsync();
        Assert.Equal(200, (await node.GetAsync(NodeEndpoints.Status)).Status);
        Assert.Equal(404, (await node.GetAsync(NodeEndpoints.Status, ("Host", "evil.example"))).Status);
        Assert.Equal(404, (await node.GetAsync(NodeEndpoints.Status, ("X-Forwarded-For", "192.0.2.7"))).Status);
        Assert.Equal(404, (await node.SendAsync("POST", NodeEndpoints.Work, ("Host", "evil.example"))).Status);
    }

    [Fact]
    public async Task Where_there_is_a_token_status_and_work_need_it()
    {
        await using var node = await NodeInProcess.StartAsync((NodeSetting.Token, Token));
        Assert.Equal(401, (await node.GetAsync(NodeEndpoints.Status)).Status);
        Assert.Equal(401, (await node.GetAsync(NodeEndpoints.Status, ("Authorization", "Bearer another-token-of-some-length"))).Status);
        Assert.Equal(401, (await node.SendAsync("POST", NodeEndpoints.Work)).Status);
        Assert.Equal(401, (await node.GetAsync($"{NodeEndpoints.Work}/work/{Guid.NewGuid()}")).Status);
        Assert.Equal(404, (await node.GetAsync(NodeEndpoints.Status, WithToken, ("Host", "evil.example"))).Status);
        Assert.Equal(200, (await node.GetAsync(NodeEndpoints.Status, WithToken)).Status);

        var order = new WorkOrder(NodeSettings.DefaultQueue, Guid.CreateVersion7(), 1, new DigestTask("x", 1));
        using var client = new NodeClient([node.Url], Token);
        Assert.Equal(1, (await client.InsertAsync(order, CancellationToken.None)).Jobs);
        using var stranger = new NodeClient([node.Url]);
        var refused = await Assert.ThrowsAsync<NodeClientException>(() => stranger.InsertAsync(order, CancellationToken.None));
        Assert.Equal((ExitCode.Refused, true), (refused.Code, refused.Message.Contains("The token is missing or wrong", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Health_says_why_to_this_machine_and_to_others_the_state_alone()
    {
        await using var node = await NodeInProcess.StartAsync(Break);
        foreach (var path in new[] { NodeEndpoints.Live, NodeEndpoints.Ready })
        {
            var (status, body) = await node.GetAsync(path);
            Assert.Equal((503, true), (status, body.Contains($"broken: {Secret}", StringComparison.Ordinal)));
            foreach (var header in new[] { ("Host", "10.0.0.7:8080"), ("Host", "evil.example"), ("X-Forwarded-For", "192.0.2.7") })
            {
                (status, body) = await node.GetAsync(path, header);
                Assert.Equal(503, status);
                Assert.Contains("broken: Unhealthy", body, StringComparison.Ordinal);
                Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
            }
        }

        using var client = new NodeClient([node.Url]);
        Assert.Contains(Secret, await client.HealthAsync(CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_a_token_health_says_why_to_those_who_send_it()
    {
        await using var node = await NodeInProcess.StartAsync(Break, (NodeSetting.Token, Token));
        Assert.DoesNotContain(Secret, (await node.GetAsync(NodeEndpoints.Ready)).Body, StringComparison.Ordinal);
        var (status, body) = await node.GetAsync(NodeEndpoints.Ready, WithToken, ("Host", "10.0.0.7:8080"));
        Assert.Equal((503, true), (status, body.Contains(Secret, StringComparison.Ordinal)));
    }

    private static void Break(IServiceProvider services) => services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Add(
        new HealthCheckRegistration("broken", new Broken(), null, [GafferHealth.Live, GafferHealth.Ready]));

    private sealed class Broken : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(HealthCheckResult.Unhealthy(Secret));
    }
}
