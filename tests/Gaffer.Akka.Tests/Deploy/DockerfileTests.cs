using System.Text.Json;
using System.Text.RegularExpressions;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class DockerfileTests
{
    private static readonly string[] Lines = [.. Manifest.Lines("deploy/Dockerfile").Where(line => line.Length > 0 && !line.StartsWith('#'))];

    public static string[] Entrypoint => Words("ENTRYPOINT");

    [Fact]
    public void What_it_copies_is_there_and_not_ignored()
    {
        var sources = Lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[1..^1]).ToArray();
        Assert.True(sources.Length >= 8);
        var sent = Manifest.Lines(".dockerignore").Where(line => line.StartsWith('!')).Select(line => line[1..]).ToArray();
        Assert.All(sources, source => Assert.True(Path.Exists(Manifest.PathOf(source)), source));
        Assert.All(sources, source => Assert.Contains(sent, s => source == s || source.StartsWith(s, StringComparison.Ordinal)));
        Assert.All(sent, s => Assert.Contains(sources, source => source == s));
    }

    [Fact]
    public void It_starts_the_program_that_is_built_as_somebody_who_is_not_root()
    {
        Assert.Equal(["dotnet", Path.GetFileName(typeof(RunHost).Assembly.Location)], Entrypoint);
        Assert.Equal(["run"], Words("CMD"));
        Assert.Contains("USER $APP_UID", Lines);
    }

    [Fact]
    public void It_exposes_the_ports_that_a_node_has_by_default()
    {
        var settings = new DeployedNode(["run", "--sqlite", "x.db"], new Dictionary<string, string>(), null).Read();
        Assert.Contains($"EXPOSE {settings.Port} {settings.HttpPort}", Lines);
    }

    [Fact]
    public void Its_images_are_of_the_version_of_the_project()
    {
        var target = Regex.Match(File.ReadAllText(Manifest.PathOf("Directory.Build.props")), "<TargetFramework>net([0-9.]+)</TargetFramework>").Groups[1].Value;
        Assert.Equal([$"mcr.microsoft.com/dotnet/sdk:{target}", $"mcr.microsoft.com/dotnet/aspnet:{target}"], Lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]));
    }

    private static string[] Words(string instruction) => JsonSerializer.Deserialize<string[]>(Lines.Single(line => line.StartsWith(instruction + " ", StringComparison.Ordinal))[(instruction.Length + 1)..])!;
}
