namespace Gaffer;

/// <summary>Whether a partition is the one to answer a request. Its sender may believe in a number of partitions that is not, or no longer, true.</summary>
/// <remarks>A queue can be deleted and made anew with another number. Without the gate an id that one client takes to the old place, and another to the new one, would be two jobs.</remarks>
internal static class PartitionGate
{
    /// <summary>False: the sender is to be told the number of partitions, and nothing is to be done.</summary>
    /// <param name="request">The request.</param>
    /// <param name="partition">Where it has come.</param>
    /// <param name="partitions">How many the queue has.</param>
    /// <param name="believed">How many it has for the sender.</param>
    public static bool Admits(GafferRequest request, QueuePartition partition, int partitions, int believed) => request switch
    {
        CreateQueue or EnsureQueue or UpdateQueue or DeleteQueue or GetQueue or PauseQueue or ResumeQueue => partition.IsHead,
        _ when believed != partitions || partition.Index >= partitions => false,
        _ when partitions == 1 => true,
        InsertJobs inserts => inserts.Jobs.All(insert => JobPlace.PartitionOf(insert.Id, partitions) == partition.Index),
        _ => JobOf(request) is not { } job || JobPlace.PartitionOf(job, partitions) == partition.Index,
    };

    /// <summary>The job that a request is about; null if it is about none, or several.</summary>
    public static JobId? JobOf(GafferRequest request) => request switch
    {
        InsertJob r => r.Id,
        ForwardJob r => r.Job,
        GetJob r => r.Job,
        CancelJob r => r.Job,
        DeleteJob r => r.Job,
        RetryJob r => r.Job,
        _ => null,
    };
}
