using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Gaffer.Node;

/// <summary>
/// Takes all that no caller decided about, and what callers decided to take. ASP.NET Core makes an activity of each request, which nobody exports and which therefore is not recorded:
/// as a parent it would keep every insert by the HTTP API, and so every job, out of the traces.
/// </summary>
internal sealed class RequestSampler : Sampler
{
    private const string Request = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    private readonly ParentBasedSampler _asParents = new(new AlwaysOnSampler());

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        IsRequestWithoutTrace(samplingParameters.ParentContext) ? new(SamplingDecision.RecordAndSample) : _asParents.ShouldSample(samplingParameters);

    private static bool IsRequestWithoutTrace(ActivityContext parent) =>
        Activity.Current is { OperationName: Request, ParentId: null } request && request.SpanId == parent.SpanId;
}
