using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Which queues there are. Forwards between them point to known queues and never go in a circle.</summary>
internal sealed class CatalogState
{
    public static readonly CatalogState Empty = new(ImmutableSortedSet.Create<QueueOptions>(Comparer<QueueOptions>.Create((a, b) => a.Name.CompareTo(b.Name))), ImmutableSortedSet.Create<string>(StringComparer.Ordinal));

    private readonly ImmutableSortedSet<QueueOptions> _queues;

    private readonly ImmutableSortedSet<string> _limits;

    private CatalogState(ImmutableSortedSet<QueueOptions> queues, ImmutableSortedSet<string> limits) => (_queues, _limits) = (queues, limits);

    public static CatalogState From(CatalogSnapshot snapshot) => new(Empty._queues.Union(snapshot.Queues), Empty._limits.Union(snapshot.Limits));

    public CatalogSnapshot ToSnapshot() => new([.. _queues], [.. _limits]);

    public QueueOptions? Find(QueueName queue) => _queues.TryGetValue(Entry(queue), out var found) ? found : null;

    /// <summary>The queues by name, from the first after the given one.</summary>
    public IEnumerable<QueueOptions> After(QueueName? queue)
    {
        var index = queue is { } name ? _queues.IndexOf(Entry(name)) : -1;
        for (index = index < 0 && queue is not null ? ~index : index + 1; index < _queues.Count; index++)
        {
            yield return _queues[index];
        }
    }

    /// <summary>A queue is created or its options are replaced. The same options again change nothing.</summary>
    public CatalogDecision Put(QueueOptions options, IEnumerable<string> storages)
    {
        var name = options.Name;
        var known = Find(name);
        if (options.Problems() is { IsEmpty: false } problems)
        {
            return new(new GafferFailure(GafferError.InvalidQueueConfig, $"The options of queue '{name}' are invalid: {string.Join(" ", problems)}", name.Value, problems));
        }

        if (!storages.Contains(options.Storage))
        {
            return Refuse(GafferError.UnknownStorage, name, $"Queue '{name}' names the storage '{options.Storage}', which is not configured; known are: {Names(storages)}.");
        }

        if (options == known)
        {
            return CatalogDecision.NoChange;
        }

        if (known is not null && options.WhyNotAfter(known) is { } why)
        {
            return Refuse(GafferError.InvalidQueueConfig, name, why);
        }

        foreach (var (state, target) in options.Forward)
        {
            if (Find(target) is null)
            {
                return Refuse(GafferError.ForwardTargetNotFound, name, $"Queue '{name}' forwards {state} jobs to '{target}', which does not exist; create '{target}' first.");
            }
        }

        foreach (var limit in options.Limits.Except(_limits))
        {
            return Refuse(GafferError.UnknownLimit, name, $"Queue '{name}' names the limit '{limit}', which does not exist; make it first, with EnsureLimitAsync or AddLimit. Known are: {(_limits.IsEmpty ? "none" : Names(_limits))}.");
        }

        return CircleThrough(options) is { } circle
            ? Refuse(GafferError.InvalidQueueConfig, name, $"The forwards of queue '{name}' would go in a circle: {circle}.")
            : new(new CatalogChange.Stored(options));
    }

    /// <summary>A queue is deleted. One that is not there changes nothing.</summary>
    public CatalogDecision Remove(QueueName queue)
    {
        var sources = _queues.Where(q => q.Forward.ContainsValue(queue)).Select(q => q.Name.Value).ToImmutableArray();
        return Find(queue) is null ? CatalogDecision.NoChange
            : sources.IsEmpty ? new(new CatalogChange.Dropped(queue))
            : Refuse(GafferError.QueueInUse, queue, $"Queue '{queue}' cannot be deleted: {Names(sources)} forward to it; change or delete these first.");
    }

    /// <summary>A limit is made. One that is there changes nothing.</summary>
    public CatalogDecision PutLimit(string limit) => _limits.Contains(limit) ? CatalogDecision.NoChange : new(new CatalogChange.LimitAdded(limit));

    public CatalogState Apply(CatalogChange change) => change switch
    {
        CatalogChange.Stored e => new(_queues.Remove(e.Options).Add(e.Options), _limits),
        CatalogChange.Dropped e => new(_queues.Remove(Entry(e.Queue)), _limits),
        CatalogChange.LimitAdded e => new(_queues, _limits.Add(e.Limit)),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "unknown change of the catalog"),
    };

    /// <summary>The shortest way over forwards from the queue back to itself, as <c>a -> b -> a</c>.</summary>
    private string? CircleThrough(QueueOptions options)
    {
        var cameFrom = new Dictionary<QueueName, QueueName>();
        var next = new Queue<QueueOptions>([options]);
        while (next.TryDequeue(out var queue))
        {
            foreach (var target in queue.Forward.Values)
            {
                if (cameFrom.TryAdd(target, queue.Name) && target != options.Name && Find(target) is { } found)
                {
                    next.Enqueue(found);
                }
            }
        }

        if (!cameFrom.TryGetValue(options.Name, out var step))
        {
            return null;
        }

        var way = new Stack<QueueName>([options.Name]);
        for (; step != options.Name; step = cameFrom[step])
        {
            way.Push(step);
        }

        return string.Join(" -> ", way.Prepend(options.Name));
    }

    private static QueueOptions Entry(QueueName name) => new() { Name = name };

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal).Select(n => $"'{n}'"));

    private static CatalogDecision Refuse(GafferError error, QueueName queue, string message) => new(new GafferFailure(error, message, queue));
}

/// <summary>What follows from a request: it is refused, something changes, or nothing does.</summary>
internal readonly record struct CatalogDecision
{
    public CatalogDecision(CatalogChange change) => Change = change;

    public CatalogDecision(GafferFailure failure) => Failure = failure;

    public static CatalogDecision NoChange => default;

    public CatalogChange? Change { get; }

    public GafferFailure? Failure { get; }
}
