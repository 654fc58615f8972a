using System.Net.Http.Json;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A real node, and the collector that it was told of.</summary>
public sealed class OtlpTests : IAsyncLifetime
{
    private static readonly string[] Expected =
    [
        "messaging.client.sent.messages", "messaging.client.operation.duration", "messaging.client.consumed.messages", "messaging.process.duration", "gaffer.job.wait.duration",
        "gaffer.jobs.inserted", "gaffer.jobs.started", "gaffer.jobs.completed", "gaffer.queue.jobs", "gaffer.workers.max", "gaffer.commit.duration",
    ];

    private OtlpReceiver? _collector;
    private CliNode? _node;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
        if (_collector is not null) await _collector.DisposeAsync();
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Metrics_and_traces_come_to_the_collector_as_the_variables_of_OpenTelemetry_say(string protocol)
    {
        _collector = await OtlpReceiver.StartAsync(isGrpc: protocol == "grpc");
        _node = new CliNode
        {
            NodeVariables = new Dictionary<string, string>
            {
                [NodeSetting.Otlp.Variable] = _collector.Url, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200", ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=let-me-in", ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=a-test",
            },
        };
        await _node.InitializeAsync();
        Assert.Equal(ExitCode.Done, (await _node.RunAsync("insert", "copies", "\"traced\"")).ExitCode);
        await ClusterKit.UntilAsync(() => _collector.Instruments.IsSupersetOf(Expected), $"of {string.Join(", ", Expected)} all");
        await ClusterKit.UntilAsync(() => Span("process copies") is not null && Span("insert copies") is not null, "a span of the insert and one of the execution");

        var (insert, process) = (Span("insert copies")!, Span("process copies")!);
        Assert.Equal(insert.One(1)!.Hex, process.One(1)!.Hex);        // trace_id
        Assert.Equal(insert.One(2)!.Hex, process.One(4)!.Hex);        // span_id, and parent_span_id
        Assert.Contains(("service.name", "gaffer"), _collector.Resource);
        Assert.Contains(("deployment.environment.name", "a-test"), _collector.Resource);
        Assert.Equal("let-me-in", _collector.Headers["x-key"]);

        // What the caller of the HTTP API decided about its trace holds.
        const string Unwanted = "0af7651916cd43dd8448eb211c80319c", Wanted = "4bf92f3577b34da6a3ce929d0e0e4736";
        await InsertAsync($"00-{Unwanted}-b7ad6b7169203331-00");
        await InsertAsync($"00-{Wanted}-00f067aa0ba902b7-01");
        await ClusterKit.UntilAsync(() => _collector.Spans.Any(span => span.One(1)!.Hex == Wanted && span.One(5)!.Text == "process copies"), "the execution in the trace of the caller");
        Assert.DoesNotContain(_collector.Spans, span => span.One(1)!.Hex == Unwanted);
    }

    private async Task InsertAsync(string traceParent)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_node!.Url}/api/queues/copies/jobs")
        {
            Headers = { { "X-Gaffer", "1" }, { "Authorization", $"Bearer {CliNode.Token}" }, { "traceparent", traceParent } }, Content = JsonContent.Create(new { payload = 1 }),
        };
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private OtlpMessage? Span(string name) => _collector!.Spans.FirstOrDefault(span => span.One(5)?.Text == name);
}
