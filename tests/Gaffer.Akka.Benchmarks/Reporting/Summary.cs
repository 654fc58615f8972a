namespace Gaffer.Benchmarks;

/// <summary>The runs of one case by one subject in one variant.</summary>
internal sealed record Summary(string Benchmark, string Case, Subject Subject, string Variant, StorageKind Storage, string Unit, IReadOnlyList<Measurement> Runs)
{
    /// <summary>The subject, and how it did it.</summary>
    public string Name => Variant.Length == 0 ? $"{Subject}" : $"{Subject}: {Variant}";

    public double Median { get; } = MedianOf(Runs.Select(r => r.Value));

    public double Min { get; } = Runs.Min(r => r.Value);

    public double Max { get; } = Runs.Max(r => r.Value);

    public double? P50 { get; } = MedianOrNull(Runs.Select(r => r.P50Milliseconds));

    public double? P99 { get; } = MedianOrNull(Runs.Select(r => r.P99Milliseconds));

    public double? BytesPerJob { get; } = MedianOrNull(Runs.Select(r => r.Cost?.BytesPerJob));

    public static IReadOnlyList<Summary> Of(IEnumerable<Measurement> measurements) =>
    [
        .. measurements.GroupBy(m => (m.Benchmark, m.Case, m.Subject, m.Variant, m.Storage, m.Unit))
            .Select(g => new Summary(g.Key.Benchmark, g.Key.Case, g.Key.Subject, g.Key.Variant, g.Key.Storage, g.Key.Unit, [.. g])),
    ];

    /// <summary>How many times as good as a baseline: of rates this by that, of times that by this.</summary>
    public double RatioTo(Summary baseline) => Runs[0].HigherIsBetter ? Median / baseline.Median : baseline.Median / Median;

    private static double? MedianOrNull(IEnumerable<double?> values) => values.OfType<double>().ToList() is { Count: > 0 } present ? MedianOf(present) : null;

    private static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
