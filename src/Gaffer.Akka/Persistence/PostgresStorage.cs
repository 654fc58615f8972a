using LinqToDB;
using Npgsql;

namespace Gaffer;

internal sealed record PostgresStorage : SqlStorage
{
    /// <summary>Less than the time after which a node that stands still is declared dead.</summary>
    private static readonly TimeSpan IdleInTransaction = TimeSpan.FromSeconds(4);

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

    /// <summary>The tables as Akka.Persistence.Sql would make them. It would do so at each start of a node, under a lock that holds up all other nodes, and fail where two nodes start at one moment.</summary>
    protected override string Tables => """
        DO $$
        BEGIN
          IF to_regclass('gaffer_journal') IS NULL OR to_regclass('gaffer_snapshot') IS NULL THEN
            PERFORM pg_advisory_xact_lock(7374112968);

            CREATE TABLE IF NOT EXISTS gaffer_journal (
              ordering bigint GENERATED ALWAYS AS IDENTITY,
              created bigint NOT NULL,
              deleted boolean NOT NULL,
              persistence_id text NOT NULL,
              sequence_number bigint NOT NULL,
              message bytea NOT NULL,
              tags text,
              manifest text,
              identifier integer,
              writer_uuid text,
              CONSTRAINT "PK_gaffer_journal" PRIMARY KEY (ordering),
              CONSTRAINT gaffer_journal_uq UNIQUE (persistence_id, sequence_number));
            CREATE INDEX IF NOT EXISTS gaffer_journal_created_idx ON gaffer_journal (created);
            CREATE INDEX IF NOT EXISTS gaffer_journal_sequence_number_idx ON gaffer_journal (sequence_number);

            CREATE TABLE IF NOT EXISTS gaffer_snapshot (
              persistence_id text NOT NULL,
              sequence_number bigint NOT NULL,
              created bigint NOT NULL,
              snapshot bytea,
              manifest text,
              serializer_id integer,
              CONSTRAINT "PK_gaffer_snapshot" PRIMARY KEY (persistence_id, sequence_number));
            CREATE INDEX IF NOT EXISTS gaffer_snapshot_created_idx ON gaffer_snapshot (created);
            CREATE INDEX IF NOT EXISTS gaffer_snapshot_sequence_number_idx ON gaffer_snapshot (sequence_number);

            -- A snapshot of some megabytes takes the default compression a fifth of a second, and this one a tenth of that. Before version 14, and where the server was built without it, there is the default alone.
            BEGIN
              EXECUTE 'ALTER TABLE gaffer_journal ALTER COLUMN message SET COMPRESSION lz4';
              EXECUTE 'ALTER TABLE gaffer_snapshot ALTER COLUMN snapshot SET COMPRESSION lz4';
            EXCEPTION WHEN syntax_error OR feature_not_supported OR invalid_parameter_value THEN
              NULL;
            END;
          END IF;
        END
        $$
        """;

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

        // A node that stands still between a write and its commit holds the number of that write. Whoever goes on with its queue would wait for it as long as it stands still.
        Default("Options", $"-c idle_in_transaction_session_timeout={IdleInTransaction.TotalSeconds}s");
        return tuned.ConnectionString;
    }
}
