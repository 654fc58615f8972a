using Akka.Configuration;

namespace Gaffer;

/// <summary>The HOCON files that are part of the library.</summary>
internal static class GafferConfig
{
    /// <summary>Every setting with its default.</summary>
    public static Config Reference { get; } = Resource("Gaffer.reference.conf");

    /// <summary>What a cluster of one needs.</summary>
    public static Config SingleNode { get; } = Resource("Gaffer.single-node.conf");

    /// <summary>What each node of several needs.</summary>
    public static Config Cluster { get; } = Resource("Gaffer.cluster.conf");

    private static Config Resource(string name)
    {
        using var stream = typeof(GafferConfig).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The library lacks its resource {name}.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
