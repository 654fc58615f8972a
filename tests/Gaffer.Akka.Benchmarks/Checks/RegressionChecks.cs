using System.Globalization;
using Spectre.Console;

namespace Gaffer.Benchmarks;

/// <summary>Ratios and allocations that must stay within wide bounds on any machine: <c>check</c> on the command line. Some seconds, on SQLite.</summary>
internal sealed class RegressionChecks : IDisposable
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "check";

    private readonly BenchmarkStores _stores = new();
    private readonly List<Check> _checks = [];

    public async Task<bool> RunAsync()
    {
        await GroupCommitAsync();
        await BacklogAsync();
        await DrainAsync();
        Print();
        return _checks.TrueForAll(c => c.Holds);
    }

    public void Dispose() => _stores.Dispose();

    // The one idea behind the speed: a commit carries all that came during the one before.
    private async Task GroupCommitAsync()
    {
        var grouped = await InsertAsync(20_000);
        var single = await InsertAsync(2_000, ("Gaffer:Queue:MaxCommitChanges", "1"));
        _checks.Add(Check.AtLeast("inserts from 256 callers, against a commit for each", grouped.PerSecond / single.PerSecond, 5, "×"));
        _checks.Add(Check.AtMost("allocated for each insert, the caller included", grouped.BytesPerJob, 4_000, "bytes"));
    }

    private async Task BacklogAsync()
    {
        var few = await InsertAsync(10_000, waiting: 1_000);
        var many = await InsertAsync(10_000, waiting: 100_000);
        _checks.Add(Check.AtLeast("inserts with 100,000 waiting, against 1,000", many.PerSecond / few.PerSecond, 0.25, "×"));
        _checks.Add(Check.AtMost("allocated with 100,000 waiting, against 1,000", many.BytesPerJob / few.BytesPerJob, 2, "×"));
    }

    private async Task DrainAsync()
    {
        const int jobs = 50_000;
        await using var store = _stores.Create(StorageKind.Sqlite);
        await using var host = await BenchmarkHost.StartAsync(store, workers: 100);
        await host.WarmUpAsync();
        await host.Gaffer.PauseAsync(BenchmarkHost.Queue);
        await host.FillAsync(jobs);
        var meter = new CostMeter();
        await host.Gaffer.ResumeAsync(BenchmarkHost.Queue);
        await host.FlushAsync();
        _checks.Add(Check.AtMost("allocated for each job that is started and ends", meter.Read(jobs).Cost.BytesPerJob, 6_000, "bytes"));
    }

    private async Task<(double PerSecond, double BytesPerJob)> InsertAsync(int jobs, (string Key, string Value)? setting = null, int waiting = 0)
    {
        await using var store = _stores.Create(StorageKind.Sqlite);
        await using var host = await BenchmarkHost.StartAsync(store, workers: 10, settings: setting is { } one ? [one] : []);
        await host.Gaffer.PauseAsync(BenchmarkHost.Queue);
        await LoadDriver.RunAsync(256, jobs / 4, (_, _) => host.Gaffer.InsertAsync(BenchmarkHost.NewJob())); // compiles the code
        await host.FillAsync(waiting);
        var load = await LoadDriver.RunAsync(256, jobs, (_, _) => host.Gaffer.InsertAsync(BenchmarkHost.NewJob()));
        return (load.Calls / load.Elapsed.TotalSeconds, load.Cost.BytesPerJob);
    }

    private void Print()
    {
        var table = new Table().AddColumns("what", "measured", "must be", "");
        foreach (var check in _checks) table.AddRow(check.What, check.Text(check.Value), $"{(check.IsMost ? "at most" : "at least")} {check.Text(check.Bound)}", check.Holds ? "holds" : "[red]does not hold[/]");
        AnsiConsole.Write(table);
    }

    private sealed record Check(string What, double Value, double Bound, bool IsMost, string Unit)
    {
        public bool Holds => IsMost ? Value <= Bound : Value >= Bound;

        public static Check AtLeast(string what, double value, double bound, string unit) => new(what, value, bound, IsMost: false, unit);

        public static Check AtMost(string what, double value, double bound, string unit) => new(what, value, bound, IsMost: true, unit);

        public string Text(double value) => value.ToString(value < 100 ? "0.00" : "#,##0", CultureInfo.InvariantCulture) + $" {Unit}";
    }
}
