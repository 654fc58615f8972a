using ChangeOfLimit = Gaffer.Wire.LimitChange.ChangeOneofCase;
using LimitQuestion = Gaffer.Wire.LimitRequest.RequestOneofCase;

namespace Gaffer;

internal sealed partial class ToDomain
{
    public static IReadOnlyList<LimitChange> Of(Wire.LimitChanges changes) => Each(changes.Changes, Of);

    public static PermitReport Of(Wire.PermitReport report) => new(Partition(report.Queue), Permits(report.Held), report.InUse, report.Wanted);

    public static PermitGrant Of(Wire.PermitGrant grant) => new(Partition(grant.Queue), Permits(grant.Granted), grant.Share, grant.IsAwaited);

    public static LimitRequest Of(Wire.LimitRequest request) => request.RequestCase switch
    {
        LimitQuestion.Ensure => new LimitRequest.Ensure(request.Id, request.Ensure.Name, request.Ensure.Max, request.Ensure.Revision),
        LimitQuestion.List => new LimitRequest.List(request.Id),
        _ => throw WireException.Unknown("kind of limit request"),
    };

    public static LimitAnswer Of(Wire.LimitAnswer answer) =>
        new(answer.Id, All(answer.Limits, static l => new LimitSummary(l.Name, l.Max, All(l.Queues, static s => new LimitShare(Name(s.Queue), s.Permits)))));

    private static LimitChange Of(Wire.LimitChange change) => change.ChangeCase switch
    {
        ChangeOfLimit.Set => new LimitChange.Set(change.Set.Name, change.Set.Max, change.Set.Revision),
        ChangeOfLimit.Granted => new LimitChange.Granted(Partition(change.Granted.Queue), Permits(change.Granted.Permits)),
        _ => throw WireException.Unknown("kind of limit change"),
    };

    private static PermitsHeld Permits(Wire.PermitsHeld? held) => held is null ? throw new WireException("PermitsHeld is missing") : new(held.Limit, held.Count, held.Version);
}
