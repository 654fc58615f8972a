namespace Gaffer.Benchmarks;

/// <summary>Performs jobs of the hand-written queue that do nothing: a few connections, each of which claims its part of the workers' jobs and records their ends together.</summary>
internal static class PeerWorkers
{
    public const int Connections = 4;

    /// <summary>Performs until the given number of ends is recorded.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="workers">Most jobs that run at once.</param>
    /// <param name="jobs">Jobs in all.</param>
    public static Task PerformAsync(SkipLockedQueue queue, int workers, int jobs)
    {
        var recorded = 0;
        return Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(WorkAsync)));

        async Task WorkAsync()
        {
            Guid[] running = [];
            while (running.Length > 0 || Volatile.Read(ref recorded) < jobs)
            {
                var next = await queue.FinishAndClaimAsync(running, workers / Connections);
                Interlocked.Add(ref recorded, running.Length);
                running = next;
            }
        }
    }
}
