using System.Diagnostics;

namespace Gaffer.Tests;

/// <summary>Performs the jobs of the chaos tests, and writes down each start and end.</summary>
public sealed class ChaosWorker(ChaosRecorder recorder, int life)
{
    public async Task<JobResult> PerformAsync(JobContext<ChaosPayload> job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var run = await recorder.BeganAsync(job, life);
        var (deed, milliseconds) = job.Payload;
        if (deed == ChaosDeed.Poison) Process.GetCurrentProcess().Kill();
        try
        {
            await Task.Delay(milliseconds, deed == ChaosDeed.Stubborn ? CancellationToken.None : stop);
        }
        catch (OperationCanceledException)
        {
            await recorder.EndedAsync(run, RunEnd.Stopped);
            throw;
        }

        await recorder.EndedAsync(run, RunEnd.Completed);
        return JobResult.Complete(new ChaosResult(job.FencingToken, job.Job.Node?.Incarnation ?? Guid.Empty));
    }
}
