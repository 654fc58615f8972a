namespace Gaffer.Node;

/// <summary>What goes on when all files have been counted: looks at the folder, one after the other, and checks, as jobs of their own queues.</summary>
/// <remarks>The queues are there only as long: what a process that was killed left in them is of no use to the next one, which counts afresh.</remarks>
internal static class DemoFollowing
{
    private const int WorkersOfChecks = 4;

    /// <returns>How many files this process had read before.</returns>
    public static async Task<long> StartAsync(IGaffer gaffer, DemoRun run, CancellationToken stop)
    {
        var read = (await gaffer.GetInfoAsync(DemoQueues.Files, stop)).Totals.Completed;
        await gaffer.EnsureQueueAsync(DemoQueues.Recent(DemoQueues.Checks, WorkersOfChecks), stop);
        await gaffer.EnsureQueueAsync(DemoQueues.Recent(DemoQueues.Rounds, workers: 1), stop);
        await gaffer.ServeAsync(DemoQueues.Checks, [JobWorker.FromClass<CheckTask, CheckWorker>(CheckWorker.Kind)], cancellationToken: stop);
        await gaffer.ServeAsync(DemoQueues.Rounds, [JobWorker.FromClass<RoundTask, RoundWorker>(RoundWorker.Kind)], cancellationToken: stop);
        await gaffer.InsertAsync(DemoQueues.Rounds, new RoundTask(run.Id.Value), RoundWorker.Options, stop);
        return read;
    }

    /// <summary>Repeated, it does nothing.</summary>
    public static async Task EndAsync(IGaffer gaffer, CancellationToken stop)
    {
        foreach (var queue in (QueueName[])[DemoQueues.Rounds, DemoQueues.Checks])
        {
            try
            {
                await gaffer.DeleteQueueAsync(queue, DeleteMode.Purge, stop);
            }
            catch (UnknownQueueException)
            {
                // There was no following, or somebody deleted it on the dashboard.
            }
        }
    }
}
