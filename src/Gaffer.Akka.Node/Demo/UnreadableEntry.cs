using System.Text.Json;

namespace Gaffer.Node;

/// <summary>A dead letter: what could not be read, how often it was tried, and why it failed last.</summary>
internal sealed record UnreadableEntry(string Path, int Attempts, string Reason)
{
    public static UnreadableEntry Of(ForwardedJob job) =>
        new(DemoText.Clean(PathOf(job)), job.Attempt, job.Errors.IsDefaultOrEmpty ? "unknown" : DemoText.Clean(job.Errors[0].Error.Message));

    /// <summary>The path as it is on the disk; that of a folder ends in a separator.</summary>
    public static string PathOf(ForwardedJob job)
    {
        var path = job.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty("path", out var name) ? name.GetString() ?? "" : "";
        return job.Kind == FolderWorker.Kind ? FolderName(path) : path;
    }

    public static string FolderName(string path) => $"{(path.Length == 0 ? "." : path)}{System.IO.Path.DirectorySeparatorChar}";
}
