using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace Gaffer.Node;

/// <summary>What a node is told: where it is, whom it joins, which queues it has. All sources taken together.</summary>
internal sealed record NodeSettings
{
    /// <summary>The queue of a node that is told of none.</summary>
    public const string DefaultQueue = "work";

    private const int ShortestToken = 16;

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string Bind { get; init; }

    /// <summary>Addresses of actor systems.</summary>
    public required ImmutableArray<string> Seeds { get; init; }

    public required ImmutableArray<string> Roles { get; init; }

    public required IPAddress HttpHost { get; init; }

    public required int HttpPort { get; init; }

    /// <summary>Whether it serves its metrics.</summary>
    public required bool Metrics { get; init; }

    /// <summary>The collector that gets metrics and traces; null: none.</summary>
    public required Uri? Otlp { get; init; }

    /// <summary>Who does not send it is not served, on this machine or another; null: there is none, and the machine of the caller decides.</summary>
    public required string? Token { get; init; }

    /// <summary>Whom the dashboard serves.</summary>
    public required DashboardAccess Dashboard { get; init; }

    /// <summary>Names by which anybody may ask for the dashboard, besides addresses and names of the node's own.</summary>
    public required ImmutableArray<string> AllowedHosts { get; init; }

    public required Config Hocon { get; init; }

    /// <summary>The queues that it has workers for; empty: <see cref="DefaultQueue"/>.</summary>
    public required ImmutableArray<string> Queues { get; init; }

    /// <summary>The workers that are made of settings alone.</summary>
    public required ImmutableArray<WorkerSettings> Workers { get; init; }

    /// <summary>The section of the library.</summary>
    public required IConfigurationSection Gaffer { get; init; }

    /// <summary>Reads a configuration, and the files it names.</summary>
    /// <exception cref="NodeSettingsException">Something is wrong; all of it is listed.</exception>
    public static NodeSettings Read(IConfiguration configuration)
    {
        var reader = new Reader(configuration);
        reader.CheckKeys();
        var host = reader.Text(NodeSetting.Host) ?? "127.0.0.1";
        var port = reader.Port(NodeSetting.Port, 4053);
        var hocon = reader.File(NodeSetting.Hocon);
        var gaffer = configuration.GetSection(NodeSetting.GafferSection);
        var seeds = reader.Seeds();
        var workers = reader.Workers(hocon);
        var dashboard = reader.Dashboard();
        reader.CheckToken(dashboard);
        reader.CheckAllowedHosts(dashboard);
        reader.CheckStorage(gaffer, hocon, isAlone: seeds.All(seed => seed == $"{host}:{port}"));
        var settings = new NodeSettings
        {
            Host = host,
            Port = port,
            Bind = reader.Text(NodeSetting.Bind) ?? host,
            Seeds = [.. (seeds.IsEmpty && port > 0 ? [$"{host}:{port}"] : seeds).Select(seed => $"akka.tcp://{GafferHosting.SystemName}@{seed}")],
            Roles = reader.List(NodeSetting.Roles),
            HttpHost = reader.Address(NodeSetting.HttpHost, IPAddress.Loopback),
            HttpPort = reader.Port(NodeSetting.HttpPort, 8080),
            Metrics = reader.Switch(NodeSetting.Metrics),
            Otlp = reader.Url(NodeSetting.Otlp),
            Token = reader.Token(),
            Dashboard = dashboard,
            AllowedHosts = reader.List(NodeSetting.AllowedHosts),
            Hocon = hocon,
            Queues = [.. Names(gaffer, hocon).Concat(workers.Select(worker => worker.Queue)).Distinct(StringComparer.OrdinalIgnoreCase)],
            Workers = workers,
            Gaffer = gaffer,
        };
        if (port == 0 && seeds.IsEmpty) reader.Problem("A node on any free port needs a seed to join by; name one, or a port.");
        return reader.Problems.Count == 0 ? settings : throw new NodeSettingsException(string.Join(Environment.NewLine, reader.Problems));
    }

