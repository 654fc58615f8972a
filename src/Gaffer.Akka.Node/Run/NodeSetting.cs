namespace Gaffer.Node;

/// <summary>A setting of a node: an option of the command, and the same as a key of the configuration.</summary>
/// <param name="Option">The option, such as <c>--http-port</c>.</param>
/// <param name="Key">The key of the configuration. As an environment variable it has two underscores for each colon.</param>
/// <param name="Value">What its value is, for the help.</param>
/// <param name="Help">What it is for.</param>
/// <param name="IsList">Whether it may be given several times, or hold several values with commas between them.</param>
internal sealed record NodeSetting(string Option, string Key, string Value, string Help, bool IsList = false)
{
    /// <summary>The section of what is not Gaffer's own.</summary>
    public const string Section = "GafferNode";

    /// <summary>The section of the library: storages, queues, and all else that is in <c>reference.conf</c>.</summary>
    public const string GafferSection = "Gaffer";

    /// <summary>The workers that are made of settings alone: webhooks and commands.</summary>
    public const string WorkersSection = "GafferNode:Workers";

    /// <summary>Where HOCON has them.</summary>
    public const string HoconSection = "gaffer-node";

    public static readonly NodeSetting Host = new("--host", "GafferNode:Host", "NAME", "name or address under which the other nodes find this one (127.0.0.1)");
    public static readonly NodeSetting Port = new("--port", "GafferNode:Port", "N", "port on which they do, 0 for any free one (4053)");
    public static readonly NodeSetting Bind = new("--bind", "GafferNode:Bind", "ADDRESS", "address to listen on for other nodes, where it is not that of the host: 0.0.0.0 in a container");
    public static readonly NodeSetting Seeds = new("--seed", "GafferNode:Seeds", "HOST:PORT", "node to join by, several with commas or one option each, the same and in the same order on all nodes (the node itself: a cluster of one)", IsList: true);
    public static readonly NodeSetting Roles = new("--role", "GafferNode:Roles", "NAME", "role of this node, likewise", IsList: true);
    public static readonly NodeSetting HttpHost = new("--http-host", "GafferNode:HttpHost", "ADDRESS", "address of the health checks: 0.0.0.0 to let other machines ask (127.0.0.1)");
    public static readonly NodeSetting HttpPort = new("--http-port", "GafferNode:HttpPort", "N", "their port (8080)");
    public static readonly NodeSetting Metrics = new("--metrics", "GafferNode:Metrics", "on|off", "whether /metrics beside the health checks has the metrics, for Prometheus (off)");
    public static readonly NodeSetting Otlp = new("--otlp", "GafferNode:Otlp", "URL", "collector to send metrics and traces to, such as http://127.0.0.1:4317; by OTLP over gRPC, unless OTEL_EXPORTER_OTLP_PROTOCOL is http/protobuf");
    public static readonly NodeSetting Token = new("--token", "GafferNode:Token", "TOKEN", "/gaffer, /status and /work serve those alone that send this token; /gaffer from any machine, too; better in the variable (none)");
    public static readonly NodeSetting Dashboard = new("--dashboard", "GafferNode:Dashboard", "WHO", "whom /gaffer serves on that port: off, local (callers of this machine), anybody-read-only or anybody (local)");
    public static readonly NodeSetting AllowedHosts = new("--allowed-host", "GafferNode:AllowedHosts", "NAME", "name by which 'anybody' may ask for /gaffer, or *.example.org, besides addresses, localhost and names of the node's own; several likewise", IsList: true);
    public static readonly NodeSetting Hocon = new("--hocon", "GafferNode:Hocon", "FILE", "file of HOCON that counts more than what the node sets for Akka.NET itself");
    public static readonly NodeSetting Postgres = new("--postgres", "Gaffer:Storage:Postgres", "STRING", "connection string of the database that all nodes share");
    public static readonly NodeSetting Sqlite = new("--sqlite", "Gaffer:Storage:Sqlite", "FILE", "SQLite file instead, for one node alone");

    public static readonly IReadOnlyList<NodeSetting> All = [Host, Port, Bind, Seeds, Roles, HttpHost, HttpPort, Dashboard, AllowedHosts, Token, Metrics, Otlp, Postgres, Sqlite, Hocon];

    /// <summary>Its environment variable.</summary>
    public string Variable => Key.Replace(":", "__", StringComparison.Ordinal);
}
