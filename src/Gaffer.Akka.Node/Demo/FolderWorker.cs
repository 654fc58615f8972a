namespace Gaffer.Node;

/// <summary>The payload of a job of kind <c>scan</c>: list one folder.</summary>
/// <param name="Run">The run, from which the ids of the jobs are derived.</param>
/// <param name="Root">Full path of the folder of the run.</param>
/// <param name="Path">The folder to list, relative to it; empty for the folder of the run itself.</param>
/// <param name="Round">The round that lists it again; null: it is listed for the count.</param>
internal sealed record FolderTask(Guid Run, string Root, string Path, Round? Round = null);

/// <summary>What listing a folder brought.</summary>
/// <param name="Files">Files, and what is neither file nor folder.</param>
/// <param name="Folders">Folders in it.</param>
/// <param name="Links">Symbolic links, which were not followed.</param>
internal sealed record FolderFacts(long Files, long Folders, long Links);

/// <summary>Lists one folder and inserts a job for each entry. Repeated after a crash it inserts nothing twice, because the ids come from the entries.</summary>
internal sealed class FolderWorker(IGaffer gaffer, DemoSettings settings) : IJobWorker<FolderTask>
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
                await InsertAsync(DemoQueues.Files, files.Select(file => Read(task, file)), stop);
                await InsertAsync(DemoQueues.Folders, folders.Select(folder => Scan(task.Run, task.Root, folder)), stop);
                if (task.Round is { } round)
                {
                    await InsertAsync(DemoQueues.Rounds, folders.Select(folder => Scan(task.Run, task.Root, folder, round)), stop);
                    await InsertAsync(DemoQueues.Checks, files.Select(file => Check(task, file, round)), stop);
                }

                facts = new FolderFacts(facts.Files + files.Length, facts.Folders + folders.Length, facts.Links + entries.Count(e => e.Kind == FolderEntryKind.Link));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In a round, the folder is gone, or a dead letter already: its own job has listed it, or is about to.
            return task.Round is null ? JobResult.Fail(DemoText.Reason(e)) : JobResult.Cancel(DemoText.Reason(e));
        }

        return JobResult.Complete(facts);
    }

    /// <summary>The job that lists a folder of a run, once, or once in a round.</summary>
    public static InsertJob Scan(Guid run, string root, FolderEntry folder, Round? round = null) => InsertJob.Of(
        round is null ? DemoQueues.Folders : DemoQueues.Rounds,
        new FolderTask(run, root, folder.Path, round),
        new JobOptions { Id = round is null ? DerivedId.Of(run, folder) : DerivedId.Of(run, round.Number, folder), Kind = Kind });

    private static InsertJob Read(FolderTask task, FolderEntry file) =>
        InsertJob.Of(DemoQueues.Files, new FileTask(task.Root, file.Path), new JobOptions { Id = DerivedId.Of(task.Run, file), Kind = FileWorker.Kind });

    private static InsertJob Check(FolderTask task, FolderEntry file, Round round)
    {
        var id = DerivedId.Of(task.Run, round.Number, file);
        return InsertJob.Of(
            DemoQueues.Checks,
            new CheckTask(task.Root, file.Path, DerivedId.Of(task.Run, file).Value, file.Version),
            new JobOptions { Id = id, Kind = CheckWorker.Kind, Delay = round.DelayOf(id) });
    }

    private async Task InsertAsync(QueueName queue, IEnumerable<InsertJob> jobs, CancellationToken stop)
    {
        InsertJob[] all = [.. jobs];
        if (all.Length > 0) await gaffer.InsertManyAsync(queue, all, stop);
    }
}
