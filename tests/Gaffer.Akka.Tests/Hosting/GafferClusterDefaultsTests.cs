using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gaffer.Tests;

public class GafferClusterDefaultsTests
{
    [Fact]
    public async Task They_count_more_than_what_akka_brings_and_less_than_what_comes_after_them()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAkka("orders", akka => akka
            .WithGafferClusterDefaults()
            .AddHocon("akka.cluster.split-brain-resolver.stable-after = 11s", HoconAddMode.Prepend)
            .WithRemoting("127.0.0.1", 0)
            .WithClustering()
            .WithGaffer(gaffer => gaffer.UseInMemory()));
        await using var provider = services.BuildServiceProvider();
        using var system = provider.GetRequiredService<ActorSystem>();
        var config = system.Settings.Config;
        Assert.Equal(TimeSpan.FromSeconds(11), config.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after"));
        foreach (var key in new[] { "akka.cluster.downing-provider-class", "akka.cluster.run-coordinated-shutdown-when-down", "akka.cluster.sharding.state-store-mode", "akka.cluster.sharding.retry-interval", "akka.cluster.singleton.hand-over-retry-interval" })
        {
            Assert.Equal(GafferConfig.Cluster.GetString(key), config.GetString(key));
        }
    }
}
