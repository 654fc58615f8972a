using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class KubernetesTests
{
    private const string Folder = "deploy/kubernetes/";

    private static readonly Manifest Set = Manifest.Read(Folder + "statefulset.yaml");
    private static readonly Manifest Service = Manifest.Read(Folder + "service.yaml");
    private static readonly Manifest Pod = Set["spec.template.spec"];
    private static readonly Manifest Container = Pod["containers"].Named("node");

    [Fact]
    public void Every_file_can_be_read_and_is_part_of_the_whole()
    {
        var files = Directory.GetFiles(Manifest.PathOf(Folder)).Select(Path.GetFileName).ToArray();
        Assert.All(files, file => Assert.True(Manifest.Read(Folder + file)["kind"].Exists, file));
        Assert.Equal(
            files.Except(["kustomization.yaml", "secret.example.yaml"]).Order(),
            Manifest.Read(Folder + "kustomization.yaml")["resources"].Items.Select(r => r.Text).Order());
    }

    [Fact]
    public void The_node_knows_all_that_it_is_told()
    {
        var settings = DeployedNode.Pod(0).Read();
        Assert.Equal("0.0.0.0", settings.Bind);
        Assert.Equal("0.0.0.0", settings.HttpHost.ToString());
        Assert.Equal(NodeSettings.DefaultQueue, Assert.Single(settings.Queues));
        Assert.All(Container["env"].Items.Select(e => e["name"].Text), name =>
            Assert.True(name.StartsWith("Gaffer", StringComparison.Ordinal) || Container["env"].Items.Any(e => e["value"].Exists && e["value"].Text.Contains($"$({name})", StringComparison.Ordinal)), name));
    }

    [Fact]
    public void A_variable_that_the_node_does_not_know_is_found()
    {
        var pod = DeployedNode.Pod(0);
        var wrong = pod with { Variables = new Dictionary<string, string>(pod.Variables) { ["GafferNode__Hosts"] = "x" } };
        Assert.Throws<NodeSettingsException>(wrong.Read);
        wrong = pod with { Variables = new Dictionary<string, string>(pod.Variables) { ["Gaffer__StartTimeouts"] = "1m" } };
        Assert.Throws<InvalidQueueConfigException>(wrong.Read);
    }

    [Fact]
    public void Its_ports_are_those_of_the_manifest()
    {
        var settings = DeployedNode.Pod(0).Read();
        Assert.Equal(settings.Port, Container["ports"].Named("akka")["containerPort"].Number);
        Assert.Equal(settings.HttpPort, Container["ports"].Named("http")["containerPort"].Number);
        Assert.Equal("akka", Service["spec.ports"].Named("akka")["targetPort"].Text);
        Assert.Equal(settings.Port, Service["spec.ports"].Named("akka")["port"].Number);
    }

    [Fact]
    public void The_seeds_are_the_pods_under_the_names_that_the_service_gives_them()
    {
        Assert.Equal(Service["metadata.name"].Text, Set["spec.serviceName"].Text);
        Assert.Equal("None", Service["spec.clusterIP"].Text);
        Assert.Equal("true", Service["spec.publishNotReadyAddresses"].Text);
        var pods = Enumerable.Range(0, Set["spec.replicas"].Number).Select(ordinal => DeployedNode.Pod(ordinal).Read()).ToArray();
        Assert.Equal(3, pods.Length);
        Assert.Equal(pods[0].Seeds.AsEnumerable(), pods.Select((pod, ordinal) => $"akka.tcp://gaffer@{Set["metadata.name"].Text}-{ordinal}.{Service["metadata.name"].Text}:{pod.Port}"));
        Assert.All(pods, pod => Assert.Equal(pods[0].Seeds.AsEnumerable(), pod.Seeds.AsEnumerable()));
        Assert.Equal(pods.Select(pod => $"akka.tcp://gaffer@{pod.Host}:{pod.Port}"), pods[0].Seeds.AsEnumerable());
    }

    [Fact]
    public void All_select_the_same_pods()
    {
        var labels = Labels(Set["spec.template.metadata.labels"]);
        Assert.Equal(labels, Labels(Set["spec.selector.matchLabels"]));
        Assert.Equal(labels, Labels(Service["spec.selector"]));
        Assert.Equal(labels, Labels(Manifest.Read(Folder + "poddisruptionbudget.yaml")["spec.selector.matchLabels"]));
        Assert.Equal(labels, Labels(Manifest.Read(Folder + "networkpolicy.yaml")["spec.podSelector.matchLabels"]));
        Assert.Equal(1, Manifest.Read(Folder + "poddisruptionbudget.yaml")["spec.maxUnavailable"].Number);
    }

    [Theory]
    [InlineData("startupProbe", NodeEndpoints.Live)]
    [InlineData("livenessProbe", NodeEndpoints.Live)]
    [InlineData("readinessProbe", NodeEndpoints.Ready)]
    public void A_probe_asks_where_the_node_answers(string probe, string path)
    {
        Assert.Equal(path, Container[probe]["httpGet.path"].Text);
        Assert.Equal("http", Container[probe]["httpGet.port"].Text);
    }

    [Fact]
    public void The_startup_probe_waits_longer_than_the_start_may_take()
    {
        var probe = Container["startupProbe"];
        Assert.Equal("2m", DeployedNode.Pod(0).Variables["Gaffer__StartTimeout"]);
        Assert.True(probe["periodSeconds"].Number * probe["failureThreshold"].Number > 120);
    }

    [Fact]
    public void A_stop_has_more_time_than_the_host_takes_at_most() =>
        Assert.True(Pod["terminationGracePeriodSeconds"].Number > RunHost.ShutdownTimeout.TotalSeconds);

    [Fact]
    public void What_is_mounted_is_what_the_node_reads()
    {
        var file = Container["args"].Items.Select(a => a.Text).SkipWhile(a => a != "--settings").Skip(1).First();
        var mount = Container["volumeMounts"].Items.Single(m => file.StartsWith(m["mountPath"].Text + "/", StringComparison.Ordinal));
        Assert.Equal(Manifest.Read(Folder + "configmap.yaml")["metadata.name"].Text, Pod["volumes"].Named(mount["name"].Text)["configMap.name"].Text);
        Assert.Contains(Path.GetFileName(file), Manifest.Read(Folder + "configmap.yaml")["data"].Entries.Select(e => e.Key));
    }

    private static Dictionary<string, string> Labels(Manifest labels) => labels.Entries.ToDictionary(e => e.Key, e => e.Value.Text);
}
