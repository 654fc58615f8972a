using Npgsql;

namespace Gaffer.Benchmarks;

/// <summary>What both libraries get of PostgreSQL and Npgsql, and the hand-written queue has, too.</summary>
internal static class LibraryDatabase
{
    /// <param name="connectionString">The database.</param>
    /// <param name="workers">Jobs at once: each worker may hold a connection, and so may each caller; some are for the housekeeping of the library.</param>
    public static string Tune(string connectionString, int workers) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        MaxPoolSize = workers + BothBenchmark.Callers + 10, NoResetOnClose = true, MaxAutoPrepare = 100, AutoPrepareMinUsages = 2,
    }.ConnectionString;

    /// <summary>Gives the planner what autovacuum would give it a little later.</summary>
    public static async Task AnalyzeAsync(FreshStore store)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(store.Connection) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand("VACUUM ANALYZE");
        await command.ExecuteNonQueryAsync();
    }
}
