using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Gaffer.Benchmarks;

/// <summary>A benchmark that did not come to its end.</summary>
internal sealed record Failure(string Benchmark, Subject Subject, StorageKind Storage, int Run, string Reason);

/// <summary>All results of one call so far, for a person and for a program.</summary>
/// <param name="machine">On what.</param>
/// <param name="options">What was asked for.</param>
/// <param name="planned">Benchmarks that are to run.</param>
internal sealed class BenchmarkReport(Machine machine, BenchmarkOptions options, int planned)
{
    private const int WidthInFile = 200;
    private static readonly JsonSerializerOptions JsonFormat = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly List<Measurement> _measurements = [];
    private readonly List<Failure> _failures = [];
    private IReadOnlyList<Summary> _summaries = [];
    private int _done;

    public bool HasFailures => _failures.Count > 0;

    /// <summary>Adds what was measured. What there is goes to the file at once, so that a call that is broken off leaves it.</summary>
    public Task AddAsync(Measurement measurement)
    {
        _measurements.Add(measurement);
        _summaries = Summary.Of(_measurements);
        return WriteAsync();
    }

    public Task AddAsync(Failure failure)
    {
        _failures.Add(failure);
        return WriteAsync();
    }

    /// <summary>A benchmark ended, well or not.</summary>
    public Task EndAsync()
    {
        _done++;
        return WriteAsync();
    }

    public void Print(IAnsiConsole console)
    {
        if (Console.IsOutputRedirected) console.Profile.Width = WidthInFile;
        var about = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        foreach (var (name, value) in machine.Lines()) about.AddRow(name, Markup.Escape(value));
        about.AddRow("Runs", $"{options.Runs}{(options.Quick ? ", a tenth of the work" : "")}; median, lowest, highest");
        console.Write(about);
        foreach (var group in _summaries.GroupBy(s => (s.Benchmark, s.Storage))) console.Write(TableOf($"{group.Key.Benchmark} on {group.Key.Storage}", [.. group]));
        foreach (var failure in _failures) console.MarkupLineInterpolated($"[red]{failure.Benchmark} on {failure.Storage}, {failure.Subject}, run {failure.Run}[/]: {failure.Reason}");
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{InAll.TotalMinutes:0.0} minutes in all"));
    }

    private TimeSpan InAll => Stopwatch.GetElapsedTime(_begin);

    private async Task WriteAsync()
    {
        if (options.JsonPath is not { } path) return;
        var part = $"{path}.part";
        await using (var file = File.Create(part))
        {
            var content = new { machine, options, planned, done = _done, minutes = InAll.TotalMinutes, summaries = _summaries.Select(Row), failures = _failures, measurements = _measurements };
            await JsonSerializer.SerializeAsync(file, content, JsonFormat);
        }

        File.Move(part, path, overwrite: true);
    }

    private Table TableOf(string title, IReadOnlyList<Summary> summaries)
    {
        var table = new Table().Title(title).AddColumns("case", "subject");
        foreach (var name in (string[])["median", "lowest", "highest", "p50 ms", "p99 ms", "B/job", "GC 0/1/2", "ratio", "target"]) table.AddColumn(name, c => c.RightAligned());
        foreach (var s in summaries.GroupBy(s => s.Case).SelectMany(g => g.OrderBy(s => s.Subject)))
        {
            table.AddRow(
                s.Case, Markup.Escape(s.Name), $"{Number(s.Median)} {s.Unit}", Number(s.Min), Number(s.Max),
                Number(s.P50), Number(s.P99), Number(s.BytesPerJob), Collections(s), string.Join("\n", Ratios(s).Select(r => $"{r.Ratio.ToString("0.00", CultureInfo.InvariantCulture)} × {r.Of}")),
                Target.Of(s) is { } target ? $"{Number(target.Value)} {(target.IsMetBy(s) ? "[green]met[/]" : "[red]missed[/]")}" : "");
        }

        return table;
    }

    /// <summary>What this library reaches as a multiple of each baseline of the same case.</summary>
    private IEnumerable<(double Ratio, string Of)> Ratios(Summary summary) => summary.Subject != Subject.Gaffer ? [] :
        from other in _summaries
        where other.Subject != Subject.Gaffer && other.Benchmark == summary.Benchmark && other.Storage == summary.Storage && other.Case == summary.Case
        select (summary.RatioTo(other), other.Name);

    private object Row(Summary s) => new
    {
        s.Benchmark, s.Case, s.Subject, s.Variant, s.Storage, s.Unit, s.Median, s.Min, s.Max, s.P50, s.P99, s.BytesPerJob, Runs = s.Runs.Select(r => r.Value),
        Ratios = Ratios(s).Select(r => new { r.Of, r.Ratio }), Target = Target.Of(s)?.Value, TargetMet = Target.Of(s)?.IsMetBy(s),
    };

    private static string Collections(Summary s) => s.Runs.Select(r => r.Cost).OfType<Cost>().ToList() is { Count: > 0 } costs
        ? string.Create(CultureInfo.InvariantCulture, $"{costs.Average(c => c.Gen0):0}/{costs.Average(c => c.Gen1):0}/{costs.Average(c => c.Gen2):0}") : "";

    private static string Number(double? value) => value is not { } v ? "" : v.ToString(v >= 100 ? "N0" : "0.00", CultureInfo.InvariantCulture);
}
