namespace Gaffer.Benchmarks;

/// <summary>Performs jobs of the hand-written queue that do nothing: a few connections, each of which claims its part of the workers' jobs and records their ends together.</summary>
internal static class PeerWorkers
{
    public const int Connections = 4;

    /// <summary>Many times what it needs. A database that plans a claim badly would need hours.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Performs until the given number of ends is recorded.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="workers">Most jobs that run at once.</param>
    /// <param name="jobs">Jobs in all.</param>
    /// <exception cref="TimeoutException">It was not done in two minutes.</exception>
    public static async Task PerformAsync(SkipLockedQueue queue, int workers, int jobs)
    {
        var recorded = 0;
        using var limit = new CancellationTokenSource(Limit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(WorkAsync)));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"The hand-written queue ended {recorded:N0} of {jobs:N0} jobs with {workers:N0} workers in {Limit.TotalMinutes} min. Look at the plan of its claim in PostgreSQL.");
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
