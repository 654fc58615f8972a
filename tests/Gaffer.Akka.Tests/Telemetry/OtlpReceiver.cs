using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gaffer.Tests;

/// <summary>A collector on loopback, as far as one is needed to see what comes: OTLP over gRPC, or over HTTP alone.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int Preamble = 5;        // of each message of gRPC: a flag, and its length

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<OtlpMessage> _metrics = new(), _traces = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>The headers of what came first.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private set; } = ImmutableDictionary<string, string>.Empty;

    // ExportMetricsServiceRequest.resource_metrics.scope_metrics.metrics.name
    public IReadOnlySet<string> Instruments => _metrics.SelectMany(request => request.All(1, 2, 2, 1)).Select(name => name.Text).ToHashSet();

    // ExportTraceServiceRequest.resource_spans.scope_spans.spans
    public IReadOnlyList<OtlpMessage> Spans => [.. _traces.SelectMany(request => request.All(1, 2, 2))];

    /// <summary>The attributes of those who sent something: keys, and values that are texts.</summary>
    public IReadOnlySet<(string Key, string Value)> Resource => _metrics.Concat(_traces).SelectMany(request => request.All(1, 1, 1)).Select(attribute => (attribute.One(1)!.Text, attribute.One(2, 1)?.Text ?? "")).ToHashSet();

    /// <param name="isGrpc">Whether it listens for gRPC; else for requests of HTTP/1.1.</param>
    public static async Task<OtlpReceiver> StartAsync(bool isGrpc)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var isGrpc = http.Request.ContentType == "application/grpc";
        var request = new OtlpMessage(isGrpc ? Message(body.ToArray()) : body.ToArray());
        if (Headers.Count == 0) Headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        switch (http.Request.Path.Value)
        {
            case "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" or "/v1/metrics": _metrics.Enqueue(request); break;
            case "/opentelemetry.proto.collector.trace.v1.TraceService/Export" or "/v1/traces": _traces.Enqueue(request); break;
            case var path: throw new InvalidDataException($"Nobody listens at {path}.");
        }

        // An empty message: all was taken.
        http.Response.ContentType = http.Request.ContentType;
        if (!isGrpc) return;
        await http.Response.BodyWriter.WriteAsync(new byte[Preamble]);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static byte[] Message(byte[] body) => body[0] == 0 && BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)) == body.Length - Preamble
        ? body[Preamble..]
        : throw new InvalidDataException("This is no single message of gRPC without compression.");
}

/// <summary>A message of Protocol Buffers, read by the numbers of its fields.</summary>
internal sealed record OtlpMessage(byte[] Bytes)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    public string Hex => Convert.ToHexStringLower(Bytes);

    public OtlpMessage? One(params ReadOnlySpan<int> path) => All(path) is [var first, ..] ? first : null;

    /// <summary>All fields at the end of a path: messages, texts and bytes.</summary>
    public IReadOnlyList<OtlpMessage> All(params ReadOnlySpan<int> path)
    {
        List<OtlpMessage> found = [];
        using var input = new CodedInputStream(Bytes);
        while (input.ReadTag() is > 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) != path[0] || WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited) input.SkipLastField();
            else if (new OtlpMessage(input.ReadBytes().ToByteArray()) is var field && path.Length == 1) found.Add(field);
            else found.AddRange(field.All(path[1..]));
        }

        return found;
    }
}
