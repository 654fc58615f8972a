namespace Gaffer.Benchmarks;

/// <summary>Performs jobs of the hand-written queue that do nothing: a few connections, each of which claims its part of the workers' jobs and records their ends together.</summary>
internal static class PeerWorkers
{
    public const int Connections = 4;

    /// <summary>The least rate at which it may go on: a fraction of what it reaches. A database that plans a claim badly would need hours.</summary>
    private const int LeastPerSecond = 5_000;
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(2);

    /// <summary>Performs until the given number of ends is recorded.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="workers">Most jobs that run at once.</param>
    /// <param name="jobs">Jobs in all.</param>
    /// <exception cref="TimeoutException">It was not done in two minutes and a second for each 5,000 jobs.</exception>
    public static async Task PerformAsync(SkipLockedQueue queue, int workers, int jobs)
    {
        var recorded = 0;
        var most = Start + TimeSpan.FromSeconds((double)jobs / LeastPerSecond);
        using var limit = new CancellationTokenSource(most);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(WorkAsync)));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"The hand-written queue ended {recorded:N0} of {jobs:N0} jobs with {workers:N0} workers in {most.TotalMinutes:0.0} min. Look at the plan of its claim in PostgreSQL.");
        }

        async Task WorkAsync()
        {
            try
            {
                Guid[] running = [];
                while (running.Length > 0 || Volatile.Read(ref recorded) < jobs)
                {
                    var next = await queue.FinishAndClaimAsync(running, workers / Connections, stop.Token);
                    Interlocked.Add(ref recorded, running.Length);
                    running = next;
                }
            }
            catch
            {
                await stop.CancelAsync();   // the others would wait for the jobs of this one
                throw;
            }
        }
    }
}
