namespace Gaffer;

internal sealed partial class ToWire
{
    public static Wire.LimitChanges Of(IReadOnlyList<LimitChange> changes)
    {
        var wire = new Wire.LimitChanges();
        foreach (var change in changes) wire.Changes.Add(Of(change));
        return wire;
    }

    public static Wire.PermitReport Of(PermitReport report) =>
        new() { Queue = Name(report.Partition), Held = Permits(report.Held), InUse = report.InUse, Wanted = report.Wanted };

    public static Wire.PermitGrant Of(PermitGrant grant) => new() { Queue = Name(grant.Partition), Granted = Permits(grant.Granted), Share = grant.Share, IsAwaited = grant.IsAwaited };

    public static Wire.LimitRequest Of(LimitRequest request) => request switch
    {
        LimitRequest.Ensure r => new() { Id = r.Id, Ensure = new() { Name = r.Name, Max = r.Max, Revision = r.Revision } },
        LimitRequest.List r => new() { Id = r.Id, List = true },
        _ => throw new ArgumentException($"No shape is known for {request.GetType()}.", nameof(request)),
    };

    public static Wire.LimitAnswer Of(LimitAnswer answer)
    {
        var wire = new Wire.LimitAnswer { Id = answer.Id };
        foreach (var limit in answer.Limits.IsDefault ? [] : answer.Limits)
        {
            var summary = new Wire.LimitSummary { Name = limit.Name, Max = limit.Max };
            foreach (var share in limit.Queues.IsDefault ? [] : limit.Queues) summary.Queues.Add(new Wire.LimitShare { Queue = Name(share.Queue), Permits = share.Permits });
            wire.Limits.Add(summary);
        }

        return wire;
    }

    private static Wire.LimitChange Of(LimitChange change) => change switch
    {
        LimitChange.Set c => new() { Set = new() { Name = c.Name, Max = c.Max, Revision = c.Revision } },
        LimitChange.Granted c => new() { Granted = new() { Queue = Name(c.Partition), Permits = Permits(c.Permits) } },
        _ => throw new ArgumentException($"No shape is known for {change.GetType()}.", nameof(change)),
    };

    private static Wire.PermitsHeld Permits(PermitsHeld held) => new() { Limit = held.Limit, Count = held.Count, Version = held.Version };
}