    private static IEnumerable<string> Names(IConfiguration gaffer, Config hocon)
    {
        IEnumerable<string> inHocon = hocon.HasPath("gaffer.queues") ? hocon.GetConfig("gaffer.queues").Root.GetObject().Items.Keys : [];
        return gaffer.GetSection("Queues").GetChildren().Select(queue => queue.Key).Concat(inHocon);
    }

    /// <summary>Reads values, and gathers what is wrong with them.</summary>
    private sealed class Reader(IConfiguration configuration)
    {
        public List<string> Problems { get; } = [];

        public void Problem(string problem) => Problems.Add(problem);

        /// <summary>A key that nobody reads is a mistake that nobody would see.</summary>
        public void CheckKeys()
        {
            string[] known = [.. NodeSetting.All.Select(s => s.Key), NodeSetting.WorkersSection];
            foreach (var entry in configuration.GetSection(NodeSetting.Section).GetChildren())
            {
                if (!known.Contains(entry.Path, StringComparer.OrdinalIgnoreCase)) Problem($"There is no setting {entry.Path}; there are {string.Join(", ", known.Where(k => k.StartsWith(NodeSetting.Section, StringComparison.Ordinal)))}.");
            }

            foreach (var section in configuration.GetChildren())
            {
                if (section.Key.StartsWith(NodeSetting.GafferSection, StringComparison.OrdinalIgnoreCase)
                    && section.GetChildren().Any()
                    && section.Key.ToUpperInvariant() is not ("GAFFER" or "GAFFERNODE"))
                {
                    Problem($"There is no section {section.Key}; there are {NodeSetting.GafferSection} and {NodeSetting.Section}.");
                }
            }
        }

        public string? Text(NodeSetting setting) => configuration[setting.Key] is { Length: > 0 } text ? text.Trim() : null;

        public ImmutableArray<string> List(NodeSetting setting) =>
            [.. (Text(setting)?.Split(',') ?? configuration.GetSection(setting.Key).GetChildren().Select(item => item.Value ?? "")).Select(item => item.Trim()).Where(item => item.Length > 0)];

        public int Port(NodeSetting setting, int otherwise)
        {
            if (Text(setting) is not { } text) return otherwise;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort) return port;
            Problem($"{setting.Key} is '{text}'; it must be a port, 0 to {IPEndPoint.MaxPort}.");
            return otherwise;
        }

        public IPAddress Address(NodeSetting setting, IPAddress otherwise)
        {
            if (Text(setting) is not { } text) return otherwise;
            if (IPAddress.TryParse(text, out var address)) return address;
            Problem($"{setting.Key} is '{text}'; it must be an IP address, such as 127.0.0.1 or 0.0.0.0.");
            return otherwise;
        }

        public bool Switch(NodeSetting setting)
        {
            var text = Text(setting);
            if (text is not (null or "on" or "off")) Problem($"{setting.Key} is '{text}'; it must be on or off.");
            return text == "on";
        }

        public Uri? Url(NodeSetting setting)
        {
            if (Text(setting) is not { } text) return null;
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
            Problem($"{setting.Key} is '{text}'; it must be a URL, such as http://127.0.0.1:4317.");
            return null;
        }

        public string? Token()
        {
            var token = Text(NodeSetting.Token);
            if (token is { Length: < ShortestToken } || (token is not null && !ApiOptions.IsToken(token))) Problem($"{NodeSetting.Token.Key} must have {ShortestToken} characters or more, and no spaces: openssl rand -hex 32 makes a good one.");
            return token;
        }

        public DashboardAccess Dashboard()
        {
            switch (Text(NodeSetting.Dashboard)?.ToUpperInvariant())
            {
                case "OFF": return DashboardAccess.Off;
                case null or "LOCAL": return DashboardAccess.Local;
                case "ANYBODY-READ-ONLY": return DashboardAccess.AnybodyReadOnly;
                case "ANYBODY": return DashboardAccess.Anybody;
                default:
                    Problem($"{NodeSetting.Dashboard.Key} is '{Text(NodeSetting.Dashboard)}'; it must be off, local, anybody-read-only or anybody.");
                    return DashboardAccess.Off;
            }
        }

