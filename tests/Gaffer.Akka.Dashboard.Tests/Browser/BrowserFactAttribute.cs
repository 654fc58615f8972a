using Xunit;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>A test in a real browser: the one that GAFFER_CHROMIUM names, else a Chromium or Chrome on the PATH. Without any it is skipped, and says so.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (ChromiumPath is null) Skip = "There is no browser: install Chromium, or name one in GAFFER_CHROMIUM.";
    }

    public static string? ChromiumPath { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("GAFFER_CHROMIUM") is { Length: > 0 } named) return named;
        string[] names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
