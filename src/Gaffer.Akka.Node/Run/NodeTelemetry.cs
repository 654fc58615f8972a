using System.Collections;
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

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this IServiceCollection services, NodeSettings settings)
    {
        if (!settings.Metrics && settings.Otlp is null) return;
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("gaffer", serviceInstanceId: $"{settings.Host}:{settings.Port}")).WithMetrics(metrics =>
        {
            metrics.AddMeter(GafferTelemetry.Name);
            if (settings.Metrics) metrics.AddPrometheusExporter();
            if (settings.Otlp is not null) metrics.AddOtlpExporter();
        });
        if (settings.Otlp is not null) telemetry.WithTracing(static tracing =>
        {
            tracing.AddSource(GafferTelemetry.Name).AddOtlpExporter();
            if (Environment.GetEnvironmentVariable("OTEL_TRACES_SAMPLER") is not { Length: > 0 }) tracing.SetSampler(new RequestSampler());
        });
    }

    /// <summary>What OpenTelemetry reads for itself: its variables, such as OTEL_EXPORTER_OTLP_HEADERS, and the collector. The host of the node reads no variables.</summary>
    /// <remarks>Keys of a configuration are the same in any case, variables are not: of two spellings the one in capitals counts.</remarks>
    public static IEnumerable<KeyValuePair<string, string?>> Variables(IDictionary environment, Uri? collector)
    {
        var variables = environment.Cast<DictionaryEntry>().Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value))
            .Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase) && !variable.Key.Equals(Endpoint, StringComparison.OrdinalIgnoreCase))
            .OrderBy(variable => variable.Key, StringComparer.Ordinal)
            .DistinctBy(variable => variable.Key, StringComparer.OrdinalIgnoreCase);
        return collector is null ? variables : variables.Append(KeyValuePair.Create(Endpoint, (string?)collector.ToString()));
    }
}
