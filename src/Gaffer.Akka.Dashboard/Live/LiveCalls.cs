using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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
        var listener = live.Listen() ?? throw new ApiException(503, "unavailable", $"{Broadcaster.MostListeners} listen already; close some of them.");
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(call.Stop, live.Stopping);
            call.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            call.Http.Response.ContentType = "text/event-stream";
            call.Http.Response.Headers["X-Accel-Buffering"] = "no";
            var hello = await OverviewAsync(call).ConfigureAwait(false);
            await SendAsync(call.Http, "hello", hello, GafferJson.Default.LiveView, end.Token).ConfigureAwait(false);
            await foreach (var reading in listener.Reader.ReadAllAsync(end.Token).ConfigureAwait(false))
            {
                if (reading.Sample.At <= hello.Sample.At) continue;
                await SendAsync(call.Http, "tick", new LiveTick(reading.Sample, reading.Queues, reading.Nodes, reading.Error), GafferJson.Default.LiveTick, end.Token).ConfigureAwait(false);
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

    private static async Task SendAsync<T>(HttpContext http, string name, T value, JsonTypeInfo<T> type, CancellationToken stop)
    {
        await http.Response.WriteAsync($"event: {name}\ndata: ", stop).ConfigureAwait(false);
        await http.Response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), stop).ConfigureAwait(false);
        await http.Response.WriteAsync("\n\n", stop).ConfigureAwait(false);
        await http.Response.BodyWriter.FlushAsync(stop).ConfigureAwait(false);
    }
}
