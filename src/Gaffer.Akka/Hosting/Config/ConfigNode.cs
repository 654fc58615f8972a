using System.Text.Json;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace Gaffer;

/// <summary>A value of a configuration with the full key that a person wrote: a text, a list or a section. HOCON, appsettings and JSON become the same tree, and are read by the same code.</summary>
internal sealed class ConfigNode
{
    private ConfigNode(string path, bool isHocon, bool isJson = false) => (Path, IsHocon, IsJson) = (path, isHocon, isJson);

    /// <summary>The full key, as its source writes it: <c>gaffer.queues.emails</c> or <c>Gaffer:Queues:emails</c>.</summary>
    public string Path { get; }

    public bool IsHocon { get; }

    public bool IsJson { get; }

    public string? Text { get; private init; }

    public IReadOnlyList<ConfigNode>? Items { get; private init; }

    public IReadOnlyList<KeyValuePair<string, ConfigNode>>? Entries { get; private init; }

    /// <summary>What it says, for a message to a person.</summary>
    public string Shown => Text is not null ? $"'{Text}'"
        : Items is not null ? $"[{string.Join(", ", Items.Select(i => i.Text ?? "..."))}]"
        : $"{{{string.Join(", ", (Entries ?? []).Select(e => e.Key))}}}";

    /// <summary>The elements of a list; appsettings and environment variables write one as a section with the keys 0, 1, ...</summary>
    public IReadOnlyList<ConfigNode>? AsList() =>
        Items ?? (Entries is { Count: > 0 } && Entries.All(e => int.TryParse(e.Key, out _)) ? [.. Entries.OrderBy(e => int.Parse(e.Key, System.Globalization.CultureInfo.InvariantCulture)).Select(e => e.Value)] : null);

    /// <summary>A key as this source writes it.</summary>
    public string Name(string key) => IsHocon ? key : string.Concat(key.Split('-').Select((part, index) => IsJson && index == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));

    /// <summary>The full key of an entry.</summary>
    public string PathOf(string key) => Join(Path, Name(key), IsHocon || IsJson);

    /// <summary>Whether two keys are the same: case and hyphens do not count.</summary>
    public static bool SameKey(string left, string right) => string.Equals(Plain(left), Plain(right), StringComparison.OrdinalIgnoreCase);

    public static string Plain(string key) => key.Replace("-", "", StringComparison.Ordinal);

    public static ConfigNode From(Config hocon, string path) => From(hocon.Root, path);

    public static ConfigNode From(IConfigurationSection section)
    {
        var entries = section.GetChildren()
            .Select(child => KeyValuePair.Create(child.Key, From(child)))
            .Where(e => e.Value.Text is not null || e.Value.Entries is not null)
            .ToArray();
        return new(section.Path, isHocon: false) { Text = entries.Length == 0 ? section.Value : null, Entries = entries.Length > 0 ? entries : null };
    }

    /// <summary>A value of a JSON document: keys in camel case, null is an empty text.</summary>
    public static ConfigNode From(JsonElement json, string path = "") => json.ValueKind switch
    {
        JsonValueKind.Object => new(path, isHocon: false, isJson: true)
        {
            Entries = [.. json.EnumerateObject().Select(e => KeyValuePair.Create(e.Name, From(e.Value, Join(path, e.Name, dots: true))))],
        },
        JsonValueKind.Array => new(path, isHocon: false, isJson: true) { Items = [.. json.EnumerateArray().Select((item, index) => From(item, $"{path}[{index}]"))] },
        JsonValueKind.Null => new(path, isHocon: false, isJson: true) { Text = "" },
        _ => new(path, isHocon: false, isJson: true) { Text = json.ToString() },
    };

    /// <summary>The same section without some of its entries.</summary>
    public ConfigNode Without(IEnumerable<string> keys) => new(Path, IsHocon, IsJson) { Entries = [.. (Entries ?? []).ExceptBy(keys, e => e.Key)] };

    /// <summary>The entry of a key; null when there is none.</summary>
    public ConfigNode? Entry(string key) => Entries?.FirstOrDefault(e => SameKey(e.Key, key)).Value;

    /// <summary>A section that says nothing.</summary>
    public static ConfigNode Empty(string path, bool isHocon) => new(path, isHocon) { Entries = [] };

    private static ConfigNode From(HoconValue value, string path)
    {
        if (value.IsObject())
        {
            var entries = value.GetObject().Items.Select(e => KeyValuePair.Create(e.Key, From(e.Value, Join(path, e.Key, dots: true))));
            return new(path, isHocon: true) { Entries = [.. entries] };
        }

        return value.IsArray()
            ? new(path, isHocon: true) { Items = [.. value.GetArray().Select((item, index) => From(item, $"{path}[{index}]"))] }
            : new(path, isHocon: true) { Text = value.GetString() ?? "" };
    }

    private static string Join(string path, string key, bool dots) =>
        !dots ? path + ":" + key : (path.Length > 0 ? path + "." : "") + (key.Contains('.', StringComparison.Ordinal) ? $"\"{key}\"" : key);
}
