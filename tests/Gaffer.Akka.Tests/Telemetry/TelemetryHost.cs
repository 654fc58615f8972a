using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A node whose metrics and traces an exporter gathers, as it would for a collector.</summary>
internal sealed class TelemetryHost : IAsyncDisposable
{
    private readonly List<Activity> _spans = [];
    private readonly List<MetricSnapshot> _metrics = [];
    private readonly MeterProvider _meters;
    private readonly TracerProvider _traces;
    private readonly IHost _host;

    private TelemetryHost(Action<GafferBuilder> configure)
    {
        _meters = Sdk.CreateMeterProviderBuilder().AddMeter(GafferTelemetry.Name).AddInMemoryExporter(_metrics).Build();
        _traces = Sdk.CreateTracerProviderBuilder().AddSource(GafferTelemetry.Name, Caller.Name).AddInMemoryExporter(_spans).Build();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddGaffer(gaffer => configure(gaffer.UseInMemory()));
        _host = builder.Build();
    }

    /// <summary>What calls Gaffer, and is traced itself.</summary>
    public static ActivitySource Caller { get; } = new("Gaffer.Tests.Caller");

    public IGaffer Gaffer => _host.Services.GetRequiredService<IGaffer>();

    public static async Task<TelemetryHost> StartAsync(Action<GafferBuilder> configure)
    {
        var host = new TelemetryHost(configure);
        await host._host.StartAsync();
        return host;
    }

    /// <summary>The spans that have ended, once there are as many.</summary>
    public async Task<IReadOnlyList<Activity>> SpansAsync(string name, int count)
    {
        List<Activity> found = [];
        await ClusterKit.UntilAsync(() => (found = Spans(name)).Count >= count, $"{count} spans '{name}'");
        Assert.Equal(count, found.Count);
        return found;
    }

    private List<Activity> Spans(string name)
    {
        lock (_spans) return [.. _spans.ToArray().Where(s => s.DisplayName == name)];
    }

    /// <summary>Each metric as it is exported now: its points by their attributes.</summary>
    public IReadOnlyDictionary<string, MetricSnapshot> Metrics()
    {
        _metrics.Clear();
        Assert.True(_meters.ForceFlush());
        return _metrics.GroupBy(m => m.Name, StringComparer.Ordinal).ToDictionary(m => m.Key, m => m.Last(), StringComparer.Ordinal);
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _traces.Dispose();
        _meters.Dispose();
    }
}

/// <summary>How tests read points.</summary>
internal static class Points
{
    /// <summary>The points of a queue, by their other attributes.</summary>
    public static IReadOnlyDictionary<string, MetricPoint> Of(this MetricSnapshot metric, string queue)
    {
        Dictionary<string, MetricPoint> points = new(StringComparer.Ordinal);
        foreach (var point in metric.MetricPoints)
        {
            var tags = point.Tags.ToDictionary();
            if (!queue.Equals(tags.GetValueOrDefault("messaging.destination.name"))) continue;
            points[string.Join(',', tags.Where(t => t.Key is not ("messaging.destination.name" or "messaging.system" or "messaging.operation.name")).Select(t => t.Value))] = point;
        }

        return points;
    }

    public static Dictionary<string, object?> ToDictionary(this ReadOnlyTagCollection tags)
    {
        Dictionary<string, object?> all = new(StringComparer.Ordinal);
        foreach (var (key, value) in tags) all[key] = value;
        return all;
    }
}
