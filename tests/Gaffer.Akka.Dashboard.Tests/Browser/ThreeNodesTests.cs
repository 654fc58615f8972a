using System.Text.Json;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Cluster = Akka.Cluster.Cluster;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>A cluster of three: one hosts the queues and the dashboard, two work on a queue of several partitions.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ThreeNodesTests(BrowserFixture browser)
{
    private const string Quick = """
        gaffer.role = hosts
        akka.cluster {
          periodic-tasks-initial-delay = 50ms
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          failure-detector.acceptable-heartbeat-pause = 60s
          sharding { retry-interval = 200ms, waiting-for-state-timeout = 1s }
          distributed-data.gossip-interval = 300ms
        }
        """;

    private readonly SemaphoreSlim _open = new(0);

    [BrowserFact]
    public async Task Each_node_is_there_with_its_roles_and_the_slots_that_are_in_use()
    {
        await using var host = await StartAsync("hosts", null, _ => { });
        var seed = Cluster.Get(host.Services.GetRequiredService<ActorSystem>()).SelfAddress;
        await using var one = await StartAsync("workers", seed, Serve);
        await using var other = await StartAsync("workers", seed, Serve);
        var gaffer = host.Services.GetRequiredService<IGaffer>();
        await gaffer.InsertManyAsync("mail", [.. Enumerable.Range(0, 20).Select(i => InsertJob.Of("mail", $"{i}"))]);
        await using var page = await browser.OpenAsync(address: new Uri(host.Urls.First() + "/gaffer/"));
        var rows = page.Page.GetByRole(AriaRole.Table, new PageGetByRoleOptions { Name = "Nodes" }).Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(rows.Filter(new LocatorFilterOptions { HasText = "workers" })).ToContainTextAsync(
            [new Regex("up.*3 / 3"), new Regex("up.*3 / 3")], new LocatorAssertionsToContainTextOptions { Timeout = (float)DashboardHost.Soon.TotalMilliseconds });
        await Expect(rows.Filter(new LocatorFilterOptions { HasText = "this node" })).ToContainTextAsync(new Regex("uphostsNone"));
        await Expect(page.Rows.Filter(new LocatorFilterOptions { Has = page.Link("mail") })).ToContainTextAsync("6 / 6");
        Assert.Empty(page.Complaints);

        using var http = new HttpClient { BaseAddress = new Uri(host.Urls.First()) };
        JsonElement[] nodes = [.. JsonElement.Parse(await http.GetStringAsync(new Uri("/gaffer/api/nodes", UriKind.Relative))).GetProperty("items").EnumerateArray()];
        Assert.Equal(
            [("hosts", 0, 0, 0), ("workers", 3, 3, 1), ("workers", 3, 3, 1)],
            nodes.Select(n => (n.GetProperty("roles")[0].GetString()!, n.GetProperty("running").GetInt32(), n.GetProperty("capacity").GetInt32(), n.GetProperty("queues").GetArrayLength())).Order());
        Assert.All(nodes, n => Assert.Equal(("up", true), (n.GetProperty("status").GetString(), n.GetProperty("reachable").GetBoolean())));

        _open.Release(20);
        await gaffer.FlushAsync("mail", DashboardHost.Soon);
    }

    private void Serve(GafferBuilder gaffer) => gaffer.AddQueue<string>(
        "mail",
        async (_, stop) =>
        {
            await _open.WaitAsync(stop);
            return JobResult.Complete();
        },
        q => q with { MaxWorkers = 3, Partitions = 4 });

    private static async Task<WebApplication> StartAsync(string role, Address? seed, Action<GafferBuilder> configure)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ApplicationName = "dashboard-tests" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAkka("nodes", akka => akka
            .WithGafferClusterDefaults()
            .AddHocon(Quick, HoconAddMode.Prepend)
            .WithRemoting("127.0.0.1", 0)
            .WithClustering(new ClusterOptions { Roles = [role] })
            .AddStartup((system, _) => Cluster.Get(system).Join(seed ?? Cluster.Get(system).SelfAddress))
            .WithGaffer(g => configure(g.UseInMemory())));
        builder.Services.AddGafferClient();
        var app = builder.Build();
        app.MapGaffer("/gaffer", o => o.AllowAnonymousAccess = true);
        await app.StartAsync();
        return app;
    }
}
