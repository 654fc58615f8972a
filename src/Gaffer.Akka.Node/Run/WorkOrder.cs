using System.Collections.Immutable;
using System.Globalization;

namespace Gaffer.Node;

/// <summary>Jobs to insert, all alike but for a number at the end of their text.</summary>
/// <param name="Queue">Their queue.</param>
/// <param name="Batch">What they have in common. The same order twice, to whichever node, inserts nothing new.</param>
/// <param name="Jobs">How many, 1 to <see cref="Most"/>.</param>
/// <param name="Task">What each is to do.</param>
internal sealed record WorkOrder(string Queue, Guid Batch, int Jobs, DigestTask Task)
{
    public const int Most = 10_000;

    private const int AtOnce = 1_000;

    /// <exception cref="ArgumentException">It is an order that no node can carry out.</exception>
    public async Task<WorkReport> InsertAsync(IGaffer gaffer, ImmutableArray<string> queues, CancellationToken stop)
    {
        if (Task is null || Jobs is < 1 or > Most) throw new ArgumentException($"An order needs a task, and 1 to {Most} jobs.");
        if (!queues.Contains(Queue)) throw new ArgumentException($"This node has no queue '{Queue}'; it has {string.Join(", ", queues)}.");
        foreach (var some in Enumerable.Range(1, Jobs).Select(Job).Chunk(AtOnce)) await gaffer.InsertManyAsync(Queue, some, stop);
        return await WorkReport.ReadAsync(gaffer, Queue, Batch, stop);
    }

    /// <summary>What all jobs of a batch are tagged with.</summary>
    public static string Tag(Guid batch) => batch.ToString("N");

    private InsertJob Job(int number)
    {
        var task = Task with { Text = string.Create(CultureInfo.InvariantCulture, $"{Task.Text} {number}") };
        return InsertJob.Of(Queue, task, new JobOptions { Id = DerivedId.Of(string.Create(CultureInfo.InvariantCulture, $"{Batch:N}\0{number}")), Kind = DigestWorker.Kind, Tags = [Tag(Batch)] });
    }
}

/// <summary>How far a batch is.</summary>
/// <param name="Jobs">Its jobs.</param>
/// <param name="Done">Those that are done.</param>
/// <param name="Ended">Those that are done, failed or cancelled.</param>
/// <param name="Lost">Executions that ended with their node.</param>
/// <param name="Rescued">Jobs that lost a node and run again, or have.</param>
/// <param name="DoneBy">How many jobs each node has done.</param>
internal sealed record WorkReport(int Jobs, int Done, int Ended, int Lost, int Rescued, ImmutableSortedDictionary<string, int> DoneBy)
{
    public bool IsOver => Ended == Jobs;

    public static async Task<WorkReport> ReadAsync(IGaffer gaffer, string queue, Guid batch, CancellationToken stop)
    {
        int jobs = 0, done = 0, ended = 0, lost = 0, rescued = 0;
        var doneBy = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var job in gaffer.ListAsync(queue, new JobFilter { Tag = WorkOrder.Tag(batch) }, stop))
        {
            jobs++;
            if (job.State is not (JobState.Available or JobState.Executing)) ended++;
            var losses = job.History.Count(IsLoss);
            lost += losses;
            if (losses > 0 && job.State is JobState.Executing or JobState.Completed) rescued++;
            if (job is { State: JobState.Completed, Node: { } node })
            {
                done++;
                var name = NodeStatus.Short(node);
                doneBy[name] = doneBy.GetValueOrDefault(name) + 1;
            }
        }

        return new(jobs, done, ended, lost, rescued, doneBy.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    private static bool IsLoss(JobExecution execution) => execution.Outcome == ExecutionOutcome.Failed && execution.Error?.Kind == JobErrorKind.NodeLost;
}
