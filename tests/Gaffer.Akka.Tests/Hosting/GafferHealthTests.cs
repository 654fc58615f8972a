using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Tests;

public class GafferHealthTests
{
    [Fact]
    public async Task A_node_is_healthy_from_its_start_to_its_leaving()
    {
        using var host = Host(gaffer => gaffer.UseInMemory());
        Assert.All((await CheckAsync(host)).Entries.Values, check => Assert.Contains("has not started", check.Description, StringComparison.Ordinal));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host, GafferHealth.Live)).Status);
        await host.StartAsync();
        Assert.Equal(["gaffer-cluster", "gaffer-queues", "gaffer-storage"], (await CheckAsync(host)).Entries.Keys.Order());
        Assert.Equal("answers", (await CheckAsync(host)).Entries["gaffer-queues"].Data["emails"]);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);

        await host.Services.GetRequiredService<IGaffer>().DeleteQueueAsync("emails");
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);

        var system = host.Services.GetRequiredService<ActorSystem>();
        Cluster.Get(system).Down(Cluster.Get(system).SelfAddress);
        await system.WhenTerminated.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host, GafferHealth.Live)).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task Queues_are_looked_at_while_the_node_has_workers_for_them()
    {
        using var host = Host(gaffer => gaffer.UseInMemory());
        await host.StartAsync();
        var gaffer = host.Services.GetRequiredService<IGaffer>();
        await gaffer.CreateQueueAsync(new QueueOptions { Name = "later" });
        Assert.Equal(["emails"], await AskedAsync());

        await gaffer.ServeAsync("later", [JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.Complete()))]);
        Assert.Equal(["emails", "later"], await AskedAsync());
        await gaffer.StopServingAsync("emails");
        Assert.Equal(["later"], await AskedAsync());
        await host.StopAsync();

        async Task<IEnumerable<string>> AskedAsync() => (await CheckAsync(host)).Entries["gaffer-queues"].Data.Keys.Order();
    }

    [Fact]
    public async Task A_part_that_is_silent_is_named_beside_those_that_answer()
    {
        using var host = Host(gaffer => gaffer.UseInMemory());
        await host.StartAsync();
        var check = new GafferPartsCheck(host.Services.GetRequiredService<ActorSystem>(), static (_, _) => [("emails", "Queue 'emails'", Task.CompletedTask), ("mute", "Queue 'mute'", new TaskCompletionSource().Task)]);

        var result = await check.CheckHealthAsync(new HealthCheckContext(), new CancellationToken(canceled: true));

        Assert.Equal((HealthStatus.Unhealthy, "Queue 'mute' has not answered in time."), (result.Status, result.Description));
        Assert.Equal(("answers", result.Description), (result.Data["emails"], result.Data["mute"]));
        await host.StopAsync();
    }

    [PostgresFact]
    public async Task A_node_whose_database_is_away_is_not()
    {
        using var server = PostgresServer.StartOwn();
        using var host = Host(gaffer => gaffer.UsePostgres(server.NewDatabase()));
        await host.StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);

        server.Kill();
        var sick = await CheckAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, sick.Status);
        Assert.NotEmpty(sick.Entries["gaffer-storage"].Description!);
        Assert.Equal(HealthStatus.Healthy, sick.Entries["gaffer-cluster"].Status);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host, GafferHealth.Live)).Status);

        server.Restart();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        await host.StopAsync();
    }

    private static IHost Host(Action<GafferBuilder> storage)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddGaffer(gaffer =>
        {
            storage(gaffer);
            gaffer.AddQueue<string>("emails", (_, _) => Task.FromResult(JobResult.Complete()));
        });
        builder.Services.AddHealthChecks().AddGaffer();
        return builder.Build();
    }

    private static Task<HealthReport> CheckAsync(IHost host, string tag = GafferHealth.Ready) =>
        host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(tag));
}
