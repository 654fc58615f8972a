using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Gaffer.Node;

/// <summary>The payload of a job of the kind <c>digest</c>.</summary>
/// <param name="Text">What is hashed.</param>
/// <param name="Rounds">How often: the hash is hashed again. 1 to <see cref="MostRounds"/>.</param>
/// <param name="Milliseconds">How long the job takes at least, so that one can watch it: 0 to <see cref="MostMilliseconds"/>.</param>
internal sealed record DigestTask(string Text, int Rounds = 1, int Milliseconds = 0)
{
    public const int MostRounds = 100_000_000;
    public const int MostMilliseconds = 3_600_000;
}

/// <summary>Hashes a text. The same job has the same result wherever it runs, and however often.</summary>
internal sealed partial class DigestWorker(ILogger<DigestWorker> log) : IJobWorker<DigestTask>
{
    public const string Kind = "digest";

    private const int RoundsAtOnce = 100_000;

    public async Task<JobResult> PerformAsync(JobContext<DigestTask> job, CancellationToken stop)
    {
        var task = job.Payload;
        if (task.Text is null || task.Rounds is < 1 or > DigestTask.MostRounds || task.Milliseconds is < 0 or > DigestTask.MostMilliseconds)
        {
            return JobResult.Fail($"The payload must have a text, 1 to {DigestTask.MostRounds} rounds, and 0 to {DigestTask.MostMilliseconds} milliseconds.");
        }

        LogStart(job.Job.Node, job.Id, job.Job.Queue, job.AttemptNumber);
        using var timer = task.Milliseconds > 0 ? new PeriodicTimer(TimeSpan.FromMilliseconds(task.Milliseconds)) : null;
        var digest = Hash(task, stop);
        if (timer is not null) await timer.WaitForNextTickAsync(stop);
        LogEnd(job.Job.Node, job.Id, job.Job.Queue, job.AttemptNumber);
        return JobResult.Complete(digest);
    }

    public static string Hash(DigestTask task, CancellationToken stop)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(task.Text));
        for (var round = 1; round < task.Rounds; round++)
        {
            if (round % RoundsAtOnce == 0) stop.ThrowIfCancellationRequested();
            SHA256.HashData(digest, digest);
        }

        return Convert.ToHexStringLower(digest);
    }

    [LoggerMessage(LogLevel.Information, "{Node} starts job {Job} of {Queue}, attempt {Attempt}")]
    private partial void LogStart(WorkerNode? node, JobId job, QueueName queue, int attempt);

    [LoggerMessage(LogLevel.Information, "{Node} has done job {Job} of {Queue}, attempt {Attempt}")]
    private partial void LogEnd(WorkerNode? node, JobId job, QueueName queue, int attempt);
}
