using Akka.Actor;

namespace Gaffer;

/// <summary>How calls reach one queue: how many partitions it has, as last heard, where the actor of each is, and what is to be sent there next.</summary>
/// <remarks>A queue is taken to have one partition until it says otherwise, which costs the first call one more way there and back.</remarks>
internal sealed class QueueRoutes(QueueName queue)
{
    private Route[] _routes = [new Route(queue)];

    public int Partitions => _routes.Length;

    public IReadOnlyList<Route> All => _routes;

    public Route this[int index] => _routes[index];

    /// <summary>Where a request goes that one partition can answer.</summary>
    public Route Of(GafferRequest request) => _routes.Length > 1 && PartitionGate.JobOf(request) is { } job ? _routes[JobPlace.PartitionOf(job, _routes.Length)] : _routes[0];

    /// <summary>The queue has said how many partitions it has.</summary>
    /// <returns>What was to be sent, and has to find its place anew.</returns>
    public IReadOnlyList<PendingCall> Learn(int partitions)
    {
        if (partitions == _routes.Length) return [];
        List<PendingCall> unsent = [.. _routes.SelectMany(r => r.Outbox)];
        foreach (var route in _routes) route.Outbox.Clear();
        _routes = [.. Enumerable.Range(0, partitions).Select(n => n < _routes.Length ? _routes[n] : new Route(new QueuePartition(queue, n)))];
        return unsent;
    }
}

/// <summary>How calls reach one partition.</summary>
internal sealed class Route(QueuePartition partition)
{
    public QueuePartition Partition => partition;

    /// <summary>Its actor, as long as it is known; else calls go through the region.</summary>
    public IActorRef? Direct { get; set; }

    public List<PendingCall> Outbox { get; } = [];
}
