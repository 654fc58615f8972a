namespace Gaffer.Dashboard;

/// <summary>What was read of the cluster at one moment.</summary>
internal sealed record Reading(SampleView Sample, IReadOnlyList<QueueView> Queues, IReadOnlyList<NodeView> Nodes, string? Error);

/// <summary>Asks queues how they are: actors, in memory, never a database.</summary>
internal sealed class QueueReader(IGaffer gaffer, TimeProvider time)
{
    private const int AtOnce = 32;

    // For all of them together: queues that move, or whose database is away, must not hold up the others, however many they are.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>What all queues say.</summary>
    public async Task<IReadOnlyList<(QueueSummary Queue, QueueInfo? Info, string? Error)>> ReadAllAsync(CancellationToken stop)
    {
        using var patience = new Patient(Patience, time, stop);
        List<QueueSummary> queues = [];
        await foreach (var queue in gaffer.ListQueuesAsync(patience.Token).ConfigureAwait(false)) queues.Add(queue);
        return await ReadAsync(queues, patience, stop).ConfigureAwait(false);
    }

    /// <summary>What each says, in their order: its numbers, or why there are none. Null: it is not there any more.</summary>
    public async Task<IReadOnlyList<(QueueSummary Queue, QueueInfo? Info, string? Error)>> ReadAsync(IReadOnlyList<QueueSummary> queues, CancellationToken stop)
    {
        using var patience = new Patient(Patience, time, stop);
        return await ReadAsync(queues, patience, stop).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<(QueueSummary Queue, QueueInfo? Info, string? Error)>> ReadAsync(IReadOnlyList<QueueSummary> queues, Patient patience, CancellationToken stop)
    {
        var answers = new (QueueSummary, QueueInfo?, string?)[queues.Count];
        await Parallel.ForAsync(0, queues.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (index, _) =>
            answers[index] = await ReadAsync(queues[index], patience, stop).ConfigureAwait(false)).ConfigureAwait(false);
        return answers;
    }

    private async Task<(QueueSummary Queue, QueueInfo? Info, string? Error)> ReadAsync(QueueSummary queue, Patient patience, CancellationToken stop)
    {
        try
        {
            patience.Token.ThrowIfCancellationRequested();
            return (queue, await gaffer.GetInfoAsync(queue.Name, patience.Token).ConfigureAwait(false), null);
        }
        catch (UnknownQueueException)
        {
            return (queue, null, null);
        }
        catch (GafferException e)
        {
            return (queue, null, e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (queue, null, $"It has not answered within {Patience.TotalSeconds:0} s: it moves, or its storage is slow or away.");
        }
    }

    /// <summary>Ends with its caller, or when the time is up.</summary>
    private sealed class Patient : IDisposable
    {
        private readonly CancellationTokenSource _time;
        private readonly CancellationTokenSource _both;

        public Patient(TimeSpan patience, TimeProvider time, CancellationToken stop)
        {
            _time = new CancellationTokenSource(patience, time);
            _both = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, stop);
        }

        public CancellationToken Token => _both.Token;

        public void Dispose()
        {
            _both.Dispose();
            _time.Dispose();
        }
    }
}
