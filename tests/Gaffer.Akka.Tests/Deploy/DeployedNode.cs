using System.Text;
using Akka.Configuration;
using Gaffer.Node;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A node as a manifest starts it: its words and its variables.</summary>
internal sealed record DeployedNode(string[] Args, IReadOnlyDictionary<string, string> Variables, string? SettingsJson)
{
    /// <summary>A pod of the StatefulSet.</summary>
    public static DeployedNode Pod(int ordinal)
    {
        var container = Manifest.Read("deploy/kubernetes/statefulset.yaml")["spec.template.spec.containers"].Named("node");
        var name = $"gaffer-{ordinal}";
        var variables = container["env"].Items.ToDictionary(e => e["name"].Text, e => Value(e, name));
        return new([.. container["args"].Items.Select(a => a.Text)], variables, Settings());
    }

    /// <summary>A node of the compose file; its words are those of the image.</summary>
    public static DeployedNode Service(string name) => new(
        ["run"],
        Manifest.Read("deploy/compose.yaml")["services"][name]["environment"].Entries.ToDictionary(e => e.Key, e => e.Value.Text.Replace("${GAFFER_POSTGRES_PASSWORD:-gaffer}", "gaffer", StringComparison.Ordinal)),
        null);

    /// <summary>What the node makes of it, and what the library makes of its part. Both refuse what they do not know.</summary>
    public NodeSettings Read()
    {
        Assert.Equal("run", Args[0]);
        var run = Assert.IsType<RunArguments.Run>(RunArguments.Parse(Args[1..]));
        var configuration = new ConfigurationBuilder();
        if (SettingsJson is not null) configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(SettingsJson)));
        configuration
            .AddInMemoryCollection(Variables.Select(v => KeyValuePair.Create(v.Key.Replace("__", ":", StringComparison.Ordinal), (string?)v.Value)))
            .AddInMemoryCollection(run.Settings);
        var settings = NodeSettings.Read(configuration.Build());

        var builder = new GafferBuilder();
        builder.UseConfiguration(settings.Gaffer);
        GafferPlan.Read(builder, GafferConfig.Cluster.WithFallback(GafferConfig.Reference).WithFallback(ConfigurationFactory.Default()));
        return settings;
    }

    private static string Settings() => Manifest.Read("deploy/kubernetes/configmap.yaml")["data"].Entries.Single(e => e.Key == "settings.json").Value.Text;

    private static string Value(Manifest variable, string pod)
    {
        if (variable["value"].Exists) return variable["value"].Text.Replace("$(POD_NAME)", pod, StringComparison.Ordinal);
        if (variable["valueFrom.fieldRef.fieldPath"].Exists) return variable["valueFrom.fieldRef.fieldPath"].Text == "metadata.name" ? pod : throw new InvalidOperationException("An unknown field.");
        var secret = Manifest.Read("deploy/kubernetes/secret.example.yaml");
        Assert.Equal(secret["metadata.name"].Text, variable["valueFrom.secretKeyRef.name"].Text);
        return secret["stringData"][variable["valueFrom.secretKeyRef.key"].Text].Text;
    }
}
