namespace Gaffer.Node;

/// <summary>The payload of a job of kind <c>file</c>.</summary>
/// <param name="Root">Full path of the folder of the run.</param>
/// <param name="Path">The file, relative to it.</param>
internal sealed record FileTask(string Root, string Path);

/// <summary>Reads one file. What it answers is kept with the job; what it cannot read is a failed attempt.</summary>
internal sealed class FileWorker(DemoMeter meter, DemoSettings settings, FolderWatch watch) : IJobWorker<FileTask>
{
    public const string Kind = "file";

    public async Task<JobResult> PerformAsync(JobContext<FileTask> job, CancellationToken stop)
    {
        try
        {
            if (settings.Inside(job.Payload.Root, job.Payload.Path) is not { } path) return JobResult.FailForGood(DemoText.Outside);
            meter.Started();
            var facts = await FileFacts.ReadAsync(path, meter.Read, stop);
            meter.Finished();
            return JobResult.Complete(facts);
        }
        catch (FileNotFoundException) when (job.Payload.Path.Contains('\uFFFD', StringComparison.Ordinal))
        {
            return JobResult.Fail("its name is not UTF-8, so .NET cannot open it");
        }
        catch (Exception e) when (watch.IsOn && e is FileNotFoundException or DirectoryNotFoundException)
        {
            return JobResult.Cancel("it is gone");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return JobResult.Fail(DemoText.Reason(e));
        }
    }
}
