using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaffer.Node;

/// <summary>The HTTP of a node: health for those who watch it, and for people on its machine what it does and work for it.</summary>
internal static class NodeEndpoints
{
    public const string Live = "/health/live";
    public const string Ready = "/health/ready";
    public const string Status = "/status";
    public const string Work = "/work";

    public static void MapNode(this WebApplication app, NodeSettings settings)
    {
        app.MapHealthChecks(Live, new HealthCheckOptions { Predicate = static check => check.Tags.Contains(GafferHealth.Live), ResponseWriter = WriteAsync });
        app.MapHealthChecks(Ready, new HealthCheckOptions { Predicate = static check => check.Tags.Contains(GafferHealth.Ready), ResponseWriter = WriteAsync });
        if (settings.Metrics) app.MapPrometheusScrapingEndpoint(NodeTelemetry.Metrics);

        app.MapApi(settings);
        // Whoever may insert jobs is on this machine; a page in a browser there is not.
        var local = app.MapGroup("").RequireHost("localhost", "127.0.0.1").AddEndpointFilter(LocalAsync);
        var queues = settings.Queues.IsEmpty ? [NodeSettings.DefaultQueue] : settings.Queues;
        local.MapGet(Status, (ActorSystem system, IGaffer gaffer, CancellationToken stop) => NodeStatus.ReadAsync(system, gaffer, queues, stop));
        local.MapPost(Work, (WorkOrder order, IGaffer gaffer, CancellationToken stop) => order.InsertAsync(gaffer, queues, stop));
        local.MapGet(Work + "/{queue}/{batch:guid}", (string queue, Guid batch, IGaffer gaffer, CancellationToken stop) => WorkReport.ReadAsync(gaffer, queue, batch, stop));
    }

    private static async ValueTask<object?> LocalAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!LocalCaller.Is(context.HttpContext)) return Results.NotFound();
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is ArgumentException or UnknownQueueException)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (GafferException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static Task WriteAsync(HttpContext http, HealthReport report) =>
        http.Response.WriteAsync(string.Join('\n', report.Entries.Select(e => $"{e.Key}: {e.Value.Description ?? e.Value.Status.ToString()}")));
}
