namespace Gaffer.Tests;

/// <summary>Performs the jobs of the crash tests as their plans say, and writes down each start and end.</summary>
public sealed class CrashWorker(LedgerWriter ledger)
{
    public async Task<JobResult> PerformAsync(JobContext<CrashPayload> job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var (token, plan) = job.Payload;
        ledger.Write(new LedgerLine.Started(token, job.FencingToken, job.AttemptNumber, job.Job.Node?.Incarnation ?? Guid.Empty));
        try
        {
            await Task.Delay(plan == CrashPlan.Hold && job.FencingToken == 1 ? Timeout.InfiniteTimeSpan : DurationOf(job.Id), stop);
        }
        catch (OperationCanceledException)
        {
            ledger.Write(new LedgerLine.Ended(token, job.FencingToken, ExecutionEnd.Stopped));
            throw;
        }

        var (how, result) = Outcome(job);
        ledger.Write(new LedgerLine.Ended(token, job.FencingToken, how));
        return result;
    }

    private static (ExecutionEnd How, JobResult Result) Outcome(JobContext<CrashPayload> job) => job.Payload.Plan switch
    {
        CrashPlan.FailAlways => (ExecutionEnd.Failed, JobResult.Fail("as planned")),
        CrashPlan.FailTwice when job.AttemptNumber <= 2 => (ExecutionEnd.Failed, JobResult.Fail("as planned")),
        CrashPlan.Snooze when job.Job.Snoozes == 0 => (ExecutionEnd.Snoozed, JobResult.Snooze(TimeSpan.FromMilliseconds(50))),
        CrashPlan.WorkerCancels => (ExecutionEnd.Cancelled, JobResult.Cancel("as planned")),
        _ => (ExecutionEnd.Completed, JobResult.Complete(new CrashResult(job.Payload.Token, job.FencingToken))),
    };

    // Most end at once, some take a few milliseconds, a few take up to 40.
    private static TimeSpan DurationOf(JobId id) => TimeSpan.FromMilliseconds((id.GetHashCode() & 15) switch
    {
        < 8 => 0,
        < 14 => 5,
        _ => 40,
    });
}
