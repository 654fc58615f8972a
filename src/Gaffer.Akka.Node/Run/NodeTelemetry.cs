using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gaffer.Node;

/// <summary>Who hears what a node measures: Prometheus asks at <see cref="Metrics"/>, a collector is sent it. Nobody, unless a setting says so.</summary>
internal static class NodeTelemetry
{
    public const string Metrics = "/metrics";

    public static void AddTelemetry(this IServiceCollection services, NodeSettings settings)
    {
        if (!settings.Metrics && settings.Otlp is null) return;
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("gaffer", serviceInstanceId: $"{settings.Host}:{settings.Port}")).WithMetrics(metrics =>
        {
            metrics.AddMeter(GafferTelemetry.Name);
            if (settings.Metrics) metrics.AddPrometheusExporter();
            if (settings.Otlp is { } collector) metrics.AddOtlpExporter(otlp => otlp.Endpoint = collector);
        });
        if (settings.Otlp is { } traces) telemetry.WithTracing(tracing => tracing.AddSource(GafferTelemetry.Name).AddOtlpExporter(otlp => otlp.Endpoint = traces));
    }
}
