using System.Diagnostics;
using Npgsql;

namespace Gaffer.Benchmarks;

/// <summary>What a node costs while nobody asks it for anything: processor time, allocations, and transactions of its database.</summary>
internal static class RestMeter
{
    // A session of PostgreSQL at rest publishes its counts within 10 s.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SettleQuickly = TimeSpan.FromSeconds(11);

    /// <summary>Processor time by that of one core, not of all of the machine.</summary>
    public const string OfOneCore = "processor, of one core";

    public const string OfTheMachine = "processor, of all cores";
    public const string Transactions = "transactions";

    /// <summary>Waits until it is at rest, then measures for so long. A transaction has one statement or more, so none of these is none of those.</summary>
    public static async Task<IReadOnlyList<(string What, double Value, string Unit)>> MeasureAsync(FreshStore store, TimeSpan rest, bool quick)
    {
        await using var quiet = await QuietAsync(store);
        await Task.Delay(quick ? SettleQuickly : Settle);
        using var process = Process.GetCurrentProcess();
        var (transactions, processor, bytes) = (await TransactionsAsync(store), process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(rest);
        process.Refresh();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var (used, allocated) = ((process.TotalProcessorTime - processor) / seconds, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / seconds);
        List<(string, double, string)> values =
        [
            ("processor", used.TotalMilliseconds, "ms/s"), (OfOneCore, used.TotalSeconds * 100, "%"), (OfTheMachine, used.TotalSeconds * 100 / Environment.ProcessorCount, "%"),
            ("allocations", allocated / 1000, "kB/s"),
        ];
        if (transactions is { } before) values.Add((Transactions, (await TransactionsAsync(store) ?? before) - before, $"in {rest.TotalSeconds:0} s"));
        return values;
    }

    // The server counts those of the storage's database alone; this looks from another one.
    private static async Task<long?> TransactionsAsync(FreshStore store)
    {
        if (store.Kind != StorageKind.Postgres) return null;
        await using var source = BenchmarkStores.Administrate(store);
        await using var command = source.CreateCommand($"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{new NpgsqlConnectionStringBuilder(store.Connection).Database}'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    // Once a minute autovacuum looks at a database, in transactions that nobody asked for.
    private static async Task<IAsyncDisposable> QuietAsync(FreshStore store)
    {
        if (store.Kind != StorageKind.Postgres) return new Quiet(null);
        var source = BenchmarkStores.Administrate(store);
        await ExecuteAsync(source, "ALTER SYSTEM SET autovacuum = off");
        return new Quiet(source);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string setting)
    {
        await using var set = source.CreateCommand(setting);
        await set.ExecuteNonQueryAsync();
        await using var reload = source.CreateCommand("SELECT pg_reload_conf()");
        await reload.ExecuteNonQueryAsync();
    }

    private sealed class Quiet(NpgsqlDataSource? source) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (source is null) return;
            await ExecuteAsync(source, "ALTER SYSTEM RESET autovacuum");
            await source.DisposeAsync();
        }
    }
}
