using Microsoft.AspNetCore.Http;

namespace Gaffer.Dashboard;

/// <summary>Reads jobs, and changes one.</summary>
internal static class JobCalls
{
    // A queue hands out a short page rather than walk long for few that fit; so many of them are put together.
    private const int MostPages = 20;

    public static async Task<Page<JobRow>> ListAsync(ApiCall call)
    {
        var filter = new JobFilter
        {
            State = call.State, CreatedFrom = call.Time("createdFrom"), CreatedBefore = call.Time("createdBefore"),
            Kind = call.Query("kind"), Tag = call.Query("tag"), Chain = call.Query("chain"), WithoutPayload = true,
        };
        var (jobs, next) = await ListAsync(call, filter, call.AfterJob, call.PageSize()).ConfigureAwait(false);
        var now = call.Now;
        return new([.. jobs.Select(j => JobRow.Of(j, now))], next?.ToString());
    }

    public static async Task<(IReadOnlyList<Job> Jobs, JobId? Next)> ListAsync(ApiCall call, JobFilter filter, JobId? after, int limit)
    {
        List<Job> jobs = [];
        var next = after;
        for (var pages = 0; pages < MostPages && jobs.Count < limit; pages++)
        {
            var page = await call.Gaffer.ListPageAsync(call.Queue, filter, limit - jobs.Count, next, call.Stop).ConfigureAwait(false);
            jobs.AddRange(page.Jobs);
            next = page.Next;
            if (next is null) break;
        }

        return (jobs, next);
    }

    public static async Task<JobDetail> GetAsync(ApiCall call) => JobDetail.Of(await call.Gaffer.GetJobAsync(call.Queue, call.Job, call.Stop).ConfigureAwait(false), call);

    public static async Task DeleteAsync(ApiCall call)
    {
        var state = call.State;
        if (await call.Gaffer.DeleteAsync(call.Queue, call.Job, state, call.Stop).ConfigureAwait(false) is { } other) throw Conflict(other, "deleted", state);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public static async Task<JobDetail> RetryAsync(ApiCall call)
    {
        var state = call.State;
        return await call.Gaffer.RetryAsync(call.Queue, call.Job, state, call.Stop).ConfigureAwait(false) switch
        {
            RetryResult.Retried retried => JobDetail.Of(retried.Job, call),
            RetryResult.InvalidTransition no => throw Conflict(no.From, "retried", state),
            var other => throw new InvalidOperationException($"A retry was answered with {other.GetType().Name}."),
        };
    }

    public static async Task<JobDetail> CancelAsync(ApiCall call)
    {
        var hasBody = call.Http.Request.ContentLength > 0 || call.Http.Request.ContentType is not null;
        var reason = hasBody ? (await call.ReadAsync(GafferJson.Default.CancelBody).ConfigureAwait(false)).Reason : null;
        return await call.Gaffer.CancelAsync(call.Queue, call.Job, reason, call.Stop).ConfigureAwait(false) switch
        {
            CancelResult.Cancelled cancelled => JobDetail.Of(cancelled.Job, call),
            CancelResult.InvalidTransition no => throw Conflict(no.From, "cancelled"),
            var other => throw new InvalidOperationException($"A cancellation was answered with {other.GetType().Name}."),
        };
    }

    /// <param name="state">The state that it is in.</param>
    /// <param name="what">What was to become of it.</param>
    /// <param name="expected">The state that it was to be in; null: any.</param>
    public static ApiException Conflict(JobState state, string what, JobState? expected = null) => new(409, "invalid-transition", expected is { } other && other != state
        ? $"The job is {JobRow.Camel(state)}, not {JobRow.Camel(other)}, and is not {what}; nothing changed."
        : $"The job is {JobRow.Camel(state)}, and cannot be {what}; nothing changed.");
}
