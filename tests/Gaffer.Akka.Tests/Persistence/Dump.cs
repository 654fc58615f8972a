using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Gaffer.Tests;

/// <summary>All that an object holds, as text: two objects are the same when their texts are.</summary>
/// <remarks>Looks at fields, private ones too, so that nothing that a serializer forgets can hide.</remarks>
internal static class Dump
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case null:
                text.AppendLine("null");
                break;
            case string or bool or int or uint or long or ulong or double or Guid or Enum:
                text.AppendLine(CultureInfo.InvariantCulture, $"{value}");
                break;
            case DateTimeOffset time:
                text.AppendLine(CultureInfo.InvariantCulture, $"{time.UtcTicks}");
                break;
            case TimeSpan span:
                text.AppendLine(CultureInfo.InvariantCulture, $"{span.Ticks}");
                break;
            case ReadOnlyMemory<byte> bytes:
                text.AppendLine(Convert.ToHexString(bytes.Span));
                break;
            case byte[] bytes:
                text.AppendLine(Convert.ToHexString(bytes));
                break;
            case IDictionary entries:
                Each(text, entries.Keys.Cast<object>().Order().Select(k => (k.ToString()!, entries[k])), depth);
                break;
            case IEnumerable items:
                Each(text, items.Cast<object?>().Select((item, i) => ($"[{i}]", item)), depth);
                break;
            default:
                text.Append(value.GetType().Name);
                Each(text, Fields(value.GetType()).Select(f => (f.Name, f.GetValue(value))), depth);
                break;
        }
    }

    private static void Each(StringBuilder text, IEnumerable<(string Name, object? Value)> parts, int depth)
    {
        text.AppendLine();
        foreach (var (name, value) in parts)
        {
            text.Append(' ', 2 * depth).Append("  ").Append(name).Append(": ");
            Write(text, value, depth + 1);
        }
    }

    private static IEnumerable<FieldInfo> Fields(Type type) => type == typeof(object) ? [] :
        Fields(type.BaseType!).Concat(type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
}
