using System.Data.Common;
using Akka.Configuration;
using Akka.Persistence.Sql;
using LinqToDB;
using LinqToDB.Data;

namespace Gaffer;

/// <summary>A database behind Akka.Persistence.Sql.</summary>
internal abstract record SqlStorage : Storage
{
    /// <summary>The dialect, as linq2db calls it.</summary>
    protected abstract string Provider { get; }

    /// <summary>How many journal writes may run at once. Each queue has one under way, so it matters to many queues.</summary>
    protected virtual int Writers => 3;

    /// <summary>How many rows of different queues, each of up to 4 MiB, one statement may write.</summary>
    protected virtual int RowsAtOnce => 32;

    /// <summary>Isolation of a transaction that only reads.</summary>
    protected virtual string ReadIsolation => "unspecified";

    /// <summary>What makes the tables, if Gaffer does and not the plugin. Harmless where they are there.</summary>
    protected virtual string? Tables => null;

    protected abstract string JournalConnection { get; }

    protected abstract string SnapshotConnection { get; }

    /// <summary>Settings of the two plugins. What is not named is as in the defaults of Akka.Persistence.Sql.</summary>
    internal override Config ToConfig(string name) => ConfigurationFactory.ParseString($$"""
        {{Root(name)}} {
          # Threads of its own: SQLite blocks them, and user code that blocks the thread pool must not delay a commit.
          dispatcher {
            type = Dispatcher
            executor = fork-join-executor
            throughput = 10
            fork-join-executor { parallelism-min = 4, parallelism-factor = 1.0, parallelism-max = 8 }
          }

          journal {
            class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
            plugin-id = "{{Plugins(name).Journal}}"
            plugin-dispatcher = "{{Root(name)}}.dispatcher"
            materializer-dispatcher = "{{Root(name)}}.dispatcher"
            connection-string = {{Quote(JournalConnection)}}
            auto-initialize = {{(Tables is null ? "on" : "off")}}
            provider-name = "{{Provider}}"
            parallelism = {{Writers}}
            read-isolation-level = {{ReadIsolation}}

            # A queue writes one row at a time, with parameters. Rows of several queues that wait together go as one statement: not as literals,
            # which would write each byte of a payload as two characters, and not very many at once, as each has up to 4 MiB.
            prefer-parameters-on-multirow-insert = true
            batch-size = {{RowsAtOnce}}
            db-round-trip-max-batch-size = {{RowsAtOnce}}

            # Rows that a recovery holds in memory at once.
            replay-batch-size = 64

            # No tags: the column stays empty, and there is no table of them to read or to clean.
            tag-write-mode = Csv

            # Each row has the id of the journal that wrote it. The filter takes a queue that came back to an earlier node for an old writer, and drops
            # what it has acknowledged since. The key of the table keeps two writers apart anyway.
            replay-filter.mode = off

            # Recovery reads many large rows at once. A failed database is tried again soon; a queue that starts again waits longer each time.
            recovery-event-timeout = 60s
            circuit-breaker { max-failures = 10, call-timeout = 30s, reset-timeout = 5s }

            default {
              journal { table-name = "gaffer_journal", use-writer-uuid-column = true }
              metadata { table-name = "gaffer_journal_metadata" }
              tag { table-name = "gaffer_journal_tag" }
            }
          }

          snapshot {
            class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
            plugin-id = "{{Plugins(name).Snapshots}}"
            plugin-dispatcher = "{{Root(name)}}.dispatcher"
            connection-string = {{Quote(SnapshotConnection)}}
            auto-initialize = {{(Tables is null ? "on" : "off")}}
            provider-name = "{{Provider}}"
            read-isolation-level = {{ReadIsolation}}

            # A snapshot may have hundreds of megabytes. The breaker never opens: while it is half open, the store answers only one of several queues that start,
            # and the others wait for recovery-event-timeout. A queue that starts again waits longer each time anyway.
            circuit-breaker { max-failures = 2147483647, call-timeout = 300s, reset-timeout = 5s }

            default.snapshot.table-name = "gaffer_snapshot"
          }
        }
        """).WithFallback(SqlPersistence.DefaultConfiguration);

    internal override async Task<GafferFailure?> ProbeAsync()
    {
        try
        {
            using var connection = new DataConnection(new DataOptions().UseConnectionString(Provider, JournalConnection));
            await connection.ExecuteAsync(Tables ?? "SELECT 1").ConfigureAwait(false);
            return null;
        }
        catch (DbException e) when (e.IsTransient)
        {
            return StorageFault.Describe(e, ToString()!);
        }
        catch (DbException e)
        {
            throw StorageFault.Describe(e, ToString()!).ToException();
        }
    }

    /// <summary>Refuses a storage whose driver is not there.</summary>
    protected void RequireDriver(string type, string package)
    {
        if (Type.GetType(type) is null)
        {
            throw new GafferFailure(GafferError.InvalidQueueConfig, $"The driver for {this} is missing: add the package {package} to the application.").ToException();
        }
    }
}
