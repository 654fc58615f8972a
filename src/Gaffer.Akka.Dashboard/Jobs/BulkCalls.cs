using System.Collections.Concurrent;

namespace Gaffer.Dashboard;

/// <summary>Which jobs to change at once: these, of which a state may be said that they must still be in, or those of a state.</summary>
internal sealed record BulkBody(IReadOnlyList<string>? Ids = null, string? State = null, string? Kind = null, string? After = null, int? Limit = null);

/// <summary>What became of a page of jobs.</summary>
/// <param name="Done">How many were changed.</param>
/// <param name="Skipped">Those that were not, and why.</param>
/// <param name="Next">Where to go on; null: there are no more.</param>
internal sealed record BulkView(int Done, IReadOnlyList<SkippedView> Skipped, string? Next);

/// <summary>A job that was left as it is.</summary>
internal sealed record SkippedView(string Id, string Code, string Detail);

/// <summary>Changes many jobs, a bounded number with each request.</summary>
internal static class BulkCalls
{
    private const int AtOnce = 64;

    public static Task<BulkView> RetryAsync(ApiCall call) => RunAsync(call, mustHaveEnded: true, async (queue, id, state) =>
    {
        if (await call.Gaffer.RetryAsync(queue, id, state, call.Stop).ConfigureAwait(false) is RetryResult.InvalidTransition no) throw JobCalls.Conflict(no.From, "retried", state);
    });

    public static Task<BulkView> DeleteAsync(ApiCall call) => RunAsync(call, mustHaveEnded: false, async (queue, id, state) =>
    {
        if (await call.Gaffer.DeleteAsync(queue, id, state, call.Stop).ConfigureAwait(false) is { } other) throw JobCalls.Conflict(other, "deleted", state);
    });

    private static async Task<BulkView> RunAsync(ApiCall call, bool mustHaveEnded, Func<QueueName, JobId, JobState?, Task> change)
    {
        var queue = call.Queue;
        var body = await call.ReadAsync(GafferJson.Default.BulkBody).ConfigureAwait(false);
        var state = body.State is { } text ? ApiCall.ReadState(text) : default(JobState?);
        var (ids, next) = await SelectAsync(call, body, state, mustHaveEnded).ConfigureAwait(false);
        var skipped = new ConcurrentBag<SkippedView>();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = call.Stop }, async (id, _) =>
        {
            try
            {
                await change(queue, id, state).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ApiException or UnknownJobException or JobIdConflictException)
            {
                var problem = Problem.Of(e);
                skipped.Add(new(id.ToString(), problem.Code, problem.Detail));
            }
        }).ConfigureAwait(false);
        return new(ids.Count - skipped.Count, [.. skipped.OrderBy(s => s.Id, StringComparer.Ordinal)], next?.ToString());
    }

    private static async Task<(IReadOnlyList<JobId> Ids, JobId? Next)> SelectAsync(ApiCall call, BulkBody body, JobState? state, bool mustHaveEnded)
    {
        if (body.Ids is { } ids)
        {
            if (body is not { Kind: null, After: null, Limit: null }) throw ApiException.Invalid("Give ids, perhaps with a state, or a state with kind, after and limit; not both.");
            if (ids.Count is 0 or > ApiCall.MostItems) throw ApiException.Invalid($"There are {ids.Count} ids; give 1 to {ApiCall.MostItems}.");
            return ([.. ids.Select(ApiCall.ReadId).Distinct()], null);
        }

        if (state is not { } from) throw ApiException.Invalid("Nothing says which jobs; give ids or a state.");
        if (mustHaveEnded && !from.IsTerminal()) throw ApiException.Invalid($"Jobs that are {body.State} have not ended; by state, only completed, cancelled or failed ones can be retried.");
        var limit = body.Limit is null ? ApiCall.MostItems : ApiCall.CheckLimit(body.Limit);
        var after = body.After is { } cursor ? ApiCall.ReadCursor(cursor) : default(JobId?);
        var (jobs, next) = await JobCalls.ListAsync(call, new JobFilter { State = from, Kind = body.Kind, WithoutPayload = true }, after, limit).ConfigureAwait(false);
        return ([.. jobs.Select(j => j.Id)], next);
    }
}
