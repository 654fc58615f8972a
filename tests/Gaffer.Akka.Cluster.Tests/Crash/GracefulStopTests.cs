using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>A process that is asked to end under load finishes its running jobs or hands them back, and no job pays an attempt for it.</summary>
[Collection("processes")]
public sealed class GracefulStopTests(ITestOutputHelper output) : IDisposable
{
    private readonly TestDirectory _directory = new();

    [Fact]
    public async Task A_node_that_is_asked_to_stop_hands_its_jobs_back_uncounted()
    {
        var run = new CrashRun(CrashStorage.Sqlite(Path.Combine(_directory.Path, "stop.db")), _directory.Path);
        await run.TerminateAsync(after: TimeSpan.FromMilliseconds(800));
        var atStop = await run.RecordAsync();
        await run.FinishAsync();
        var record = await run.RecordAsync();
        var ledger = Ledger.Read(run.LedgerDirectory);
        CrashVerdict.Check(ledger, record, output);

        Assert.DoesNotContain(atStop, j => j.State == JobState.Executing);
        Assert.DoesNotContain(record, j => j.History.Any(e => e.Error?.Kind == JobErrorKind.NodeLost));
        var stopped = ledger.Of<LedgerLine.Ended>().Where(e => e.How == ExecutionEnd.Stopped).Select(e => (e.Token, e.Execution)).ToHashSet();
        var held = record.Where(j => j.PayloadAs<CrashPayload>()!.Plan == CrashPlan.Hold && stopped.Contains((j.PayloadAs<CrashPayload>()!.Token, 1))).ToList();
        Assert.NotEmpty(held);
        Assert.All(held, j =>
        {
            Assert.Equal(1, j.Attempt);
            Assert.Equal([ExecutionOutcome.Released, ExecutionOutcome.Completed], j.History.Select(e => e.Outcome));
        });
        _directory.Forget();
    }

    public void Dispose() => _directory.Dispose();
}
