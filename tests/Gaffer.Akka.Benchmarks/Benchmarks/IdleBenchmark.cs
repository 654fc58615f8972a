using System.Diagnostics;
using Npgsql;

namespace Gaffer.Benchmarks;

/// <summary>What a node costs that has nothing to do: processor time, allocations, and transactions of its database.</summary>
internal sealed class IdleBenchmark : IBenchmark
{
    // A session of PostgreSQL at rest publishes its counts within 10 s.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SettleQuickly = TimeSpan.FromSeconds(11);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RestQuickly = TimeSpan.FromSeconds(5);

    public string Name => "idle";

    public Subject Subject => Subject.Gaffer;

    public bool Rehearses => false;

    public bool Supports(StorageKind storage) => true;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var host = await BenchmarkHost.StartAsync(store, workers: 10);
        await host.WarmUpAsync();
        await Task.Delay(context.Quick ? SettleQuickly : Settle);
        var rest = context.Quick ? RestQuickly : Rest;
        using var process = Process.GetCurrentProcess();
        var (transactions, processor, bytes) = (await TransactionsAsync(store), process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
        await Task.Delay(rest);
        process.Refresh();
        var (used, allocated) = (process.TotalProcessorTime - processor, GC.GetTotalAllocatedBytes(precise: true) - bytes);
        yield return Of("processor", used.TotalMilliseconds, "ms/s");
        yield return Of("allocations", allocated / 1000.0, "kB/s");
        if (transactions is { } before) yield return Of("transactions", (await TransactionsAsync(store) ?? before) - before, "1/s");

        Measurement Of(string name, double inAll, string unit) => new(Name, name, Subject, "", context.Storage, inAll / rest.TotalSeconds, unit);
    }

    // The server counts those of the storage's database alone; this looks from another one.
    private static async Task<long?> TransactionsAsync(FreshStore store)
    {
        if (store.Kind != StorageKind.Postgres) return null;
        var database = new NpgsqlConnectionStringBuilder(store.Connection);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(store.Connection) { Database = "postgres", Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand($"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{database.Database}'");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
