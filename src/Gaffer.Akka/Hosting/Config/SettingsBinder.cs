using System.Globalization;
using System.Text;
using Akka.Configuration;

namespace Gaffer;

/// <summary>Reads the fixed settings. <c>reference.conf</c> says which there are, and by its defaults what they are: a duration, a size or a number.</summary>
/// <remarks>The result is HOCON again, so that <see cref="GafferSettings"/> has one source; values keep their meaning and get one spelling.</remarks>
internal static class SettingsBinder
{
    /// <summary>Settings that mean something when they are 0; everything else is above it.</summary>
    private static readonly string[] MayBeZero = ["queue.rescue-grace", "queue.remembered-ids", "queue.remember-for", "hooks.slow-after"];

    /// <summary>What the settings of one source say, checked; to be put over what the sources before it said.</summary>
    /// <param name="name">Key of the settings within <c>gaffer</c>.</param>
    /// <param name="reference">The same settings in <c>reference.conf</c>.</param>
    /// <param name="node">What the source says.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static Config Bind(string name, ConfigNode reference, ConfigNode node, ConfigProblems problems)
    {
        var lines = new StringBuilder();
        Bind(name, reference, node, problems, lines);
        return ConfigurationFactory.ParseString(lines.ToString());
    }

    private static void Bind(string name, ConfigNode reference, ConfigNode node, ConfigProblems problems, StringBuilder lines)
    {
        if (reference.Entries is null)
        {
            if (Value(name, reference, node, problems) is { } value) lines.Append(name).Append(" = ").AppendLine(value);
            return;
        }

        var keys = reference.Entries.Select(e => e.Key).ToArray();
        if (node.Entries is null)
        {
            problems.BadValue(node, $"a section with some of the keys {string.Join(", ", keys.Select(node.Name))}");
            return;
        }

        foreach (var (key, value) in node.Entries)
        {
            if (reference.Entries.FirstOrDefault(e => ConfigNode.SameKey(e.Key, key)) is { Value: { } known } entry) Bind($"{name}.{entry.Key}", known, value, problems, lines);
            else problems.UnknownKey(node, key, value, keys);
        }
    }

    private static string? Value(string name, ConfigNode reference, ConfigNode node, ConfigProblems problems)
    {
        var least = MayBeZero.Contains(name) ? 0 : 1;
        var text = node.Text ?? "";
        var standard = reference.Text ?? "";
        if (ConfigText.Integer(standard) is not null)
        {
            if (ConfigText.Integer(text) is { } number && number >= least) return number.ToString(CultureInfo.InvariantCulture);
            problems.BadValue(node, $"a whole number, {least} or more");
        }
        else if (ConfigText.Duration(standard) is not null)
        {
            if (ConfigText.Duration(text) is { } span && (span > TimeSpan.Zero || (least == 0 && span == TimeSpan.Zero))) return string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds}ms");
            problems.BadValue(node, $"a duration {(least == 0 ? "of 0 or more" : "above 0")}, {ConfigText.DurationExample}");
        }
        else if (ConfigText.Size(standard) is not null)
        {
            if (ConfigText.Size(text) is { } size && size >= least && size <= int.MaxValue) return string.Create(CultureInfo.InvariantCulture, $"{size}b");
            problems.BadValue(node, $"a size from {least} to 2147483647 bytes, {ConfigText.SizeExample}");
        }
        else if (ConfigText.Switch(standard) is not null)
        {
            if (ConfigText.Switch(text) is { } isOn) return isOn ? "on" : "off";
            problems.BadValue(node, "on or off");
        }
        else
        {
            if (node.Text is not null) return $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
            problems.BadValue(node, "a text");
        }

        return null;
    }
}
