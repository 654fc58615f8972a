namespace Gaffer.Node;

/// <summary>The payload of a job of kind <c>check</c>.</summary>
/// <param name="Root">Full path of the folder of the run.</param>
/// <param name="Path">The file, relative to it.</param>
/// <param name="File">The job that has read it.</param>
/// <param name="Version">What the folder said of it when the check was inserted.</param>
internal sealed record CheckTask(string Root, string Path, Guid File, FileVersion Version);

/// <summary>Reads a file again, and compares it with what was read first. A failure is a file that cannot be read any more, or one whose content changed behind the back of its folder.</summary>
internal sealed class CheckWorker(IGaffer gaffer, DemoSettings settings) : IJobWorker<CheckTask>
{
    public const string Kind = "check";

    public async Task<JobResult> PerformAsync(JobContext<CheckTask> job, CancellationToken stop)
    {
        var task = job.Payload;
        var read = await gaffer.TryGetJobAsync(DemoQueues.Files, new JobId(task.File), stop);
        if (read?.ResultAs<FileFacts>() is not { } known) return JobResult.Cancel("It has not been read yet, or could not be.");
        try
        {
            if (settings.Inside(task.Root, task.Path) is not { } path) return JobResult.FailForGood(DemoText.Outside);
            var facts = await FileFacts.ReadAsync(path, static _ => { }, stop);
            if (facts == known) return JobResult.Complete(facts);
            return FileVersion.Of(new FileInfo(path)) == task.Version
                ? JobResult.FailForGood($"{DemoText.Clean(task.Path)} has another content, though its size and its time are what they were.")
                : JobResult.Cancel("It has changed since this check was inserted: it is read as new.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return JobResult.Cancel("It is not there any more.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return JobResult.Fail(DemoText.Reason(e));
        }
    }
}
