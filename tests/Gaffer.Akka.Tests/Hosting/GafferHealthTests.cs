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
        Assert.Contains("has not started", (await CheckAsync(host)).Description, StringComparison.Ordinal);
        await host.StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);

        await host.Services.GetRequiredService<IGaffer>().DeleteQueueAsync("emails");
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);

        var system = host.Services.GetRequiredService<ActorSystem>();
        Cluster.Get(system).Down(Cluster.Get(system).SelfAddress);
        await system.WhenTerminated.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);
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
        Assert.NotEmpty(sick.Description!);

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
        builder.Services.AddHealthChecks().AddGaffer("ready");
        return builder.Build();
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"));
        return report.Entries["gaffer"];
    }
}
