using System.Buffers.Binary;

namespace Gaffer.Node;

/// <summary>The payload of the job of kind <c>round</c>: go round the folder again and again.</summary>
/// <param name="Run">The run, from which the ids of the jobs are derived.</param>
/// <param name="Root">Full path of the folder of the run.</param>
internal sealed record RoundTask(Guid Run, string Root);

/// <summary>One round over the folder.</summary>
/// <param name="Number">Which one.</param>
/// <param name="Length">The time over which its checks are spread.</param>
internal sealed record Round(long Number, TimeSpan Length)
{
    /// <summary>A small folder takes this long, so that what is new is found soon.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    /// <summary>Of a large one, 200 files are read in a second, so that the machine has time for other things.</summary>
    public static readonly TimeSpan PerFile = TimeSpan.FromMilliseconds(5);

    public static Round Of(long number, long files) => new(number, files * PerFile > Shortest ? files * PerFile : Shortest);

    /// <summary>When in the round a job is in turn: the same moment whenever its insert is repeated.</summary>
    public TimeSpan DelayOf(JobId job) => Length * (BinaryPrimitives.ReadUInt16BigEndian(job.Value.ToByteArray().AsSpan(^2)) / 65536.0);
}

/// <summary>Begins a round, and comes back for the next one: a single job that snoozes. A round that is not over yet is waited for, so that rounds never pile up.</summary>
internal sealed class RoundWorker(IGaffer gaffer) : IJobWorker<RoundTask>
{
    public const string Kind = "round";

    private static readonly TimeSpan NextLook = TimeSpan.FromSeconds(1);

    /// <summary>It is never to have failed for good.</summary>
    public static readonly JobOptions Options = new() { Kind = Kind, MaxAttempts = int.MaxValue };

    public async Task<JobResult> PerformAsync(JobContext<RoundTask> job, CancellationToken stop)
    {
        if (await IsUnderWayAsync(stop)) return JobResult.Snooze(NextLook);
        var files = await gaffer.GetInfoAsync(DemoQueues.Files, stop);
        var round = Round.Of(job.FencingToken, files.Completed.Count);
        var task = job.Payload;
        await gaffer.InsertAsync(FolderWorker.Scan(task.Run, task.Root, new FolderEntry(FolderEntryKind.Folder, "", 0), round), stop);
        return JobResult.Snooze(round.Length);
    }

    private async Task<bool> IsUnderWayAsync(CancellationToken stop)
    {
        var rounds = await gaffer.GetInfoAsync(DemoQueues.Rounds, stop);
        var checks = await gaffer.GetInfoAsync(DemoQueues.Checks, stop);
        return rounds.Available.Count + rounds.Executing.Count > 1                                 // this job is one of them
            || checks.Available.Count + checks.Executing.Count > 0;
    }
}
