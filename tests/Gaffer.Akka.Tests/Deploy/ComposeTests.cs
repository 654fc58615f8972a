using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class ComposeTests
{
    private static readonly Manifest Compose = Manifest.Read("deploy/compose.yaml");
    private static readonly string[] Nodes = [.. Compose["services"].Entries.Select(e => e.Key).Where(name => name != "postgres")];

    [Fact]
    public void Each_node_knows_all_that_it_is_told_and_is_a_seed_of_all()
    {
        Assert.Equal(3, Nodes.Length);
        var settings = Nodes.Select(name => DeployedNode.Service(name).Read()).ToArray();
        Assert.All(settings, node => Assert.Equal(Nodes.Select(name => $"akka.tcp://gaffer@{name}:{node.Port}"), node.Seeds.AsEnumerable()));
        Assert.Equal(Nodes, settings.Select(node => node.Host));
        Assert.All(settings, node => Assert.Equal("0.0.0.0", node.HttpHost.ToString())); // Prometheus asks from beside it; what is not health or metrics answers the node itself alone
    }

    [Fact]
    public void The_database_is_the_one_that_is_there()
    {
        var database = Compose["services.postgres.environment"];
        Assert.All(Nodes, name => Assert.Equal(
            $"Host=postgres;Username={database["POSTGRES_USER"].Text};Password={database["POSTGRES_PASSWORD"].Text};Database={database["POSTGRES_DB"].Text}",
            Compose["services"][name]["environment.Gaffer__Storage__Postgres"].Text));
        Assert.All(Nodes, name => Assert.Equal("service_healthy", Compose["services"][name]["depends_on.postgres.condition"].Text));
    }

    [Fact]
    public void Health_is_asked_by_a_command_of_the_program()
    {
        Assert.All(Nodes, name => Assert.Equal(["CMD", .. DockerfileTests.Entrypoint, "health"], Compose["services"][name]["healthcheck.test"].Items.Select(w => w.Text)));
        Assert.IsType<OperateArguments.Health>(OperateArguments.Parse(["health"]));
    }

    [Fact]
    public void A_stop_has_more_time_than_the_host_takes_at_most() =>
        Assert.All(Nodes, name => Assert.True(int.Parse(Compose["services"][name]["stop_grace_period"].Text.TrimEnd('s'), null) > RunHost.ShutdownTimeout.TotalSeconds));

    [Fact]
    public void The_image_is_built_from_the_files_that_are_there() => Assert.All(Nodes, name =>
    {
        var context = Path.GetFullPath(Path.Combine(Manifest.PathOf("deploy"), Compose["services"][name]["build.context"].Text));
        Assert.Equal(Manifest.Root, context);
        Assert.True(File.Exists(Path.Combine(context, Compose["services"][name]["build.dockerfile"].Text)));
        Assert.Equal(Manifest.Read("deploy/kubernetes/statefulset.yaml")["spec.template.spec.containers"].Named("node")["image"].Text, Compose["services"][name]["image"].Text);
    });
}
