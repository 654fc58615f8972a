namespace Gaffer.Node;

/// <summary>What goes on when all files have been counted: rounds over the folder, one after the other, as jobs of their own queues.</summary>
/// <remarks>The queues are there only as long: what a process that was killed left in them is of no use to the next one, which counts afresh.</remarks>
internal static class DemoFollowing
{
    private const int WorkersOfChecks = 4;

    public static async Task StartAsync(IGaffer gaffer, DemoRun run, DemoSettings settings, CancellationToken stop)
    {
        await gaffer.EnsureQueueAsync(DemoQueues.Recent(DemoQueues.Checks, WorkersOfChecks), stop);
        await gaffer.EnsureQueueAsync(DemoQueues.Recent(DemoQueues.Rounds, workers: 2), stop);
        await gaffer.ServeAsync(DemoQueues.Checks, [JobWorker.FromClass<CheckTask, CheckWorker>(CheckWorker.Kind)], cancellationToken: stop);
        await gaffer.ServeAsync(
            DemoQueues.Rounds,
            [JobWorker.FromClass<RoundTask, RoundWorker>(RoundWorker.Kind), JobWorker.FromClass<FolderTask, FolderWorker>(FolderWorker.Kind)],
            cancellationToken: stop);
        await gaffer.InsertAsync(DemoQueues.Rounds, new RoundTask(run.Id.Value, settings.Folder), RoundWorker.Options, stop);
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
