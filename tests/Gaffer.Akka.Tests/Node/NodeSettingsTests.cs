using Gaffer.Node;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gaffer.Tests;

public sealed class NodeSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_node_that_is_told_of_a_file_alone_is_a_cluster_of_one_on_loopback()
    {
        var settings = Read(("Gaffer:Storage:Sqlite", "jobs.db"));
        Assert.Equal(("127.0.0.1", 4053, "127.0.0.1", 8080), (settings.Host, settings.Port, settings.HttpHost.ToString(), settings.HttpPort));
        Assert.Equal(settings.Host, settings.Bind);
        Assert.Equal("akka.tcp://gaffer@127.0.0.1:4053", Assert.Single(settings.Seeds));
        Assert.Empty(settings.Queues);
    }

    [Fact]
    public void Lists_may_have_commas_or_be_lists()
    {
        Assert.Equal(["akka.tcp://gaffer@a:1", "akka.tcp://gaffer@b:2"], Read(("Gaffer:Storage:Postgres", "Host=x"), ("GafferNode:Seeds", "a:1, b:2")).Seeds.AsEnumerable());
        Assert.Equal(["x", "y"], Read(("Gaffer:Storage:Postgres", "Host=x"), ("GafferNode:Roles:0", "x"), ("GafferNode:Roles:1", "y")).Roles.AsEnumerable());
    }

    [Fact]
    public void Queues_come_from_the_section_of_the_library_and_from_hocon()
    {
        var file = _folder.Write("node.conf", "gaffer.queues.emails.max-workers = 2\ngaffer.queues.work.max-workers = 3");
        var settings = Read(("Gaffer:Storage:Sqlite", "x"), ("Gaffer:Queues:work:MaxWorkers", "3"), ("GafferNode:Hocon", file));
        Assert.Equal(["emails", "work"], settings.Queues.Order());
    }

    [Theory]
    [InlineData("GafferNode:Dashboard", "everyone", "it must be off, local, anybody-read-only or anybody")]
    [InlineData("GafferNode:AllowedHosts", "ops.example:8080", "it must be the name of a host")]
    [InlineData("GafferNode:AllowedHosts", "ops.example", "goes with GafferNode:Dashboard = anybody")]
    [InlineData("GafferNode:Hots", "x", "There is no setting GafferNode:Hots")]
    [InlineData("GafferNodes:Host", "x", "There is no section GafferNodes")]
    [InlineData("GafferNode:Port", "66000", "it must be a port")]
    [InlineData("GafferNode:HttpHost", "everywhere", "it must be an IP address")]
    [InlineData("GafferNode:Seeds", "a", "it must be a host and a port")]
    [InlineData("GafferNode:Seeds", "a:1", "Several nodes need a database that they share")]
    [InlineData("GafferNode:Port", "0", "needs a seed to join by")]
    [InlineData("GafferNode:Hocon", "/nowhere/x.conf", "GafferNode:Hocon cannot be read")]
    [InlineData("Gaffer:Storage:Sqlite", null, "Where are queues to live?")]
    public void What_is_wrong_is_said_in_words(string key, string? value, string problem) =>
        Assert.Contains(problem, Assert.Throws<NodeSettingsException>(() => Read(("Gaffer:Storage:Sqlite", "x"), (key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_count_more_than_the_file()
    {
        var file = _folder.Write("node.json", """{ "GafferNode": { "Port": 1, "Host": "b" }, "Gaffer": { "Storage": { "Postgres": "Host=x" } } }""");
        var run = Assert.IsType<RunArguments.Run>(RunArguments.Parse(["--settings", file, "--port", "2"]));
        var settings = NodeSettings.Read(RunHost.Configuration(run));
        Assert.Equal(("b", 2), (settings.Host, settings.Port));
        Assert.Contains("nowhere.json", Assert.Throws<NodeSettingsException>(() => RunHost.Configuration(new RunArguments.Run(run.Settings, "nowhere.json"))).Message, StringComparison.Ordinal);
    }

    private static NodeSettings Read(params (string Key, string? Value)[] values)
    {
        var configuration = new ConfigurationBuilder();
        foreach (var (key, value) in values) configuration.AddInMemoryCollection([KeyValuePair.Create(key, value)]);
        return NodeSettings.Read(configuration.Build());
    }
}
