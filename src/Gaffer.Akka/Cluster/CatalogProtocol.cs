using System.Collections.Immutable;

namespace Gaffer;

/// <summary>What the catalog of queues hears. Each request is answered with a <see cref="CatalogAnswer"/> of the same id.</summary>
/// <param name="Id">By which the sender recognises the answer.</param>
internal abstract record CatalogRequest(long Id) : IGafferWire
{
    /// <summary>Reply: the entry, or none.</summary>
    public sealed record Find(long Id, QueueName Queue) : CatalogRequest(Id);

    /// <summary>A queue is created or its options change. Refused when a forward target is unknown, or when forwards would go in a circle. Reply: the entry, durable.</summary>
    public sealed record Put(long Id, QueueOptions Options) : CatalogRequest(Id);

    /// <summary>There is a limit of this name, which queues may share. Reply: no entry, durable.</summary>
    public sealed record PutLimit(long Id, string Limit) : CatalogRequest(Id);

    /// <summary>A queue is deleted, or is only asked whether it could be. Refused when another queue forwards to it. Reply: no entry, durable.</summary>
    public sealed record Remove(long Id, QueueName Queue, bool CheckOnly = false) : CatalogRequest(Id);

    /// <summary>A page of all queues by name, after the given one. Reply: the summaries.</summary>
    public sealed record List(long Id, QueueName? After, int Limit, bool OrphanedOnly) : CatalogRequest(Id);

    /// <summary>The queues that a node has workers for; told at each change and periodically, forgotten when the node is not heard of for a while. Reply: nothing to say.</summary>
    public sealed record Serve(long Id, WorkerNode Node, ImmutableArray<QueueName> Queues) : CatalogRequest(Id);
}

/// <summary>What the catalog answers.</summary>
/// <param name="Id">The id of the request.</param>
/// <param name="Failure">Why it was refused; null when it was not.</param>
/// <param name="Queues">The entries, durable.</param>
/// <param name="HasMore">Whether a list goes on.</param>
internal sealed record CatalogAnswer(long Id, GafferFailure? Failure, ImmutableArray<QueueSummary> Queues, bool HasMore) : IServiceAnswer;

/// <summary>One journal event of the catalog.</summary>
internal abstract record CatalogChange : IGafferWire
{
    public sealed record Stored(QueueOptions Options) : CatalogChange;

    public sealed record Dropped(QueueName Queue) : CatalogChange;

    public sealed record LimitAdded(string Limit) : CatalogChange;
}

/// <summary>All entries of the catalog.</summary>
internal sealed record CatalogSnapshot(ImmutableArray<QueueOptions> Queues, ImmutableArray<string> Limits) : IGafferWire;
