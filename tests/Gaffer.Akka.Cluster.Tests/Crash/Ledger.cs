namespace Gaffer.Tests;

/// <summary>One line, and in which life of the subject it was written.</summary>
public readonly record struct LedgerEntry(int Life, LedgerLine Line)
{
    public override string ToString() => $"life {Life}: {Line.Write()}";
}

/// <summary>All that the lives of a subject saw, in order. Lives do not overlap, so it is one sequence.</summary>
public sealed class Ledger(IReadOnlyList<LedgerEntry> entries)
{
    public IReadOnlyList<LedgerEntry> Entries => entries;

    public IEnumerable<T> Of<T>()
        where T : LedgerLine => entries.Select(e => e.Line).OfType<T>();

    /// <summary>Reads the ledgers of all lives in a directory; a last line that was cut by the kill does not count.</summary>
    public static Ledger Read(string directory)
    {
        var entries = new List<LedgerEntry>();
        foreach (var path in Directory.EnumerateFiles(directory, "life-*.ledger").Order(StringComparer.Ordinal))
        {
            var life = int.Parse(Path.GetFileNameWithoutExtension(path).AsSpan("life-".Length), provider: null);
            var text = File.ReadAllText(path);
            entries.AddRange(text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new LedgerEntry(life, LedgerLine.Read(line))));
        }

        return new(entries);
    }

    /// <summary>The inserts whose answer nobody saw and that can be repeated, because the caller named their ids.</summary>
    public IEnumerable<CrashJob> Unanswered()
    {
        var answered = Of<LedgerLine.Acknowledged>().Select(a => a.Token).ToHashSet();
        return Of<LedgerLine.Begun>().Select(b => b.Job).Where(j => j is { Named: true, Batch: null } && !answered.Contains(j.Token));
    }

    /// <summary>The last inserts that were answered and that can be repeated.</summary>
    public IEnumerable<CrashJob> LastAnswered(int count)
    {
        var answered = Of<LedgerLine.Acknowledged>().Select(a => a.Token).ToHashSet();
        return Of<LedgerLine.Begun>().Select(b => b.Job).Where(j => j is { Named: true, Batch: null } && answered.Contains(j.Token)).TakeLast(count);
    }

    /// <summary>All that is known of one job, for a person.</summary>
    public string Evidence(string token) => string.Join(Environment.NewLine, entries.Where(e => TokenOf(e.Line) == token).Select(e => $"    {e}"));

    private static string? TokenOf(LedgerLine line) => line switch
    {
        LedgerLine.Begun b => b.Job.Token,
        LedgerLine.Acknowledged a => a.Token,
        LedgerLine.Started s => s.Token,
        LedgerLine.Ended e => e.Token,
        LedgerLine.Concluded c => c.Token,
        LedgerLine.AttemptFailed f => f.Token,
        LedgerLine.CancelAcknowledged c => c.Token,
        _ => null,
    };
}
