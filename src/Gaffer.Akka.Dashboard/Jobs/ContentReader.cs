using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Gaffer.Dashboard;

/// <summary>Shows payloads and results as far as the host allows.</summary>
internal sealed partial class ContentReader(RedactContent? redact, ILogger log)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // An answer holds it a few levels down, and has 64 of them.
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32 };

    public ContentView Read(Job job, JobContent content, ReadOnlyMemory<byte> bytes, string contentType)
    {
        var shown = Redact(job, content, bytes);
        var redacted = shown is not { } rest || !rest.Span.SequenceEqual(bytes.Span);
        var view = new ContentView(contentType, bytes.Length, redacted, null, null, null);
        if (shown is not { Length: > 0 } readable) return view;
        if (AsJson(readable) is { } json) return view with { Json = json };
        return AsText(readable.Span) is { } text ? view with { Text = text } : view with { Base64 = Convert.ToBase64String(readable.Span) };
    }

    public string? ReadText(Job job, JobContent content, string? text) =>
        text is not null && redact is not null ? (Redact(job, content, Encoding.UTF8.GetBytes(text)) is { } shown ? Encoding.UTF8.GetString(shown.Span) : null) : text;

    private ReadOnlyMemory<byte>? Redact(Job job, JobContent content, ReadOnlyMemory<byte> bytes)
    {
        if (redact is null) return bytes;
        try
        {
            return redact(job, content, bytes);
        }
        catch (Exception e)
        {
            // Whatever it is: what cannot be redacted is not shown.
            LogRedaction(log, e, content, job.Id, job.Queue);
            return default(ReadOnlyMemory<byte>?);
        }
    }

    private static JsonElement? AsJson(ReadOnlyMemory<byte> bytes)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes.Span)) return null;
        try
        {
            var json = JsonElement.Parse(bytes.Span, Shallow);

            // What can be read can not always be written: half of a surrogate pair is found only here, and not in the middle of an answer.
            using var trial = new Utf8JsonWriter(Stream.Null);
            json.WriteTo(trial);
            return json;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? AsText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = Utf8.GetString(bytes);
            return text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The callback Redact failed; {Content} of job {Job} in queue {Queue} is hidden")]
    private static partial void LogRedaction(ILogger log, Exception exception, JobContent content, JobId job, QueueName queue);
}
