using Xunit;

namespace Gaffer.Tests;

[Collection("processes")]
public sealed class LedgerTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    [Fact]
    public async Task A_killed_process_leaves_all_that_it_wrote()
    {
        using (var writer = SubjectProcess.Start(["ledger-writer", _directory.Path]))
        {
            await writer.ReadyAsync(TimeSpan.FromSeconds(30));
            var deadline = DateTime.UtcNow.AddSeconds(30);
            while (!Ledger.Read(_directory.Path).Of<LedgerLine.Ready>().Any() && DateTime.UtcNow < deadline) await Task.Yield();
            writer.Kill();
            Assert.NotEqual(0, await writer.ExitAsync(TimeSpan.FromSeconds(30)));
        }

        var numbers = Ledger.Read(_directory.Path).Of<LedgerLine.Ready>().Select(r => r.StartupMilliseconds).ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(n => (long)n), numbers);
    }

    [Fact]
    public void A_line_that_was_cut_by_the_kill_does_not_count()
    {
        var whole = new LedgerLine.CancelAcknowledged("0-0-0");
        using (var writer = new LedgerWriter(_directory.Path, 3)) writer.Write(whole);
        File.AppendAllText(LedgerWriter.PathOf(_directory.Path, 3), whole.Write()[..^3]);
        Assert.Equal([new LedgerEntry(3, whole)], Ledger.Read(_directory.Path).Entries);
    }

    [Fact]
    public void Every_line_is_read_as_it_was_written()
    {
        var job = new CrashJob("1-2-3", CrashPlan.Snooze, Named: true, "c", "b");
        LedgerLine[] lines =
        [
            new LedgerLine.Begun(job), new LedgerLine.Acknowledged("t", Guid.NewGuid(), true, false), new LedgerLine.Started("t", 2, 1, Guid.NewGuid()),
            new LedgerLine.Ended("t", 2, ExecutionEnd.Stopped), new LedgerLine.Concluded("t", JobState.Completed, "{\"a\":\"\\n\"}"), new LedgerLine.AttemptFailed("t", JobErrorKind.NodeLost),
            new LedgerLine.CancelAcknowledged("t"), new LedgerLine.Problem("insert", "a\nb"), new LedgerLine.Ready(5), new LedgerLine.Flushed(true, 0),
        ];
        Assert.Equal(lines, lines.Select(l => LedgerLine.Read(l.Write())));
    }

    [Fact]
    public void Inserts_that_nobody_saw_answered_are_repeated()
    {
        CrashJob[] jobs = [.. Enumerable.Range(0, 4).Select(n => new CrashJob($"0-0-{n}", CrashPlan.Complete, Named: n != 3))];
        LedgerLine[] lines = [.. jobs.Select(j => new LedgerLine.Begun(j)), new LedgerLine.Acknowledged("0-0-1", Guid.Empty, false, false)];
        var ledger = new Ledger([.. lines.Select(l => new LedgerEntry(0, l))]);
        Assert.Equal([jobs[0], jobs[2]], ledger.Unanswered());
        Assert.Equal([jobs[1]], ledger.LastAnswered(20));
    }

    [Fact]
    public void The_command_line_of_the_subject_is_read_as_it_was_written()
    {
        var options = new SubjectOptions(CrashStorage.Postgres("Host=127.0.0.1;Port=1"), "/there", 7, SubjectMode.Hold);
        Assert.Equal(options, SubjectOptions.Parse(options.ToArguments()));
    }

    public void Dispose()
    {
        _directory.Forget();
        _directory.Dispose();
    }
}

/// <summary>Tests that start processes run one after the other: they compete for the same cores.</summary>
[CollectionDefinition("processes", DisableParallelization = true)]
public sealed class ProcessTests;
