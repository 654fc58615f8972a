using System.Collections.Concurrent;
using Gaffer.Tests.Spec;
using Npgsql;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What goes wrong with a PostgreSQL that runs, while callers insert and jobs run.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    private readonly ConcurrentBag<JobId> _acknowledged = [];
    private readonly ConcurrentBag<GafferException> _failures = [];
    private readonly CancellationTokenSource _over = new();
    private readonly HeldWorker _held = new();
    private PostgresServer _server = null!;
    private string _database = "";
    private OwnNode _node = null!;
    private SmallDisk? _disk;
    private Task[] _callers = [];
    private JobId _running;

    public async Task InitializeAsync()
    {
        _server = PostgresServer.StartOwn();
        _database = _server.NewDatabase();
        _node = await OwnNode.StartAsync(
            g => g.UsePostgres(_database).AddQueue("jobs", o => o with { Prune = PruneOptions.Never }).AddQueue("held", o => o with { Timeout = Timeout.InfiniteTimeSpan }, JobWorker.FromDelegate(_held.PerformAsync)),
            ("Client:Timeout", "5s"), ("Queue:RestartMax", "1s"), ("Worker:Lease", "3s"));
        _running = (await _node.Gaffer.InsertAsync("held", "held").Soon()).Job.Id;
        await _held.Of(_running).StartedAsync();
        _callers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(InsertAsync))];
        await MoreAsync();
    }

    public async Task DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_callers).Soon();
        await _node.DisposeAsync();
        _server.Dispose();
        _disk?.Dispose();
        _over.Dispose();
    }

    [PostgresFact]
    public async Task A_database_that_restarts_loses_no_job_and_stops_none()
    {
        _server.Kill();
        await RefusedAsync();
        await EndDuringTheFaultAsync();
        _server.Restart();
        await NothingIsLostAsync();

        Assert.Contains(_failures, e => e.Message.Contains("cannot be reached", StringComparison.Ordinal) || e.Message.Contains("starts or stops", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Connections_that_are_ended_are_replaced()
    {
        for (var round = 0; round < 5; round++)
        {
            await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gaffer'");
            await MoreAsync();
        }

        End();
        await NothingIsLostAsync();
    }

    [PostgresFact]
    public async Task A_database_that_may_only_be_read_says_so_until_it_may_be_written()
    {
        await ExecuteAsync("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()");
        await RefusedAsync("is read-only");
        await EndDuringTheFaultAsync();
        await ExecuteAsync("SET default_transaction_read_only = off; ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()");

        await NothingIsLostAsync();
    }

    [PostgresFact]
    public async Task A_disk_that_is_full_is_told_until_there_is_room()
    {
        await ExecuteAsync(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
            "CREATE TRIGGER full_disk BEFORE INSERT ON gaffer_journal FOR EACH ROW EXECUTE FUNCTION full_disk()");
        await RefusedAsync("the disk of the database is full");
        await EndDuringTheFaultAsync();
        await ExecuteAsync("DROP TRIGGER full_disk ON gaffer_journal");

        await NothingIsLostAsync();
    }

    [SmallDiskFact]
    public async Task A_disk_without_room_costs_no_acknowledged_job()
    {
        _disk = SmallDisk.Mount(megabytes: 24);
        await ExecuteAsync($"CREATE TABLESPACE small LOCATION '{_disk.Folder}'", "ALTER TABLE gaffer_journal SET TABLESPACE small");
        await MoreAsync();
        _disk.Fill();
        await RefusedAsync("the disk of the database is full");
        End(); // a page of the table that has room may still take it
        _disk.MakeRoom();

        await NothingIsLostAsync();
    }

    private async Task MoreAsync()
    {
        var enough = _acknowledged.Count + 50;
        await ClusterKit.UntilAsync(() => _acknowledged.Count >= enough, "jobs are inserted again");
    }

    private async Task RefusedAsync(string reason = "")
    {
        await ClusterKit.UntilAsync(() => _failures.Any(f => f is GafferUnavailableException && f.Message.Contains(reason, StringComparison.Ordinal)), $"inserts are refused: {reason}");
        await Assert.ThrowsAnyAsync<GafferException>(() => _node.Gaffer.InsertAsync("jobs", "payload")).Soon();
    }

    // The job goes on; its result meets the fault, and waits for the database.
    private async Task EndDuringTheFaultAsync()
    {
        End();
        await ClusterKit.UntilAsync(async () => await ReadAsync() is null, "the result cannot be recorded");
    }

    private void End()
    {
        Assert.False(_held.Of(_running).Stop.IsCancellationRequested);
        _held.Of(_running).Ends(JobResult.Complete("kept"));
    }

    private async Task NothingIsLostAsync()
    {
        await MoreAsync();
        await _over.CancelAsync();
        await Task.WhenAll(_callers).Soon();
        Assert.All(_failures, e => Assert.True(e is GafferUnavailableException or GafferTimeoutException, e.ToString()));
        HashSet<JobId> stored = [];
        await foreach (var job in _node.Gaffer.ListAsync("jobs")) stored.Add(job.Id);
        Assert.Empty(_acknowledged.Except(stored));
        await ClusterKit.UntilAsync(async () => (await ReadAsync())?.State == JobState.Completed, "the result is recorded");
        var ran = await _node.Gaffer.GetJobAsync("held", _running).Soon();
        Assert.Equal((1, 1, "kept"), (ran.Attempt, ran.Execution, ran.ResultAs<string>()));
    }

    // Each queue starts again after a wait of its own, and refuses until then what it is asked: that jobs are inserted again does not say that this queue answers.
    private async Task<Job?> ReadAsync()
    {
        try
        {
            return await _node.Gaffer.GetJobAsync("held", _running);
        }
        catch (GafferUnavailableException)
        {
            return null;
        }
    }

    private async Task InsertAsync()
    {
        using var breath = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!_over.IsCancellationRequested)
        {
            try
            {
                _acknowledged.Add((await _node.Gaffer.InsertAsync("jobs", "payload")).Job.Id);
            }
            catch (GafferException e)
            {
                _failures.Add(e);
            }

            await breath.WaitForNextTickAsync();
        }
    }

    private async Task ExecuteAsync(params string[] statements)
    {
        await using var connection = new NpgsqlConnection($"{_database};Pooling=false");
        await connection.OpenAsync();
        foreach (var statement in statements)
        {
            foreach (var sql in statement.Contains("$$", StringComparison.Ordinal) ? [statement] : statement.Split(';'))
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync();
            }
        }
    }
}
