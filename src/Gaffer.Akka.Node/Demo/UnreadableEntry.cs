using System.Text.Json;

namespace Gaffer.Node;

/// <summary>A dead letter: what could not be read, how often it was tried, and why it failed last.</summary>
internal sealed record UnreadableEntry(string Path, int Attempts, string Reason)
{
    public static UnreadableEntry Of(ForwardedJob job)
    {
        var path = job.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty("path", out var name) ? name.GetString() ?? "" : "";
        var shown = job.Kind == FolderWorker.Kind ? $"{(path.Length == 0 ? "." : path)}{System.IO.Path.DirectorySeparatorChar}" : path;
        return new UnreadableEntry(DemoText.Clean(shown), job.Attempt, job.Errors.IsDefaultOrEmpty ? "unknown" : DemoText.Clean(job.Errors[0].Error.Message));
    }
}
