using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>A process is killed again and again under load. Afterwards every acknowledged insert is there exactly once, every acknowledged result stands, and every job ends.</summary>
/// <remarks><c>GAFFER_CRASH_KILLS</c> says how often on each storage (12), <c>GAFFER_CRASH_SEED</c> repeats the moments of a run.</remarks>
[Collection("processes")]
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private readonly TestDirectory _directory = new();

    public static int Kills => Number("GAFFER_CRASH_KILLS") ?? 12;

    [Fact]
    [Trait("Category", "Crash")]
    public Task Nothing_acknowledged_is_lost_when_processes_are_killed_on_SQLite() =>
        KillAndCheckAsync(CrashStorage.Sqlite(Path.Combine(_directory.Path, "crash.db")));

    [PostgresFact]
    [Trait("Category", "Crash")]
    public Task Nothing_acknowledged_is_lost_when_processes_are_killed_on_PostgreSQL() =>
        KillAndCheckAsync(CrashStorage.Postgres(PostgresServer.Shared.NewDatabase()));

    public void Dispose() => _directory.Dispose();

    private async Task KillAndCheckAsync(CrashStorage storage)
    {
        var seed = Number("GAFFER_CRASH_SEED") ?? Random.Shared.Next();
        output.WriteLine($"{Kills} kills, seed {seed}");
        var run = new CrashRun(storage, _directory.Path);
        await run.KillAsync(Kills, new Random(seed));
        await run.FinishAsync();
        var record = await run.RecordAsync();
        Assert.True(record.SelectMany(j => j.History).Any(e => e.Error?.Kind == JobErrorKind.NodeLost), "No kill hit an execution: the run says nothing of rescues.");
        CrashVerdict.Check(Ledger.Read(run.LedgerDirectory), record, output);
        _directory.Forget();
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var n) ? n : null;
}
