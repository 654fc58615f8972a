namespace Gaffer.Dashboard;

/// <summary>A limit that queues share.</summary>
internal sealed record LimitView(string Name, int Max, IReadOnlyList<LimitShareView> Queues)
{
    public static LimitView Of(LimitSummary limit) => new(limit.Name, limit.Max, [.. limit.Queues.Select(q => new LimitShareView(q.Queue.Value, q.Permits))]);
}

/// <summary>Permits of a limit in the hands of a queue.</summary>
internal sealed record LimitShareView(string Queue, int Permits);

/// <summary>The maximum of a limit.</summary>
internal sealed record LimitBody(int Max);

/// <summary>Reads and changes limits.</summary>
internal static class LimitCalls
{
    public static async Task<Page<LimitView>> ListAsync(ApiCall call) =>
        new([.. (await call.Gaffer.ListLimitsAsync(call.Stop).ConfigureAwait(false)).Select(LimitView.Of)]);

    public static async Task<LimitView> PutAsync(ApiCall call)
    {
        var name = call.Limit;
        var body = await call.ReadAsync(GafferJson.Default.LimitBody).ConfigureAwait(false);
        if (body.Max < 0) throw ApiException.Invalid($"max is {body.Max}; use 0 or more. 0 lets no job start.");
        return LimitView.Of(await call.Gaffer.EnsureLimitAsync(name, body.Max, call.Stop).ConfigureAwait(false));
    }
}