        public void CheckToken(DashboardAccess dashboard)
        {
            if (Text(NodeSetting.Token) is not null && dashboard is not DashboardAccess.Local) Problem($"{NodeSetting.Token.Key} goes with {NodeSetting.Dashboard.Key} = local alone, where it decides instead of the machine of the caller.");
        }

        public void CheckAllowedHosts(DashboardAccess dashboard)
        {
            var hosts = List(NodeSetting.AllowedHosts);
            foreach (var host in hosts.Where(host => !HostPattern.IsValid(host))) Problem($"{NodeSetting.AllowedHosts.Key} has '{host}'; it must be the name of a host, such as example.org or *.example.org, without a port.");
            if (!hosts.IsEmpty && dashboard is DashboardAccess.Local or DashboardAccess.Off) Problem($"{NodeSetting.AllowedHosts.Key} goes with {NodeSetting.Dashboard.Key} = anybody or anybody-read-only alone.");
        }

        public ImmutableArray<string> Seeds()
        {
            var seeds = List(NodeSetting.Seeds);
            foreach (var seed in seeds)
            {
                if (seed.Split(':') is not [{ Length: > 0 }, var port] || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
                {
                    Problem($"{NodeSetting.Seeds.Key} has '{seed}'; it must be a host and a port, such as 10.0.0.1:4053.");
                }
            }

            return seeds;
        }

        public Config File(NodeSetting setting)
        {
            if (Text(setting) is not { } path) return Config.Empty;
            try
            {
                return ConfigurationFactory.ParseString(System.IO.File.ReadAllText(path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ConfigurationException or FormatException)
            {
                Problem($"{setting.Key} cannot be read: {e.Message}");
                return Config.Empty;
            }
        }

        public ImmutableArray<WorkerSettings> Workers(Config hocon)
        {
            var problems = new ConfigProblems();
            List<ConfigNode> sections = [];
            if (hocon.HasPath(NodeSetting.HoconSection))
            {
                var node = ConfigNode.From(hocon.GetConfig(NodeSetting.HoconSection), NodeSetting.HoconSection);
                foreach (var (name, entry) in node.Entries ?? [])
                {
                    if (ConfigNode.SameKey(name, "workers")) sections.Add(entry);
                    else problems.UnknownKey(node, name, entry, ["workers"]);
                }
            }

            if (configuration.GetSection(NodeSetting.WorkersSection) is var section && section.GetChildren().Any()) sections.Add(ConfigNode.From(section));
            var workers = WorkerSettings.Read(sections, problems);
            Problems.AddRange(problems.All);
            return workers;
        }

        /// <summary>A storage that nobody chose, or that each node has for itself, would lose the jobs of a queue that moves.</summary>
        public void CheckStorage(IConfigurationSection gaffer, Config hocon, bool isAlone)
        {
            IEnumerable<string> inHocon = hocon.HasPath("gaffer.storage") ? hocon.GetConfig("gaffer.storage").Root.GetObject().Items.Keys : [];
            var kinds = gaffer.GetSection("Storage").GetChildren().Where(kind => !string.IsNullOrEmpty(kind.Value) || kind.GetChildren().Any()).Select(kind => kind.Key).Concat(inHocon).Select(kind => kind.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()).ToArray();
            if (kinds.Length == 0) Problem($"Where are queues to live? Set {NodeSetting.Postgres.Option} (or {NodeSetting.Postgres.Variable}), or {NodeSetting.Sqlite.Option} for one node alone.");
            if (!isAlone && kinds.Any(kind => kind is "SQLITE" or "INMEMORY")) Problem("Several nodes need a database that they share: SQLite and memory belong to one node alone.");
        }
    }
}

/// <summary>Whom the dashboard of a node serves.</summary>
internal enum DashboardAccess
{
    Off,
    Local,
    AnybodyReadOnly,
    Anybody,
}

/// <summary>A node cannot be what it was told; the message says why, for people.</summary>
internal sealed class NodeSettingsException(string message) : Exception(message);
