using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Gaffer.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A whole node in this process.</summary>
public sealed class RunCommandTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_performs_work_says_who_did_it_and_ends_well_when_the_host_stops()
    {
        var (app, end) = await StartAsync();
        var http = new Uri(app.Urls.Single());
        using var client = new NodeClient([new Uri("http://127.0.0.1:1"), http]);
        var order = new WorkOrder(NodeSettings.DefaultQueue, Guid.CreateVersion7(), 20, new DigestTask("x", 3));
        await client.InsertAsync(order, CancellationToken.None);
        await client.InsertAsync(order, CancellationToken.None);      // as after an answer that was lost
        var report = await OverAsync(client, order);
        Assert.Equal((20, 20, 0), (report.Jobs, report.Done, report.Lost));

        var status = await client.StatusAsync(CancellationToken.None);
        Assert.Equal([KeyValuePair.Create(status.Node, 20)], report.DoneBy);
        Assert.Equal("Up", Assert.Single(status.Members).Status);
        Assert.Contains($"20 of 20 done, 0 rescued | work: 0 wait, 0 run | {status.Node} runs 0", new StatusLine(TimeProvider.System).Of(status, report), StringComparison.Ordinal);

        var job = (await app.Services.GetRequiredService<IGaffer>().ListPageAsync("work", JobFilter.All)).Jobs[0];
        Assert.Equal(DigestWorker.Hash(job.PayloadAs<DigestTask>()!, CancellationToken.None), job.ResultAs<string>());
        await Assert.ThrowsAsync<NodeClientException>(() => client.InsertAsync(order with { Queue = "other" }, CancellationToken.None));

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(ExitCode.Done, await end.WaitAsync(Long));
    }

    [Fact]
    public async Task It_shows_its_dashboard_to_this_machine_alone()
    {
        var (app, end) = await StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.Contains("<title>Gaffer</title>", await http.GetStringAsync(new Uri("/gaffer/", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("\"work\"", await http.GetStringAsync(new Uri("/gaffer/api/overview", UriKind.Relative)), StringComparison.Ordinal);
        using var bent = new HttpRequestMessage(HttpMethod.Get, new Uri("/gaffer/api/overview", UriKind.Relative));
        bent.Headers.Host = "evil.example";
        using var answer = await http.SendAsync(bent);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, answer.StatusCode);
        foreach (var header in new[] { "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via" })
        {
            Assert.Equal((403, 403, 404), (await StatusAsync(http, "/gaffer/", header), await StatusAsync(http, "/gaffer/api/overview", header), await StatusAsync(http, NodeEndpoints.Status, header)));
        }

        Assert.Equal(200, await StatusAsync(http, NodeEndpoints.Status, "X-Other"));
        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(ExitCode.Done, await end.WaitAsync(Long));
    }

    [Theory]
    [InlineData("off", 404, 404)]
    [InlineData("anybody", 200, 200)]
    [InlineData("anybody-read-only", 200, 403)]
    public async Task Its_dashboard_serves_whom_the_setting_says(string who, int read, int write)
    {
        var (app, end) = await StartAsync(who);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        http.DefaultRequestHeaders.Host = "node.example";
        http.DefaultRequestHeaders.Add("X-Gaffer", "1");
        using var page = await http.GetAsync(new Uri("/gaffer/", UriKind.Relative));
        using var change = await http.PostAsync(new Uri("/gaffer/api/queues/work/pause", UriKind.Relative), null);
        Assert.Equal((read, write), ((int)page.StatusCode, (int)change.StatusCode));
        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(ExitCode.Done, await end.WaitAsync(Long));
    }

    [Fact]
    public async Task A_node_that_was_declared_dead_ends_with_an_exit_code_that_says_so()
    {
        var (app, end) = await StartAsync();
        var cluster = Cluster.Get(app.Services.GetRequiredService<ActorSystem>());
        cluster.Down(cluster.SelfAddress);
        Assert.Equal(ExitCode.Downed, await end.WaitAsync(Long));
    }

    [Fact]
    public async Task The_host_gives_a_stop_more_time_than_all_its_phases_may_take()
    {
        var (app, end) = await StartAsync();
        var phases = app.Services.GetRequiredService<ActorSystem>().Settings.Config.GetConfig("akka.coordinated-shutdown");
        var usual = phases.GetTimeSpan("default-phase-timeout");
        var names = phases.GetConfig("phases").Root.GetObject().Items.Keys.ToArray();
        Assert.True(names.Length > 10);
        Assert.True(names.Aggregate(TimeSpan.Zero, (sum, name) => sum + phases.GetTimeSpan($"phases.{name}.timeout", usual)) < RunHost.ShutdownTimeout);
        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await end.WaitAsync(Long);
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_the_start()
    {
        var (first, end) = await StartAsync();
        var port = Cluster.Get(first.Services.GetRequiredService<ActorSystem>()).SelfAddress.Port!.Value;
        Assert.Equal(ExitCode.Failed, await RunCommand.RunAsync(Build("second.db", port)).WaitAsync(Long));
        first.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await end.WaitAsync(Long);
    }

    private async Task<(WebApplication App, Task<int> End)> StartAsync(string dashboard = "")
    {
        var app = Build("first.db", FreePort(), dashboard);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => started.TrySetResult());
        var end = RunCommand.RunAsync(app);
        Assert.Same(started.Task, await Task.WhenAny(started.Task, end).WaitAsync(Long));
        return (app, end);
    }

    private WebApplication Build(string file, int port, string dashboard = "")
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(ImmutableDictionary<string, string?>.Empty
            .Add(NodeSetting.Sqlite.Key, Path.Join(_folder.Path, file)).Add(NodeSetting.Port.Key, $"{port}").Add(NodeSetting.HttpPort.Key, "0").Add(NodeSetting.Dashboard.Key, dashboard)
            .Add(NodeSetting.AllowedHosts.Key, dashboard.StartsWith("anybody", StringComparison.Ordinal) ? "node.example" : "")).Build();
        return RunHost.Build(configuration, NodeSettings.Read(configuration));
    }

    private static async Task<int> StatusAsync(HttpClient http, string path, string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)) { Headers = { { header, "1.1 proxy.example" } } };
        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static async Task<WorkReport> OverAsync(NodeClient client, WorkOrder order)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var patience = new CancellationTokenSource(Long);
        while (true)
        {
            if (await client.ReportAsync(order, patience.Token) is { IsOver: true } report) return report;
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
