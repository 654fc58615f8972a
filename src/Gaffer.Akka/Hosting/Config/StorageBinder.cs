namespace Gaffer;

/// <summary>Reads the storages: <c>sqlite = "orders.db"</c> is the storage "default", a section such as <c>audit { postgres = "..." }</c> is one of another name.</summary>
internal static class StorageBinder
{
    private static readonly SectionBinder<Chosen> Kinds = new SectionBinder<Chosen>()
        .Key<Storage>("sqlite", Made(Storage.Sqlite), static (chosen, storage) => chosen.With(storage))
        .Key<Storage>("postgres", Made(Storage.Postgres), static (chosen, storage) => chosen.With(storage))
        .Key<Storage>("sql-server", Made(Storage.SqlServer), static (chosen, storage) => chosen.With(storage))
        .Key<Storage>("my-sql", Made(Storage.MySql), static (chosen, storage) => chosen.With(storage))
        .Key<bool>("in-memory", ConfigValues.Switch, (chosen, isOn) => isOn ? chosen.With(Storage.InMemory()) : chosen);

    /// <summary>In HOCON, settings of the plugins that a storage makes may stand beside it; they count more than what it sets itself.</summary>
    private static readonly string[] Plugins = ["journal", "snapshot", "dispatcher"];

    private sealed record Chosen(Storage? Storage, int Count)
    {
        public Chosen With(Storage storage) => new(storage, Count + 1);
    }

    /// <summary>Puts the storages that a section names over those that were there.</summary>
    public static void Bind(Dictionary<string, Storage> storages, ConfigNode section, ConfigProblems problems)
    {
        if (section.Entries is null)
        {
            problems.BadValue(section, $"a section with one of the keys {string.Join(", ", Kinds.Keys.Select(section.Name))}");
            return;
        }

        var named = section.Entries.Where(e => e.Value.Entries is not null && !Kinds.Keys.Any(k => ConfigNode.SameKey(k, e.Key))).ToArray();
        Choose(storages, QueueOptions.DefaultStorage, section.Without(named.Select(e => e.Key)), problems);
        foreach (var (name, storage) in named)
        {
            if (!QueueName.IsValid(name))
            {
                problems.Add($"{storage.Path} is no name of a storage; use 1 to 128 characters of A-Z a-z 0-9 . _ : -");
                continue;
            }

            Choose(storages, name, storage, problems);
        }
    }

    private static ReadValue<Storage> Made(Func<string, Storage> make) => (ConfigNode node, ConfigProblems problems, out Storage value) =>
    {
        value = Storage.InMemory();
        if (!ConfigValues.Text(node, problems, out var text)) return false;
        try
        {
            value = make(text);
            return true;
        }
        catch (ArgumentException e)
        {
            problems.Add($"{node.Path}: {e.Message}");
            return false;
        }
    };

    private static void Choose(Dictionary<string, Storage> storages, string name, ConfigNode section, ConfigProblems problems)
    {
        var chosen = Kinds.Bind(new Chosen(null, 0), section.IsHocon && section.Entries is not null ? section.Without(Plugins) : section, problems);
        if (chosen.Count > 1)
        {
            problems.Add($"{section.Path} names {chosen.Count} kinds of storage; keep one of them, and give further storages a name: {section.PathOf("audit")} with one of these keys in it.");
        }

        if (chosen.Storage is { } storage) storages[name] = storage;
    }
}
