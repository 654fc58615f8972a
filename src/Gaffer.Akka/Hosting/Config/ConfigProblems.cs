using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Gathers all that is wrong with a configuration, so that one start shows it all.</summary>
internal sealed class ConfigProblems
{
    private readonly List<string> _all = [];

    public bool Any => _all.Count > 0;

    public IReadOnlyList<string> All => _all;

    public void Add(string problem)
    {
        if (!_all.Contains(problem)) _all.Add(problem);
    }

    public void BadValue(ConfigNode node, string allowed) => Add($"{node.Path} is {node.Shown}; use {allowed}.");

    public void UnknownKey(ConfigNode section, string key, ConfigNode value, IReadOnlyCollection<string> known, bool names = false)
    {
        string[] shown = names ? [.. known] : [.. known.Select(section.Name)];
        var meant = Nearest(key, shown) is { } nearest ? $" Did you mean {nearest}?" : "";
        Add($"{value.Path} ({value.Shown}) is unknown.{meant} Known here: {(shown.Length > 0 ? string.Join(", ", shown) : "nothing")}.");
    }

    /// <exception cref="InvalidQueueConfigException">There are problems.</exception>
    public void ThrowIfAny()
    {
        if (!Any) return;
        var message = _all.Count == 1
            ? $"The configuration of Gaffer is invalid: {_all[0]}"
            : $"The configuration of Gaffer is invalid, in {_all.Count} places:{string.Concat(_all.Select(p => "\n- " + p))}";
        throw new GafferFailure(GafferError.InvalidQueueConfig, message, null, [.. _all]).ToException();
    }

    /// <summary>The known name that a misspelled one is closest to, if it is close at all.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var plain = ConfigNode.Plain(name).ToUpperInvariant();
        var best = known.Select(k => (Name: k, Distance: Distance(plain, ConfigNode.Plain(k).ToUpperInvariant()))).OrderBy(k => k.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= 1 + (plain.Length / 4) ? best.Name : null;
    }

    // Letters to insert, delete, replace, or swap with their neighbour.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
