namespace Gaffer;

internal sealed partial class ToWire
{
    public static Wire.CatalogChange Of(CatalogChange change) => change switch
    {
        CatalogChange.Stored c => new() { Stored = Options(c.Options) },
        CatalogChange.LimitAdded c => new() { LimitAdded = c.Limit },
        CatalogChange.Dropped c => new() { Dropped = Name(c.Queue) },
        _ => throw new ArgumentException($"No shape is known for {change.GetType()}.", nameof(change)),
    };

    public static Wire.CatalogSnapshot Of(CatalogSnapshot snapshot)
    {
        var wire = new Wire.CatalogSnapshot();
        foreach (var options in snapshot.Queues.IsDefault ? [] : snapshot.Queues)
        {
            wire.Queues.Add(Options(options));
        }

        wire.Limits.Add(snapshot.Limits.IsDefault ? [] : snapshot.Limits);

        return wire;
    }

    public static Wire.CatalogRequest Of(CatalogRequest request)
    {
        var wire = new Wire.CatalogRequest { Id = request.Id };
        switch (request)
        {
            case CatalogRequest.Find r:
                wire.Find = Name(r.Queue);
                break;
            case CatalogRequest.Put r:
                wire.Put = Options(r.Options);
                break;
            case CatalogRequest.PutLimit r:
                wire.PutLimit = r.Limit;
                break;
            case CatalogRequest.Remove { CheckOnly: true } r:
                wire.CheckRemoval = Name(r.Queue);
                break;
            case CatalogRequest.Remove r:
                wire.Remove = Name(r.Queue);
                break;
            case CatalogRequest.List r:
                wire.List = new() { Limit = r.Limit, OrphanedOnly = r.OrphanedOnly };
                if (r.After is { } after) wire.List.After = Name(after);
                break;
            case CatalogRequest.Serve r:
                wire.Serve = new() { Node = NodeOf(r.Node) };
                foreach (var queue in r.Queues.IsDefault ? [] : r.Queues)
                {
                    wire.Serve.Queues.Add(Name(queue));
                }

                break;
            default:
                throw new ArgumentException($"No shape is known for {request.GetType()}.", nameof(request));
        }

        return wire;
    }

    public static Wire.CatalogAnswer Of(CatalogAnswer answer)
    {
        var wire = new Wire.CatalogAnswer { Id = answer.Id, HasMore = answer.HasMore };
        if (answer.Failure is { } failure) wire.Failure = Failure(failure);
        foreach (var queue in answer.Queues.IsDefault ? [] : answer.Queues)
        {
            var summary = new Wire.QueueSummary { Name = Name(queue.Name), Storage = queue.Storage, Options = Options(queue.Options) };
            foreach (var node in queue.ServedBy.IsDefault ? [] : queue.ServedBy)
            {
                summary.ServedBy.Add(NodeOf(node));
            }

            wire.Queues.Add(summary);
        }

        return wire;
    }
}
