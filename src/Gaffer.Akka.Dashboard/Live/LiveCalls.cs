using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gaffer.Dashboard;

/// <summary>What is seen of the whole cluster, once or live.</summary>
internal static class LiveCalls
{
    private static readonly string Version = typeof(IGaffer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public static async Task<LiveView> OverviewAsync(ApiCall call)
    {
        var (reading, samples) = await call.Mount.Live.ReadAsync(call.Stop).ConfigureAwait(false);
        return new(Version, call.Mount.Options.ReadOnly, call.Mount.Nodes.Self, reading.Sample, samples, reading.Queues, reading.Nodes, reading.Error);
    }

    public static async Task<Page<NodeView>> NodesAsync(ApiCall call) => new((await call.Mount.Live.ReadAsync(call.Stop).ConfigureAwait(false)).Reading.Nodes);

    public static async Task StreamAsync(ApiCall call)
    {
        var live = call.Mount.Live;
        var listener = live.Listen() ?? throw new ApiException(503, "unavailable", $"{Broadcaster.MostListeners} listen already; close some of them.") { RetryAfter = 10 };
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(call.Stop, live.Stopping);
            call.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            call.Http.Response.ContentType = "text/event-stream";
            call.Http.Response.Headers["X-Accel-Buffering"] = "no";
            var hello = await OverviewAsync(call).ConfigureAwait(false);
            await SendAsync(call.Http, LiveEvent.Hello(hello), end.Token).ConfigureAwait(false);
            await foreach (var tick in listener.Reader.ReadAllAsync(end.Token).ConfigureAwait(false))
            {
                if (tick.At > hello.Sample.At) await SendAsync(call.Http, tick, end.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (call.Stop.IsCancellationRequested || live.Stopping.IsCancellationRequested)
        {
            // The listener went away, or the host stops.
        }
        finally
        {
            live.Leave(listener);
        }
    }

    private static async Task SendAsync(HttpContext http, LiveEvent news, CancellationToken stop) =>
        await http.Response.BodyWriter.WriteAsync(news.Bytes, stop).ConfigureAwait(false);
}
