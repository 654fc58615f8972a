namespace Gaffer.Node;

/// <summary>The payload of a job of kind <c>scan</c>: list one folder.</summary>
/// <param name="Run">The run, from which the ids of the jobs are derived.</param>
/// <param name="Root">Full path of the folder of the run.</param>
/// <param name="Path">The folder to list, relative to it; empty for the folder of the run itself.</param>
internal sealed record FolderTask(Guid Run, string Root, string Path);

/// <summary>What listing a folder brought.</summary>
/// <param name="Files">Files, and what is neither file nor folder.</param>
/// <param name="Folders">Folders in it.</param>
/// <param name="Links">Symbolic links, which were not followed.</param>
internal sealed record FolderFacts(long Files, long Folders, long Links);

/// <summary>Lists one folder and inserts a job for each entry. Repeated after a crash it inserts nothing twice, because the ids come from the entries.</summary>
internal sealed class FolderWorker(IGaffer gaffer, DemoSettings settings, FolderWatch watch) : IJobWorker<FolderTask>
{
    public const string Kind = "scan";

    private const int InsertedAtOnce = 500;

    public async Task<JobResult> PerformAsync(JobContext<FolderTask> job, CancellationToken stop)
    {
        var task = job.Payload;
        var facts = new FolderFacts(0, 0, 0);
        try
        {
            if (settings.Inside(task.Root, task.Path) is null) return JobResult.FailForGood(DemoText.Outside);
            foreach (var entries in FolderListing.List(task.Root, task.Path).Chunk(InsertedAtOnce))
            {
                var files = entries.Where(e => e.Kind == FolderEntryKind.File && !settings.IsData(Path.Join(task.Root, e.Path))).ToArray();
                var folders = entries.Where(e => e.Kind == FolderEntryKind.Folder).ToArray();
                await InsertAsync(DemoQueues.Files, files.Select(file => Read(task.Root, DerivedId.Of(task.Run, file), file)), stop);
                await InsertAsync(DemoQueues.Folders, folders.Select(folder => Scan(task.Run, task.Root, folder)), stop);
                facts = new FolderFacts(facts.Files + files.Length, facts.Folders + folders.Length, facts.Links + entries.Count(e => e.Kind == FolderEntryKind.Link));
            }
        }
        catch (DirectoryNotFoundException) when (watch.IsOn)
        {
            return JobResult.Cancel("it is gone");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return JobResult.Fail(DemoText.Reason(e));
        }

        return JobResult.Complete(facts);
    }

    /// <summary>The job that lists a folder of a run.</summary>
    public static InsertJob Scan(Guid run, string root, FolderEntry folder) =>
        InsertJob.Of(DemoQueues.Folders, new FolderTask(run, root, folder.Path), new JobOptions { Id = DerivedId.Of(run, folder), Kind = Kind });

    /// <summary>The job that reads a file.</summary>
    public static InsertJob Read(string root, JobId id, FolderEntry file) =>
        InsertJob.Of(DemoQueues.Files, new FileTask(root, file.Path), new JobOptions { Id = id, Kind = FileWorker.Kind });

    private async Task InsertAsync(QueueName queue, IEnumerable<InsertJob> jobs, CancellationToken stop)
    {
        InsertJob[] all = [.. jobs];
        if (all.Length > 0) await gaffer.InsertManyAsync(queue, all, stop);
    }
}
