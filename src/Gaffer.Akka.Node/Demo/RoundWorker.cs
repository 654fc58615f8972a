namespace Gaffer.Node;

/// <summary>The payload of the job of kind <c>round</c>: look at the folder again and again.</summary>
/// <param name="Run">The run, from which the ids of the jobs are derived.</param>
internal sealed record RoundTask(Guid Run);

/// <summary>Looks at the folder, has some of its files checked, and comes back: a single job that snoozes.</summary>
internal sealed class RoundWorker(IGaffer gaffer, FolderWatch watch, CheckPace pace, TimeProvider time) : IJobWorker<RoundTask>
{
    public const string Kind = "round";

    /// <summary>From the end of one look to the begin of the next. A folder that takes longer to list is left in peace for as long as that.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>It is never to have failed for good.</summary>
    public static readonly JobOptions Options = new() { Kind = Kind, MaxAttempts = int.MaxValue };

    private const int InsertedAtOnce = 500;

    public async Task<JobResult> PerformAsync(JobContext<RoundTask> job, CancellationToken stop)
    {
        var begin = time.GetTimestamp();
        await watch.LookAsync(job.Payload.Run, stop);
        var look = time.GetElapsedTime(begin);
        var pause = look > Pause ? look : Pause;
        pace.Pass(look + pause);
        var checks = await gaffer.GetInfoAsync(DemoQueues.Checks, stop);
        if (checks.Available.Count + checks.Executing.Count > 0) return JobResult.Snooze(pause);            // a slow disk: they never pile up
        foreach (var next in watch.NextChecks(pace, pause * 0.8).Chunk(InsertedAtOnce)) await gaffer.InsertManyAsync(DemoQueues.Checks, next, stop);
        return JobResult.Snooze(pause);
    }
}
