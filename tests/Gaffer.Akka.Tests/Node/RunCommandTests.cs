using Akka.Actor;
using Akka.Cluster;
using Gaffer.Node;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A whole node in this process.</summary>
public sealed class RunCommandTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task It_performs_work_says_who_did_it_and_ends_well_when_the_host_stops()
    {
        await using var node = await NodeInProcess.StartAsync();
        using var client = new NodeClient([new Uri("http://127.0.0.1:1"), node.Url]);
        var order = new WorkOrder(NodeSettings.DefaultQueue, Guid.CreateVersion7(), 20, new DigestTask("x", 3));
        await client.InsertAsync(order, CancellationToken.None);
        await client.InsertAsync(order, CancellationToken.None);      // as after an answer that was lost
        var report = await OverAsync(client, order);
        Assert.Equal((20, 20, 0), (report.Jobs, report.Done, report.Lost));

        var status = await client.StatusAsync(CancellationToken.None);
        Assert.Equal([KeyValuePair.Create(status.Node, 20)], report.DoneBy);
        Assert.Equal("Up", Assert.Single(status.Members).Status);
        Assert.Contains($"20 of 20 done, 0 rescued | work: 0 wait, 0 run | {status.Node} runs 0", new StatusLine(TimeProvider.System).Of(status, report), StringComparison.Ordinal);

        var job = (await node.Services.GetRequiredService<IGaffer>().ListPageAsync("work", JobFilter.All)).Jobs[0];
        Assert.Equal(DigestWorker.Hash(job.PayloadAs<DigestTask>()!, CancellationToken.None), job.ResultAs<string>());
        await Assert.ThrowsAsync<NodeClientException>(() => client.InsertAsync(order with { Queue = "other" }, CancellationToken.None));

        Assert.Equal(ExitCode.Done, await node.StopAsync());
    }

    [Fact]
    public async Task It_shows_its_dashboard_to_this_machine_alone()
    {
        await using var node = await NodeInProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = node.Url };
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
        Assert.Equal(ExitCode.Done, await node.StopAsync());
    }

    [Theory]
    [InlineData("off", 404, 404)]
    [InlineData("anybody", 200, 200)]
    [InlineData("anybody-read-only", 200, 403)]
    public async Task Its_dashboard_serves_whom_the_setting_says(string who, int read, int write)
    {
        await using var node = await NodeInProcess.StartAsync((NodeSetting.Dashboard, who), (NodeSetting.AllowedHosts, who.StartsWith("anybody", StringComparison.Ordinal) ? "node.example" : ""));
        using var http = new HttpClient { BaseAddress = node.Url };
        http.DefaultRequestHeaders.Host = "node.example";
        http.DefaultRequestHeaders.Add("X-Gaffer", "1");
        using var page = await http.GetAsync(new Uri("/gaffer/", UriKind.Relative));
        using var change = await http.PostAsync(new Uri("/gaffer/api/queues/work/pause", UriKind.Relative), null);
        Assert.Equal((read, write), ((int)page.StatusCode, (int)change.StatusCode));
        Assert.Equal(ExitCode.Done, await node.StopAsync());
    }

    [Fact]
    public async Task A_node_that_was_declared_dead_ends_with_an_exit_code_that_says_so()
    {
        await using var node = await NodeInProcess.StartAsync();
        var cluster = Cluster.Get(node.Services.GetRequiredService<ActorSystem>());
        cluster.Down(cluster.SelfAddress);
        Assert.Equal(ExitCode.Downed, await node.End.WaitAsync(Long));
    }

    [Fact]
    public async Task A_node_that_the_others_have_shut_out_ends_with_the_same_exit_code()
    {
        await using var node = await NodeInProcess.StartAsync();
        _ = CoordinatedShutdown.Get(node.Services.GetRequiredService<ActorSystem>()).Run(ShutOutReason.Instance);
        Assert.Equal(ExitCode.Downed, await node.End.WaitAsync(Long));
    }

    [Fact]
    public void A_node_that_was_put_out_says_why_and_one_that_was_asked_to_stop_does_not()
    {
        Assert.Contains("declared this node dead", RunCommand.PutOut(CoordinatedShutdown.ClusterDowningReason.Instance), StringComparison.Ordinal);
        Assert.Contains("shut it out", RunCommand.PutOut(ShutOutReason.Instance), StringComparison.Ordinal);
        Assert.Null(RunCommand.PutOut(CoordinatedShutdown.ClrExitReason.Instance));
        Assert.Null(RunCommand.PutOut(null));
    }

    [Fact]
    public async Task A_queue_that_was_deleted_is_left_out_of_its_status()
    {
        await using var node = await NodeInProcess.StartAsync([("Gaffer:Queues:a:MaxWorkers", "1"), ("Gaffer:Queues:b:MaxWorkers", "1")]);
        using var client = new NodeClient([node.Url]);
        Assert.Equal(["a", "b"], (await client.StatusAsync(CancellationToken.None)).Queues.Select(queue => queue.Name));
        await node.Services.GetRequiredService<IGaffer>().DeleteQueueAsync("b", DeleteMode.Purge);
        Assert.Equal(["a"], (await client.StatusAsync(CancellationToken.None)).Queues.Select(queue => queue.Name));
        Assert.Equal(ExitCode.Done, await node.StopAsync());
    }

    [Fact]
    public async Task The_host_gives_a_stop_more_time_than_all_its_phases_may_take()
    {
        await using var node = await NodeInProcess.StartAsync();
        var phases = node.Services.GetRequiredService<ActorSystem>().Settings.Config.GetConfig("akka.coordinated-shutdown");
        var usual = phases.GetTimeSpan("default-phase-timeout");
        var names = phases.GetConfig("phases").Root.GetObject().Items.Keys.ToArray();
        Assert.True(names.Length > 10);
        Assert.True(names.Aggregate(TimeSpan.Zero, (sum, name) => sum + phases.GetTimeSpan($"phases.{name}.timeout", usual)) < RunHost.ShutdownTimeout);
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_the_start()
    {
        await using var first = await NodeInProcess.StartAsync();
        var port = Cluster.Get(first.Services.GetRequiredService<ActorSystem>()).SelfAddress.Port!.Value;
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.Failed, await RunCommand.RunAsync(NodeInProcess.Build((NodeSetting.Sqlite, Path.Join(folder.Path, "second.db")), (NodeSetting.Port, $"{port}"))).WaitAsync(Long));
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
}
