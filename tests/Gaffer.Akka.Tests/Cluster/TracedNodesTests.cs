using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;
using static Gaffer.Tests.ClusterKit;

namespace Gaffer.Tests;

/// <summary>A trace that goes from node to node.</summary>
[Collection(SeveralNodes.Name)]
public sealed class TracedNodesTests(ITestOutputHelper output)
{
    private const string QueuesOnHosts = "gaffer.role = hosts\n";

    [PostgresFact]
    public async Task A_job_that_runs_on_another_node_than_its_queue_stays_in_the_trace_of_its_insert()
    {
        var (spans, caller) = (new ConcurrentQueue<Activity>(), TelemetryHost.Caller);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GafferTelemetry.Name || source == caller,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var kit = new ClusterKit(output);
        var host = await kit.StartAsync(_ => { }, "hosts", QueuesOnHosts);
        var working = await kit.StartAsync(g => g.AddQueue<string>("jobs", (_, _) => Task.FromResult(JobResult.Complete(Activity.Current?.Id))), hocon: QueuesOnHosts);
        Job job;
        using (var request = caller.StartActivity("request")!)
        {
            request.TraceStateString = "rojo=1";
            job = (await host.Gaffer.InsertAsync("jobs", "x")).Job;
        }

        await UntilAsync(() => spans.Any(s => s.DisplayName == "process jobs"), "the span of the attempt has ended");
        var (insert, attempt) = (Assert.Single(spans, s => s.DisplayName == "insert jobs"), Assert.Single(spans, s => s.DisplayName == "process jobs"));
        Assert.Equal((insert.TraceId, insert.SpanId, true, "rojo=1"), (attempt.TraceId, attempt.ParentSpanId, attempt.HasRemoteParent, attempt.TraceStateString));
        Assert.Equal((insert.TraceId, insert.SpanId), Assert.Single(attempt.Links).Context is var link ? (link.TraceId, link.SpanId) : default);
        Assert.Equal((insert.Id, job.Id.ToString()), (job.TraceParent, attempt.GetTagItem("messaging.message.id")));
        await UntilAsync(async () => (await host.Gaffer.GetJobAsync("jobs", job.Id)) is { State: JobState.Completed } done && done.ResultAs<string>() == attempt.Id, "it was the current span in the code of the worker");
        Assert.Equal(working.Address.ToString(), Assert.Single((await host.Gaffer.GetInfoAsync("jobs")).Nodes).Node.Address);
    }
}
