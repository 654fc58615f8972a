using ChangeCase = Gaffer.Wire.CatalogChange.ChangeOneofCase;
using RequestCase = Gaffer.Wire.CatalogRequest.RequestOneofCase;

namespace Gaffer;

internal sealed partial class ToDomain
{
    public static CatalogChange Of(Wire.CatalogChange change) => change.ChangeCase switch
    {
        ChangeCase.Stored => new CatalogChange.Stored(Options(change.Stored)),
        ChangeCase.LimitAdded => new CatalogChange.LimitAdded(change.LimitAdded),
        ChangeCase.Dropped => new CatalogChange.Dropped(Name(change.Dropped)),
        _ => throw WireException.Unknown("kind of catalog change"),
    };

    public static CatalogSnapshot Of(Wire.CatalogSnapshot snapshot) => new(All(snapshot.Queues, Options), [.. snapshot.Limits]);

    public static CatalogRequest Of(Wire.CatalogRequest request) => request.RequestCase switch
    {
        RequestCase.Find => new CatalogRequest.Find(request.Id, Name(request.Find)),
        RequestCase.Put => new CatalogRequest.Put(request.Id, Options(request.Put)),
        RequestCase.PutLimit => new CatalogRequest.PutLimit(request.Id, request.PutLimit),
        RequestCase.Remove => new CatalogRequest.Remove(request.Id, Name(request.Remove)),
        RequestCase.CheckRemoval => new CatalogRequest.Remove(request.Id, Name(request.CheckRemoval), CheckOnly: true),
        RequestCase.List => new CatalogRequest.List(
            request.Id, request.List.HasAfter ? Name(request.List.After) : default(QueueName?), request.List.Limit, request.List.OrphanedOnly),
        RequestCase.Serve => new CatalogRequest.Serve(request.Id, NodeOf(request.Serve.Node), All(request.Serve.Queues, Name)),
        _ => throw WireException.Unknown("kind of catalog request"),
    };

    public static CatalogAnswer Of(Wire.CatalogAnswer answer) => new(
        answer.Id, answer.Failure is { } failure ? Failure(failure) : null,
        All(answer.Queues, static q => new QueueSummary(Name(q.Name), q.Storage, Options(q.Options), All(q.ServedBy, NodeOf))), answer.HasMore);
}
