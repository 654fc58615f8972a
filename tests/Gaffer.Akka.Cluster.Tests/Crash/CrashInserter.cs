namespace Gaffer.Tests;

/// <summary>Inserts jobs one after the other, and writes down each intention and each answer.</summary>
public sealed class CrashInserter(IGaffer gaffer, LedgerWriter ledger, SubjectOptions options, SemaphoreSlim unfinished)
{
    private const int BatchSize = 10;

    private static readonly CrashPlan[] Plans =
    [
        CrashPlan.Complete, CrashPlan.Complete, CrashPlan.FailTwice, CrashPlan.Complete, CrashPlan.Delayed, CrashPlan.Complete, CrashPlan.CallerCancels,
        CrashPlan.Complete, CrashPlan.Snooze, CrashPlan.Complete, CrashPlan.FailAlways, CrashPlan.Complete, CrashPlan.WorkerCancels,
    ];

    /// <summary>Inserts until it is stopped; waits when many of its jobs have not ended.</summary>
    public async Task RunAsync(int inserter, CancellationToken stop)
    {
        JobId? toCancel = null;
        var cancelToken = "";
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            await unfinished.WaitAsync(stop);
            if (number % 40 == 39)
            {
                number = await InsertBatchAsync(inserter, number, stop);
                continue;
            }

            var plan = options.Mode == SubjectMode.Hold && number is 5 or 15 or 25 ? CrashPlan.Hold : Plans[number % Plans.Length];
            var job = CrashJob.Of(options.Life, inserter, number, plan);
            ledger.Write(new LedgerLine.Begun(job));
            var id = await InsertAsync(job, repeated: false, stop);
            if (toCancel is { } victim) await CancelAsync(victim, cancelToken, stop);
            (toCancel, cancelToken) = plan == CrashPlan.CallerCancels ? (id, job.Token) : (null, "");
        }
    }

    /// <summary>Repeats inserts of an earlier life: some whose answer nobody saw, and some that were answered.</summary>
    public async Task RepeatAsync(Ledger earlier, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        foreach (var job in (CrashJob[])[.. earlier.Unanswered(), .. earlier.LastAnswered(20)])
        {
            await InsertAsync(job, repeated: true, stop);
        }
    }

    private Task<JobId?> InsertAsync(CrashJob job, bool repeated, CancellationToken stop) => TryAsync<JobId?>($"insert {job.Token}", async () =>
    {
        var answer = await gaffer.InsertAsync(job.ToInsert(), stop);
        ledger.Write(new LedgerLine.Acknowledged(job.Token, answer.Job.Id.Value, answer.IsDuplicate, repeated));
        return answer.Job.Id;
    }, stop);

    private async Task<int> InsertBatchAsync(int inserter, int first, CancellationToken stop)
    {
        var batch = $"{options.Life}-{inserter}-{first}";
        var jobs = Enumerable.Range(first, BatchSize).Select(n => CrashJob.Of(options.Life, inserter, n, Plans[n % 2], batch)).ToArray();
        foreach (var job in jobs) ledger.Write(new LedgerLine.Begun(job));
        await TryAsync($"insert batch {batch}", async () =>
        {
            var answer = await gaffer.InsertManyAsync(CrashJob.Queue, [.. jobs.Select(j => j.ToInsert())], stop);
            foreach (var (job, one) in jobs.Zip(answer.Jobs)) ledger.Write(new LedgerLine.Acknowledged(job.Token, one.Job.Id.Value, one.IsDuplicate, Repeated: false));
            return answer;
        }, stop);
        for (var more = 1; more < BatchSize; more++) await unfinished.WaitAsync(stop);
        return first + BatchSize - 1;
    }

    private Task<CancelResult?> CancelAsync(JobId id, string token, CancellationToken stop) => TryAsync($"cancel {token}", async () =>
    {
        var answer = await gaffer.CancelAsync(CrashJob.Queue, id, "as planned", stop);
        if (answer is CancelResult.Cancelled) ledger.Write(new LedgerLine.CancelAcknowledged(token));
        return answer;
    }, stop);

    // A node that was asked to stop need not answer; any other failure is written down, and the test fails by it.
    private async Task<T?> TryAsync<T>(string call, Func<Task<T>> run, CancellationToken stop)
    {
        try
        {
            return await run();
        }
        catch (GafferUnavailableException) when (stop.IsCancellationRequested)
        {
            return default;
        }
        catch (GafferException e)
        {
            ledger.Write(new LedgerLine.Problem(call, $"{e.GetType().Name}: {e.Message}"));
            return default;
        }
    }
}
