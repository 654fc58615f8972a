namespace Gaffer;

/// <summary>The options of all queues that a node ensures: those that code adds, and those that only the configuration names.</summary>
internal static class QueuePlan
{
    public static IReadOnlyList<QueueOptions> Read(GafferBuilder builder, ConfigSources sources, IReadOnlyCollection<string> storages, ConfigProblems problems)
    {
        var defaults = new QueueOptions { Name = "defaults" };
        foreach (var section in sources.QueueDefaults) defaults = QueueOptionsBinder.Binder.Bind(defaults, section, problems);

        var queues = Sections(builder, sources, problems);
        return [.. queues.Select(queue => Read(queue.Key, queue.Value, defaults, builder, storages, problems))];
    }

    /// <summary>The sections of each queue, those that count less first. A name that differs from one of the code in case alone is that one.</summary>
    private static Dictionary<string, List<ConfigNode>> Sections(GafferBuilder builder, ConfigSources sources, ConfigProblems problems)
    {
        var queues = builder.Queues.ToDictionary(q => q.Name.Value, _ => new List<ConfigNode>(), StringComparer.Ordinal);
        foreach (var (name, node) in sources.Queues.SelectMany(section => section.Entries!))
        {
            if (!QueueName.IsValid(name))
            {
                problems.Add($"{node.Path} is no name of a queue; use 1 to 128 characters of A-Z a-z 0-9 . _ : -");
                continue;
            }

            var known = queues.ContainsKey(name) ? name : queues.Keys.FirstOrDefault(k => string.Equals(k, name, StringComparison.OrdinalIgnoreCase)) ?? name;
            if (!queues.TryGetValue(known, out var sections)) queues.Add(known, sections = []);
            sections.Add(node);
        }

        return queues;
    }

    private static QueueOptions Read(
        string name, List<ConfigNode> sections, QueueOptions defaults, GafferBuilder builder, IReadOnlyCollection<string> storages, ConfigProblems problems)
    {
        var options = defaults with { Name = name };
        foreach (var section in sections) options = QueueOptionsBinder.Binder.Bind(options, section, problems);
        if (builder.Queues.FirstOrDefault(q => q.Name.Value == name)?.Change is { } change) options = Change(options, change, problems);
        foreach (var problem in options.Problems()) problems.Add($"Queue '{name}': {problem}");
        if (!storages.Contains(options.Storage) && QueueName.IsValid(options.Storage))
        {
            var meant = ConfigProblems.Nearest(options.Storage, storages) is { } nearest ? $" Did you mean '{nearest}'?" : "";
            problems.Add($"Queue '{name}': there is no storage '{options.Storage}'.{meant} Configured: {string.Join(", ", storages)}.");
        }

        return options;
    }

    private static QueueOptions Change(QueueOptions options, Func<QueueOptions, QueueOptions> change, ConfigProblems problems)
    {
        try
        {
            var changed = change(options);
            if (changed is null) problems.Add($"Queue '{options.Name}': the function that changes its options answers null.");
            else if (changed.Name != options.Name) problems.Add($"Queue '{options.Name}': the function that changes its options renames it to '{changed.Name}'; add a queue of that name instead.");
            else return changed;
        }
        catch (ArgumentException e)
        {
            problems.Add($"Queue '{options.Name}': {e.Message}");
        }

        return options;
    }
}

/// <summary>The order in which queues are made: the target of a forward must be there first.</summary>
internal static class ForwardOrder
{
    /// <summary>Rounds of queues; each forwards to queues of earlier rounds alone, or to queues that others make.</summary>
    public static IReadOnlyList<IReadOnlyList<QueueOptions>> Rounds(IReadOnlyList<QueueOptions> queues, ConfigProblems problems)
    {
        var rounds = new List<IReadOnlyList<QueueOptions>>();
        var left = queues.ToDictionary(q => q.Name);
        while (left.Count > 0)
        {
            var ready = left.Values.Where(q => !q.Forward.Values.Any(target => target != q.Name && left.ContainsKey(target))).ToArray();
            if (ready.Length == 0)
            {
                problems.Add($"The queues {Circle(left)} forward in a circle; take one forward out.");
                return rounds;
            }

            foreach (var queue in ready) left.Remove(queue.Name);
            rounds.Add(ready);
        }

        return rounds;
    }

    private static string Circle(Dictionary<QueueName, QueueOptions> left)
    {
        var way = new List<QueueName>();
        var at = left.Keys.Min();
        while (!way.Contains(at))
        {
            way.Add(at);
            at = left[at].Forward.Values.First(target => target != at && left.ContainsKey(target));
        }

        return string.Join(" -> ", way.Skip(way.IndexOf(at)).Append(at));
    }
}
