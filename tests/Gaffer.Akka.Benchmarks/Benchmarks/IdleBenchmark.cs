using System.Diagnostics;
using Npgsql;

namespace Gaffer.Benchmarks;

/// <summary>What a node costs that has nothing to do: processor time, allocations, and transactions of its database.</summary>
internal sealed class IdleBenchmark : IBenchmark
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    public string Name => "idle";

    public Subject Subject => Subject.Gaffer;

    public bool Supports(StorageKind storage) => true;

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var host = await BenchmarkHost.StartAsync(store, workers: 10);
        await host.WarmUpAsync();
        await Task.Delay(Settle);
        using var process = Process.GetCurrentProcess();
        var (transactions, processor, bytes) = (await TransactionsAsync(store), process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
        await Task.Delay(Rest);
        process.Refresh();
        List<Measurement> results =
        [
            Of("processor", (process.TotalProcessorTime - processor).TotalMilliseconds, "ms/s"),
            Of("allocations", (GC.GetTotalAllocatedBytes(precise: true) - bytes) / 1000.0, "kB/s"),
        ];
        if (transactions is { } before) results.Add(Of("transactions", (await TransactionsAsync(store) ?? before) - before, "1/s"));
        return results;

        Measurement Of(string name, double inAll, string unit) => new(Name, name, Subject, "", context.Storage, inAll / Rest.TotalSeconds, unit);
    }

    // The server counts those of the storage's database alone; this looks from another one. A session at rest publishes its counts within 10 s.
    private static async Task<long?> TransactionsAsync(FreshStore store)
    {
        if (store.Kind != StorageKind.Postgres) return null;
        var database = new NpgsqlConnectionStringBuilder(store.Connection);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(store.Connection) { Database = "postgres", Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand($"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{database.Database}'");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
