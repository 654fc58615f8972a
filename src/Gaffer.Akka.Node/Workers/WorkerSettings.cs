using System.Collections.Immutable;

namespace Gaffer.Node;

/// <summary>A worker that is made of settings alone: it delivers webhooks, or runs a command.</summary>
/// <param name="Queue">The queue that it works for.</param>
internal sealed record WorkerSettings(string Queue)
{
    /// <summary>The kind of jobs that it performs.</summary>
    public string Kind { get; init; } = JobWorker.DefaultKind;

    public WebhookSettings? Webhook { get; init; }

    public CommandSettings? Command { get; init; }

    private static readonly SectionBinder<WorkerSettings> Binder = new SectionBinder<WorkerSettings>()
        .Key<string>("queue", ConfigValues.StorageName, static (w, v) => w with { Queue = v })
        .Key<string>("kind", ConfigValues.Text, static (w, v) => w with { Kind = v })
        .Key("webhook", static (w, node, problems) => w with { Webhook = WebhookSettings.Binder.Bind(w.Webhook ?? new(), node, problems) })
        .Key("command", static (w, node, problems) => w with { Command = CommandSettings.Binder.Bind(w.Command ?? new(), node, problems) });

    /// <summary>Reads sections with an entry for each worker; a later section counts more.</summary>
    public static ImmutableArray<WorkerSettings> Read(IEnumerable<ConfigNode> sections, ConfigProblems problems)
    {
        var workers = new Dictionary<string, (WorkerSettings Settings, ConfigNode Node)>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in sections)
        {
            if (section.Entries is null) problems.BadValue(section, "a section with an entry for each worker");
            foreach (var (name, node) in section.Entries ?? [])
            {
                var before = workers.TryGetValue(name, out var earlier) ? earlier.Settings : new WorkerSettings(name);
                workers[name] = (Binder.Bind(before, node, problems), node);
            }
        }

        foreach (var (settings, node) in workers.Values) settings.Check(node, problems);
        foreach (var same in workers.Values.GroupBy(w => (w.Settings.Queue.ToUpperInvariant(), w.Settings.Kind)).Where(g => g.Count() > 1))
        {
            var first = same.First().Settings;
            problems.Add($"{string.Join(" and ", same.Select(w => w.Node.Path))} are for the same jobs, of the kind '{first.Kind}' in the queue '{first.Queue}'; give each a {same.First().Node.Name("kind")} of its own.");
        }

        return [.. workers.Values.Select(w => w.Settings)];
    }

    private void Check(ConfigNode node, ConfigProblems problems)
    {
        if (!QueueName.IsValid(Queue)) problems.Add($"{node.Path}: '{Queue}' is no name of a queue; use 1 to 128 characters of A-Z a-z 0-9 . _ : -");
        if (!JobWorker.IsValidKind(Kind)) problems.Add($"{node.PathOf("kind")} is '{Kind}'; use 1 to 128 characters of A-Z a-z 0-9 . _ : -");
        if (Webhook is null == Command is null) problems.Add($"{node.Path} must have either {node.Name("webhook")} or {node.Name("command")}.");
        Webhook?.Check(node.Entry("webhook") ?? node, problems);
        Command?.Check(node.Entry("command") ?? node, problems);
    }
}

/// <summary>Values that only the workers have.</summary>
internal static class WorkerValues
{
    /// <summary>Texts: one, or a list.</summary>
    public static bool Texts(ConfigNode node, ConfigProblems problems, out ImmutableArray<string> value)
    {
        var texts = node.AsList()?.Select(item => item.Text).ToArray() ?? (node.Text is { } text ? [text] : [null]);
        value = [.. texts.OfType<string>()];
        if (value.Length == texts.Length) return true;
        problems.BadValue(node, "a text or a list of texts");
        return false;
    }

    /// <summary>Texts by name, whose values are nobody's to see.</summary>
    public static bool Pairs(ConfigNode node, ConfigProblems problems, out ImmutableSortedDictionary<string, string> value)
    {
        var entries = node.Entries ?? [];
        value = entries.Where(e => e.Value.Text is not null).ToImmutableSortedDictionary(e => e.Key, e => e.Value.Text!, StringComparer.Ordinal);
        if (value.Count == entries.Count && entries.Count > 0) return true;
        problems.Add($"{node.Path} must be a section with a text for each name.");
        return false;
    }
}
