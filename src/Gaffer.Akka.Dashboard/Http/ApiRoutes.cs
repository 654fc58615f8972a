using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gaffer.Dashboard;

/// <summary>The table of routes: what is served, and what the OpenAPI document says.</summary>
internal static class ApiRoutes
{
    private static readonly QueryParameter After = new("after", "The value of next of the page before.");
    private static readonly QueryParameter Limit = new("limit", "Most items of the page, 1 to 1,000 (100).", IsNumber: true);
    private static readonly QueryParameter IfState = new("state", "Only while the job is in this state; else 409, and nothing changes.");

    public static IReadOnlyList<ApiRoute> All { get; } =
    [
        ApiRoute.Of("GET", "overview", "Counts, rates and nodes of the whole cluster, with the samples of the last 5 minutes.", GafferJson.Default.LiveView, LiveCalls.OverviewAsync),
        ApiRoute.Of("GET", "queues", "A page of queues by name.", GafferJson.Default.PageQueueView, QueueCalls.ListAsync) with { Query = [After, Limit] },
        ApiRoute.Of("POST", "queues", "Creates a queue, unless there is one of this name.", GafferJson.Default.QueueDetail, QueueCalls.CreateAsync) with { Body = "NewQueue" },
        ApiRoute.Of("GET", "queues/{queue}", "A queue with its options.", GafferJson.Default.QueueDetail, QueueCalls.GetAsync),
        ApiRoute.Of("PUT", "queues/{queue}", "Creates a queue, or replaces its options; what is not named is as in reference.conf.", GafferJson.Default.QueueDetail, QueueCalls.EnsureAsync) with { Body = "QueueOptions" },
        ApiRoute.Of("PATCH", "queues/{queue}", "Changes the options that are named.", GafferJson.Default.QueueDetail, QueueCalls.ChangeAsync) with { Body = "QueueOptions" },
        ApiRoute.Of("DELETE", "queues/{queue}", "Deletes a queue.", GafferJson.Default.QueueDeletedView, QueueCalls.DeleteAsync) with
        {
            Query = [new("mode", "ifEmpty: refused while it has jobs (default). purge: with all its jobs.")],
        },
        ApiRoute.Of("POST", "queues/{queue}/pause", "Stops claims and pruning; running jobs go on.", GafferJson.Default.ChangedView, QueueCalls.PauseAsync),
        ApiRoute.Of("POST", "queues/{queue}/resume", "Starts claims and pruning again.", GafferJson.Default.ChangedView, QueueCalls.ResumeAsync),
        ApiRoute.Of("POST", "queues/{queue}/drain", "Pauses, and waits until nothing runs.", GafferJson.Default.DrainView, QueueCalls.DrainAsync) with
        {
            Query = [new("timeout", "Longest wait, a duration up to 60s (5s).")],
        },
        ApiRoute.Of("POST", "queues/{queue}/flush", "Waits until no job is available or executing.", GafferJson.Default.FlushView, QueueCalls.FlushAsync) with
        {
            Query = [new("timeout", "Longest wait, a duration up to 60s (5s)."), new("includeScheduled", "true: jobs for later count, too (default). false: they do not.")],
        },
        ApiRoute.Of("POST", "queues/{queue}/poll", "Claims once, for a queue with a poll interval.", GafferJson.Default.PollView, QueueCalls.PollAsync),
        ApiRoute.Of("POST", "queues/{queue}/prune", "Deletes what the prune options of the queue say, now.", GafferJson.Default.PruneView, QueueCalls.PruneAsync),
        ApiRoute.Of("GET", "queues/{queue}/jobs", "A page of jobs in the order of their ids.", GafferJson.Default.PageJobRow, JobCalls.ListAsync) with
        {
            Query = [new("state", "Only jobs in this state."), new("kind", "Only jobs of this kind."), new("tag", "Only jobs with this tag."), new("chain", "Only jobs of this chain."),
                new("createdFrom", "Only jobs that were inserted at or after this time."), new("createdBefore", "Only jobs that were inserted before this time."), After, Limit],
        },
        ApiRoute.Of("POST", "queues/{queue}/jobs", "Inserts a job.", GafferJson.Default.InsertedView, InsertCalls.InsertAsync) with { Body = "NewJob" },
        ApiRoute.Of("POST", "queues/{queue}/jobs/batch", "Inserts up to 10,000 jobs: all of them, or none.", GafferJson.Default.InsertedManyView, InsertCalls.InsertManyAsync) with
        {
            Body = "NewJobs", BodyTypes = [ApiCall.Json, ApiCall.Lines],
        },
        ApiRoute.Of("POST", "queues/{queue}/jobs/retry", "Retries up to 1,000 jobs.", GafferJson.Default.BulkView, BulkCalls.RetryAsync) with { Body = nameof(BulkBody) },
        ApiRoute.Of("POST", "queues/{queue}/jobs/delete", "Deletes up to 1,000 jobs.", GafferJson.Default.BulkView, BulkCalls.DeleteAsync) with { Body = nameof(BulkBody) },
        ApiRoute.Of("GET", "queues/{queue}/jobs/{id}", "A job, with all that is known of it.", GafferJson.Default.JobDetail, JobCalls.GetAsync),
        new ApiRoute("DELETE", "queues/{queue}/jobs/{id}", "Deletes a job; one that executes is cancelled first.", null, JobCalls.DeleteAsync) with { Query = [IfState] },
        ApiRoute.Of("POST", "queues/{queue}/jobs/{id}/retry", "Makes a job that ended, or that waits for its time, available at once.", GafferJson.Default.JobDetail, JobCalls.RetryAsync) with { Query = [IfState] },
        ApiRoute.Of("POST", "queues/{queue}/jobs/{id}/cancel", "Cancels a job, for good.", GafferJson.Default.JobDetail, JobCalls.CancelAsync) with { Body = nameof(CancelBody) },
        ApiRoute.Of("GET", "limits", "The limits that queues share.", GafferJson.Default.PageLimitView, LimitCalls.ListAsync),
        ApiRoute.Of("PUT", "limits/{name}", "Makes a limit, or changes its maximum.", GafferJson.Default.LimitView, LimitCalls.PutAsync) with { Body = nameof(LimitBody) },
        ApiRoute.Of("GET", "nodes", "The nodes of the cluster and what they run.", GafferJson.Default.PageNodeView, LiveCalls.NodesAsync),
        new ApiRoute("GET", "events", "What changes, live.", null, LiveCalls.StreamAsync) { AnswerType = "text/event-stream" },
        new ApiRoute("GET", "openapi.json", "This document.", null, OpenApiDocument.WriteAsync) { AnswerType = ApiCall.Json },
    ];

    public static void Map(IEndpointRouteBuilder group, Mount mount)
    {
        var api = group.MapGroup("/api");
        foreach (var paths in All.GroupBy(route => route.Pattern))
        {
            foreach (var route in paths) api.MapMethods(route.Pattern, [route.Method], http => route.ServeAsync(http, mount)).WithDisplayName($"Gaffer {route.Method} {route.Pattern}");
            var allowed = string.Join(", ", paths.Select(r => r.Method));
            api.Map(paths.Key, http => RefuseAsync(http, mount, new ApiException(405, "method-not-allowed", $"There is no {ApiCall.Shorten(http.Request.Method)} here; there are {allowed}."), allowed));
        }

        api.Map("{**rest}", http => RefuseAsync(http, mount, new ApiException(404, "not-found", "There is no such route; openapi.json lists them all."), null));
    }

    private static Task RefuseAsync(HttpContext http, Mount mount, ApiException why, string? allowed)
    {
        SecurityHeaders.Write(http);
        if (allowed is not null) http.Response.Headers.Allow = allowed;
        return ApiRoute.FailAsync(http, mount, why);
    }
}
