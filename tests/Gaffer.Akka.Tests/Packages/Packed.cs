using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The packages of this clone, packed once from what is built.</summary>
public sealed class Packed : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();

    /// <summary>A feed of them.</summary>
    public string Feed => Path.Join(_folder.Path, "packages");

    public string Folder => _folder.Path;

    public static string Version { get; } = XDocument.Load(Manifest.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    public async Task InitializeAsync()
    {
        var configuration = typeof(Packed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        await DotnetAsync("pack", Manifest.PathOf("Gaffer.Akka.sln"), "-c", configuration, "--no-build", "-o", Feed, "-m:1", "-v", "q");
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Reads a package.</summary>
    public ZipArchive Open(string id) => ZipFile.OpenRead(Path.Join(Feed, $"{id}.{Version}.nupkg"));

    internal string Write(string name, string content) => _folder.Write(name, content);

    /// <summary>Runs a command of the SDK, which must succeed.</summary>
    internal Task<string> DotnetAsync(params string[] words) => RunAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", words);

    /// <summary>Runs a program, which must succeed.</summary>
    internal async Task<string> RunAsync(string program, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        foreach (var (name, value) in new[] { ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_UI_LANGUAGE", "en"), ("MSBUILDDISABLENODEREUSE", "1") }) start.Environment[name] = value;
        // What the SDK that runs the tests says to its own MSBuild.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Long);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', words)}: exit code {process.ExitCode}\n{await output}{await errors}");
        return await output;
    }
}
