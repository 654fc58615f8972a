namespace Gaffer;

/// <summary>The name under which metrics and traces are found: <c>metrics.AddMeter(GafferTelemetry.Name)</c>, <c>traces.AddSource(GafferTelemetry.Name)</c>.</summary>
/// <remarks>What there is, with units and attributes: <c>docs/telemetry.md</c>.</remarks>
public static class GafferTelemetry
{
    /// <summary>Of the <see cref="System.Diagnostics.Metrics.Meter"/> and of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string Name = "Gaffer";

    /// <summary>What the semantic conventions call the messaging system.</summary>
    internal const string System = "gaffer";
}
