namespace Gaffer;

/// <summary>Reads the storages: <c>sqlite = "orders.db"</c> is the storage "default", a section such as <c>audit { postgres = "..." }</c> is one of another name.</summary>
internal static class StorageBinder
{
    private static readonly SectionBinder<Chosen> Kinds = new SectionBinder<Chosen>()
        .Key<string>("sqlite", ConfigValues.Text, (chosen, path) => chosen.With(Storage.Sqlite(path)))
        .Key<string>("postgres", ConfigValues.Text, (chosen, cs) => chosen.With(Storage.Postgres(cs)))
        .Key<string>("sql-server", ConfigValues.Text, (chosen, cs) => chosen.With(Storage.SqlServer(cs)))
        .Key<string>("my-sql", ConfigValues.Text, (chosen, cs) => chosen.With(Storage.MySql(cs)))
        .Key<bool>("in-memory", ConfigValues.Switch, (chosen, isOn) => isOn ? chosen.With(Storage.InMemory()) : chosen);

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

    private static void Choose(Dictionary<string, Storage> storages, string name, ConfigNode section, ConfigProblems problems)
    {
        var chosen = Kinds.Bind(new Chosen(null, 0), section, problems);
        if (chosen.Count > 1)
        {
            problems.Add($"{section.Path} names {chosen.Count} kinds of storage; keep one of them, and give further storages a name: {section.PathOf("audit")} with one of these keys in it.");
        }

        if (chosen.Storage is { } storage) storages[name] = storage;
    }
}
