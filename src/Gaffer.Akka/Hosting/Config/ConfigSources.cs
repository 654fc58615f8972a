using Akka.Configuration;

namespace Gaffer;

/// <summary>What HOCON and appsettings say, each under its key; the later source counts more.</summary>
internal sealed class ConfigSources
{
    private const string Root = "gaffer";

    private static readonly string[] DispatcherKeys =
    [
        "type", "executor", "throughput", "throughput-deadline-time", "shutdown-timeout", "fork-join-executor", "dedicated-thread-pool",
        "thread-pool-executor", "channel-executor", "default-executor", "mailbox-requirement", "attempt-teamwork",
    ];

    /// <summary>The fixed settings, with those of <c>reference.conf</c>.</summary>
    public Config Settings { get; private set; } = GafferConfig.Reference.GetConfig(Root);

    public Dictionary<string, Storage> Storages { get; } = new(StringComparer.Ordinal);

    /// <summary>Options of all queues that do not say otherwise.</summary>
    public List<ConfigNode> QueueDefaults { get; } = [];

    /// <summary>Sections with an entry for each queue.</summary>
    public List<ConfigNode> Queues { get; } = [];

    /// <summary>Sections with a limit for each queue.</summary>
    public List<ConfigNode> WorkersOnThisNode { get; } = [];

    /// <summary>Sections with a maximum for each limit that queues share.</summary>
    public List<ConfigNode> Limits { get; } = [];

    public static ConfigSources Read(GafferBuilder builder, Config system, ConfigProblems problems)
    {
        var sources = new ConfigSources();
        var reference = ConfigNode.From(GafferConfig.Reference.GetConfig(Root), Root);
        if (system.GetConfig(Root) is { IsEmpty: false } gaffer) sources.Add(ConfigNode.From(gaffer, Root), reference, problems);
        if (builder.Configuration is { } section && ConfigNode.From(section) is { } node && (node.Entries is not null || !string.IsNullOrEmpty(node.Text)))
        {
            sources.Add(node, reference, problems);
        }

        return sources;
    }

    private void Add(ConfigNode source, ConfigNode reference, ConfigProblems problems)
    {
        string[] known = [.. reference.Entries!.Select(e => e.Key).Union(["storage", "queue-defaults", "queues", "workers-on-this-node", "limits", "dispatcher"])];
        if (source.Entries is null)
        {
            problems.BadValue(source, $"a section with some of the keys {string.Join(", ", known.Select(source.Name))}");
            return;
        }

        foreach (var (name, node) in source.Entries)
        {
            switch (known.FirstOrDefault(k => ConfigNode.SameKey(k, name)))
            {
                case null: problems.UnknownKey(source, name, node, known); break;
                case "storage": StorageBinder.Bind(Storages, node, problems); break;
                case "queue-defaults": QueueDefaults.Add(node); break;
                case "queues": AddNames(Queues, node, "a section with an entry for each queue", problems); break;
                case "workers-on-this-node": AddNames(WorkersOnThisNode, node, "a section with a number for each queue", problems); break;
                case "limits": AddNames(Limits, node, "a section with a number for each limit", problems); break;
                case "dispatcher": CheckDispatcher(node, problems); break;
                case { } key: Settings = SettingsBinder.Bind(key, reference.Entry(key)!, node, problems).WithFallback(Settings); break;
            }
        }
    }

    private static void AddNames(List<ConfigNode> sections, ConfigNode node, string allowed, ConfigProblems problems)
    {
        if (node.Entries is not null) sections.Add(node);
        else problems.BadValue(node, allowed);
    }

    // Akka reads it itself, when it makes the actor system.
    private static void CheckDispatcher(ConfigNode node, ConfigProblems problems)
    {
        if (!node.IsHocon)
        {
            problems.Add($"{node.Path} cannot be set here; set gaffer.dispatcher in HOCON.");
            return;
        }

        foreach (var (name, value) in node.Entries ?? [])
        {
            if (!DispatcherKeys.Contains(name)) problems.UnknownKey(node, name, value, DispatcherKeys);
        }
    }
}
