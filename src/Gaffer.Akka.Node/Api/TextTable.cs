using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gaffer.Node;

/// <summary>Columns that line up, without borders: for eyes, grep and awk alike.</summary>
internal sealed class TextTable(params string[] titles)
{
    private const string Between = "  ";

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789,.-/");

    private readonly List<string[]> _rows = [];

    /// <summary>Numbers are right-aligned, when all of a column are.</summary>
    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(cell => string.IsNullOrEmpty(cell) ? "-" : DemoText.Clean(cell))]);

    public override string ToString()
    {
        var text = new StringBuilder();
        var widths = titles.Select((title, i) => _rows.Select(row => row[i].Length).Append(title.Length).Max()).ToArray();
        var isNumber = titles.Select((_, i) => _rows.Any(row => row[i] != "-") && _rows.All(row => !row[i].AsSpan().ContainsAnyExcept(OfNumbers))).ToArray();
        foreach (var row in _rows.Prepend(titles))
        {
            var line = string.Join(Between, row.Select((cell, i) => isNumber[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    public static string Number(long? number) => number is { } n ? DemoText.Count(n) : "";

    public static string Rate(double? rate) => rate is { } r ? r.ToString(r < 10 ? "N1" : "N0", CultureInfo.InvariantCulture) : "";

    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    public static string Age(DateTimeOffset? since, DateTimeOffset? asOf) => since is { } s && asOf is { } a ? DemoText.Time(a > s ? a - s : TimeSpan.Zero) : "";
}
