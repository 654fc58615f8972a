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
        var trusted = new TrustedCallers(settings.Token);
        app.UseGuards();
        app.SayWhenReady(settings);
        app.MapHealthChecks(Live, Health(GafferHealth.Live, trusted));
        app.MapHealthChecks(Ready, Health(GafferHealth.Ready, trusted));
        if (settings.Metrics) app.MapPrometheusScrapingEndpoint(NodeTelemetry.Metrics);

        app.MapApi(settings, trusted);
        var local = app.MapGroup("").AddEndpointFilter(ExplainAsync);
        local.Guard(http => Refusal(http, trusted));
        var queues = settings.Queues.IsEmpty ? [NodeSettings.DefaultQueue] : settings.Queues;
        local.MapGet(Status, (ActorSystem system, IGaffer gaffer, CancellationToken stop) => NodeStatus.ReadAsync(system, gaffer, queues, stop));
        local.MapPost(Work, (WorkOrder order, IGaffer gaffer, CancellationToken stop) => order.InsertAsync(gaffer, queues, stop));
        local.MapGet(Work + "/{queue}/{batch:guid}", (string queue, Guid batch, IGaffer gaffer, CancellationToken stop) => WorkReport.ReadAsync(gaffer, queue, batch, stop));
    }

    // Whoever may insert jobs is on this machine, and has the token if there is one; a page in a browser there is not.
    private static RequestDelegate? Refusal(HttpContext http, TrustedCallers trusted)
    {
        if (!LocalCaller.Is(http)) return static http => Results.NotFound().ExecuteAsync(http);
        return trusted.Include(http) ? null : static http =>
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Results.Text(TrustedCallers.WhatIsMissing, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(http);
        };
    }

    private static async ValueTask<object?> ExplainAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
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

    // Why a check fails may name hosts, databases and users: strangers get the state alone.
    private static HealthCheckOptions Health(string tag, TrustedCallers trusted) => new()
    {
        Predicate = check => check.Tags.Contains(tag),
        ResponseWriter = (http, report) =>
        {
            var says = trusted.Include(http);
            return http.Response.WriteAsync(string.Join('\n', report.Entries.Select(e => $"{e.Key}: {(says ? e.Value.Description : null) ?? e.Value.Status.ToString()}")));
        },
    };
}
