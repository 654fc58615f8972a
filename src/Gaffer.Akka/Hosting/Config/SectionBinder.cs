namespace Gaffer;

/// <summary>Reads the entries of a section into a record: each known key has a setter, and any other key is a problem.</summary>
internal sealed class SectionBinder<TRecord>
{
    private readonly Dictionary<string, Func<TRecord, ConfigNode, ConfigProblems, TRecord>> _setters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    /// <summary>The known keys, as HOCON writes them.</summary>
    public IReadOnlyCollection<string> Keys => _setters.Keys;

    public SectionBinder<TRecord> Key<T>(string key, ReadValue<T> read, Func<TRecord, T, TRecord> set) =>
        Key(key, (record, node, problems) => read(node, problems, out var value) ? set(record, value) : record);

    public SectionBinder<TRecord> Key(string key, Func<TRecord, ConfigNode, ConfigProblems, TRecord> bind)
    {
        _setters.Add(key, bind);
        return this;
    }

    public SectionBinder<TRecord> Alias(string alias, string key)
    {
        _aliases.Add(alias, key);
        return this;
    }

    public TRecord Bind(TRecord record, ConfigNode section, ConfigProblems problems)
    {
        if (section.Entries is null)
        {
            problems.BadValue(section, $"a section with some of the keys {string.Join(", ", Keys.Select(section.Name))}");
            return record;
        }

        var seen = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        foreach (var (name, value) in section.Entries)
        {
            var key = _aliases.FirstOrDefault(a => ConfigNode.SameKey(a.Key, name)).Value ?? _setters.Keys.FirstOrDefault(k => ConfigNode.SameKey(k, name));
            if (key is null)
            {
                problems.UnknownKey(section, name, value, Keys);
            }
            else if (!seen.TryAdd(key, value))
            {
                problems.Add($"{value.Path} ({value.Shown}) says the same setting as {seen[key].Path} ({seen[key].Shown}); keep one of them.");
            }
            else
            {
                record = _setters[key](record, value, problems);
            }
        }

        return record;
    }
}
