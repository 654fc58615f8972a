using Akka.Configuration;

namespace Gaffer;

/// <summary>What a node is to have, all sources taken together: code over appsettings over HOCON over <c>reference.conf</c>.</summary>
/// <param name="Settings">The fixed settings.</param>
/// <param name="Start">Those of the start.</param>
/// <param name="Storages">The storages by name.</param>
/// <param name="Limits">The limits to ensure, and their maxima.</param>
/// <param name="Queues">The queues to ensure, in rounds: the targets of forwards come in an earlier one.</param>
/// <param name="Served">The queues that this node has workers for.</param>
internal sealed record GafferPlan(
    GafferSettings Settings, StartSettings Start, IReadOnlyDictionary<string, Storage> Storages, IReadOnlyDictionary<string, int> Limits,
    IReadOnlyList<IReadOnlyList<QueueOptions>> Queues, IReadOnlyList<ServedQueue> Served)
{
    /// <summary>The storage of a node that names none.</summary>
    public const string DefaultFile = "gaffer.db";

    /// <summary>Takes all sources together.</summary>
    /// <param name="builder">What code says.</param>
    /// <param name="system">All HOCON of the actor system, <c>reference.conf</c> included.</param>
    /// <exception cref="InvalidQueueConfigException">Something is wrong; all of it is listed.</exception>
    public static GafferPlan Read(GafferBuilder builder, Config system)
    {
        var problems = new ConfigProblems();
        var sources = ConfigSources.Read(builder, system, problems);
        var storages = AllStorages(builder, sources);
        var limits = AllLimits(builder, sources, problems);
        var queues = QueuePlan.Read(builder, sources, storages.Keys, problems);
        var rounds = ForwardOrder.Rounds(queues, problems);
        var served = ServedQueues(builder, sources, problems);
        var frame = system.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size", null);
        problems.ThrowIfAny();

        var settings = GafferSettings.From(sources.Settings);
        if (frame < settings.Client.MaxMessageBytes)
        {
            problems.Add($"gaffer.client.max-message-size is {settings.Client.MaxMessageBytes} bytes, but akka.remote.dot-netty.tcp.maximum-frame-size is {frame}, and larger messages would be lost; raise the frame size, on all nodes, or lower max-message-size.");
        }

        if (settings.Client.MaxMessageBytes < MessageSize.Smallest)
        {
            problems.Add($"gaffer.client.max-message-size is {settings.Client.MaxMessageBytes} bytes; use {MessageSize.Smallest} or more, or jobs would not fit with their errors.");
        }

        problems.ThrowIfAny();
        return new(settings, StartSettings.From(sources.Settings), storages, limits, rounds, served);
    }

    private static Dictionary<string, Storage> AllStorages(GafferBuilder builder, ConfigSources sources)
    {
        var storages = new Dictionary<string, Storage>(sources.Storages, StringComparer.Ordinal);
        foreach (var (name, storage) in builder.Storages) storages[name] = storage;
        storages.TryAdd(QueueOptions.DefaultStorage, Storage.Sqlite(DefaultFile));
        return storages;
    }

    private static SortedDictionary<string, int> AllLimits(GafferBuilder builder, ConfigSources sources, ConfigProblems problems)
    {
        var limits = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, node) in sources.Limits.SelectMany(section => section.Entries!))
        {
            if (!QueueName.IsValid(name)) problems.Add($"{node.Path} is no name of a limit; use 1 to 128 characters of A-Z a-z 0-9 . _ : -");
            else if (ConfigValues.FromZero(node, problems, out var max)) limits[name] = max;
        }

        foreach (var (name, max) in builder.Limits) limits[name] = max;
        return limits;
    }

    private static List<ServedQueue> ServedQueues(GafferBuilder builder, ConfigSources sources, ConfigProblems problems)
    {
        var limits = new Dictionary<QueueName, WorkerLimit>();
        var served = builder.Queues.Where(q => q.Workers.Count > 0).ToArray();
        foreach (var section in sources.WorkersOnThisNode)
        {
            foreach (var (name, node) in section.Entries ?? [])
            {
                var queue = served.FirstOrDefault(q => q.Name.Value == name) ?? served.FirstOrDefault(q => string.Equals(q.Name.Value, name, StringComparison.OrdinalIgnoreCase));
                if (queue is null) problems.UnknownKey(section, name, node, [.. served.Select(q => q.Name.Value)], names: true);
                else if (ConfigValues.Limit(node, problems, out var limit)) limits[queue.Name] = limit;
            }
        }

        return [.. served.Select(q => new ServedQueue(q.Name, q.Workers, limits.TryGetValue(q.Name, out var limit) ? limit : null))];
    }
}

/// <summary>A queue that a node has workers for, and how many of them where the node says so itself.</summary>
internal sealed record ServedQueue(QueueName Name, IReadOnlyList<JobWorker> Workers, WorkerLimit? Max);

/// <summary>Settings of the start alone.</summary>
internal sealed record StartSettings(TimeSpan Timeout, string Role)
{
    public static StartSettings From(Config gaffer) => new(gaffer.GetTimeSpan("start-timeout"), gaffer.GetString("role"));
}
