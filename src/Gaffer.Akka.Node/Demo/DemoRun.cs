namespace Gaffer.Node;

/// <summary>What is remembered of a run until its summary has been shown.</summary>
internal sealed record RunTask(string Folder);

/// <summary>One pass over the folder, by one process or by several, one after the other.</summary>
/// <param name="Id">From which the ids of its jobs are derived.</param>
/// <param name="IsResumed">Whether an earlier process began it.</param>
internal sealed record DemoRun(JobId Id, bool IsResumed)
{
    /// <summary>Goes on with the run that has not ended, or begins one. Each step may be repeated after a crash.</summary>
    /// <remarks>Workers come last: the jobs of a run over another folder are none of theirs, and would fail.</remarks>
    /// <exception cref="DemoException">The data file holds the run of another folder.</exception>
    public static async Task<DemoRun> StartAsync(IGaffer gaffer, string folder, CancellationToken stop)
    {
        await DemoFollowing.EndAsync(gaffer, stop);
        var run = await UnfinishedAsync(gaffer, folder, stop);
        if (run is null)
        {
            foreach (var queue in (QueueName[])[DemoQueues.Folders, DemoQueues.Files, DemoQueues.Unreadable]) await gaffer.PruneAsync(queue, stop);
            run = new DemoRun((await gaffer.InsertAsync(DemoQueues.Runs, new RunTask(folder), cancellationToken: stop)).Job.Id, IsResumed: false);
        }

        await gaffer.InsertAsync(FolderWorker.Scan(run.Id.Value, folder, FolderTree.Root), stop);
        await gaffer.ServeAsync(DemoQueues.Folders, [JobWorker.FromClass<FolderTask, FolderWorker>(FolderWorker.Kind)], cancellationToken: stop);
        await gaffer.ServeAsync(DemoQueues.Files, [JobWorker.FromClass<FileTask, FileWorker>(FileWorker.Kind)], cancellationToken: stop);
        return run;
    }

    /// <summary>The summary has been shown: the next start begins afresh.</summary>
    public Task EndAsync(IGaffer gaffer, CancellationToken stop) => gaffer.DeleteAsync(DemoQueues.Runs, Id, stop);

    private static async Task<DemoRun?> UnfinishedAsync(IGaffer gaffer, string folder, CancellationToken stop)
    {
        await foreach (var job in gaffer.ListAsync(DemoQueues.Runs, cancellationToken: stop))
        {
            var other = job.PayloadAs<RunTask>()!.Folder;
            return other == folder ? new DemoRun(job.Id, IsResumed: true) : throw new DemoException($"The data file holds an unfinished run over {other}; finish it, or name another file with --data.");
        }

        return null;
    }
}
