using LinqToDB;
using Npgsql;

namespace Gaffer;

internal sealed record PostgresStorage : SqlStorage
{
    public PostgresStorage(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        Database = new NpgsqlConnectionStringBuilder(connectionString) is { Database: var database, Host: var host } ? $"{database} on {host}" : "";
        JournalConnection = Tuned(connectionString, connections: 16, timeout: 30);
        SnapshotConnection = Tuned(connectionString, connections: 4, timeout: 300);
    }

    public string Database { get; }

    internal override bool IsExclusive => false;

    protected override string Provider => ProviderName.PostgreSQL15;

    protected override string JournalConnection { get; }

    protected override string SnapshotConnection { get; }

    public override string ToString() => $"PostgreSQL {Database}";

    /// <summary>Sets what the connection string leaves open.</summary>
    private static string Tuned(string connectionString, int connections, int timeout)
    {
        var tuned = new NpgsqlConnectionStringBuilder(connectionString);
        var said = tuned.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        void Default(string keyword, object value)
        {
            if (!said.Contains(keyword)) tuned[keyword] = value;
        }

        // A connection is used for one transaction and carries no state over to the next; resetting it costs a round trip each time.
        Default("No Reset On Close", true);
        Default("Max Auto Prepare", 32);
        Default("Auto Prepare Min Usages", 2);
        Default("Maximum Pool Size", connections);
        Default("Command Timeout", timeout);
        Default("Application Name", "gaffer");
        return tuned.ConnectionString;
    }
}
