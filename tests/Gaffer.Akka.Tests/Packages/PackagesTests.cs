using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What is in the packages, and what somebody makes of them who has nothing else.</summary>
[Collection(nameof(Alone))]
public sealed class PackagesTests(Packed packed) : IClassFixture<Packed>
{
    [Fact]
    public void There_is_one_for_each_of_library_dashboard_and_tool() => Assert.Equal(
        new[] { "Gaffer.Akka", "Gaffer.Akka.Dashboard", "Gaffer.Akka.Tool" }.Select(id => $"{id}.{Packed.Version}.nupkg"),
        Directory.GetFiles(packed.Feed).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Gaffer.Akka")]
    [InlineData("Gaffer.Akka.Dashboard")]
    [InlineData("Gaffer.Akka.Tool")]
    public void It_says_what_it_is_and_which_versions_it_needs(string id)
    {
        using var package = packed.Open(id);
        var nuspec = Nuspec(package, id);
        Assert.Equal(
            (id, Packed.Version, "MIT", "README.md", "The Gaffer.Akka authors"),
            (Value(nuspec, "id"), Value(nuspec, "version"), Value(nuspec, "license"), Value(nuspec, "readme"), Value(nuspec, "authors")));
        Assert.True(Value(nuspec, "description").Length > 30);
        using var readme = new StreamReader(package.GetEntry("README.md")!.Open());
        Assert.Equal(File.ReadAllText(Manifest.PathOf("README.md")), readme.ReadToEnd());

        var pinned = XDocument.Load(Manifest.PathOf("Directory.Packages.props")).Descendants("PackageVersion").ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);
        pinned["Gaffer.Akka"] = Packed.Version;
        var needed = nuspec.Descendants().Where(e => e.Name.LocalName == "dependency").ToDictionary(d => d.Attribute("id")!.Value, d => d.Attribute("version")!.Value);
        Assert.All(needed, dependency => Assert.Equal(pinned[dependency.Key], dependency.Value));
        Assert.Equal(id == "Gaffer.Akka.Dashboard", needed.ContainsKey("Gaffer.Akka"));
        Assert.Equal(id == "Gaffer.Akka.Tool", needed.Count == 0);        // a tool brings all along
        Assert.DoesNotContain(needed, dependency => dependency.Key.Contains("Analyzers", StringComparison.Ordinal) || dependency.Key == "Grpc.Tools");
    }

    [Fact]
    public void The_library_has_its_settings_and_its_documentation_inside()
    {
        using var package = packed.Open("Gaffer.Akka");
        Assert.NotNull(package.GetEntry("lib/net10.0/Gaffer.Akka.xml"));
        Assert.Equal(["Gaffer.cluster.conf", "Gaffer.reference.conf", "Gaffer.single-node.conf"], Resources(package, "lib/net10.0/Gaffer.Akka.dll").Where(name => name.EndsWith(".conf", StringComparison.Ordinal)));
        using var dashboard = packed.Open("Gaffer.Akka.Dashboard");
        Assert.NotNull(dashboard.GetEntry("lib/net10.0/Gaffer.Akka.Dashboard.xml"));
        Assert.Contains("wwwroot/index.html", Resources(dashboard, "lib/net10.0/Gaffer.Akka.Dashboard.dll"));
    }

    [Fact]
    public async Task The_tool_is_installed_from_its_package_and_runs()
    {
        var tools = Path.Join(packed.Folder, "tools");
        await packed.DotnetAsync("tool", "install", "Gaffer.Akka.Tool", "--version", Packed.Version, "--tool-path", tools, "--source", packed.Feed);
        var gaffer = Path.Join(tools, OperatingSystem.IsWindows() ? "gaffer.exe" : "gaffer");
        var help = await packed.RunAsync(gaffer, "--help");
        Assert.Contains("\n  gaffer [command] [options]\n", help.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("\n  queues ", help, StringComparison.Ordinal);
        Assert.Contains("--allowed-host", await packed.RunAsync(gaffer, "run", "--help"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_of_the_samples_of_the_readme_is_built_from_the_packages_and_performs_a_job()
    {
        packed.Write("shop/shop.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <InvariantGlobalization>true</InvariantGlobalization>
                <NuGetAudit>false</NuGetAudit>
                <UseSharedCompilation>false</UseSharedCompilation>
                <RestoreAdditionalProjectSources>{packed.Feed}</RestoreAdditionalProjectSources>
                <RestorePackagesPath>{packed.Folder}/cache</RestorePackagesPath>
                <RestoreFallbackFolders>{Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Gaffer.Akka" Version="{Packed.Version}" />
                <PackageReference Include="Gaffer.Akka.Dashboard" Version="{Packed.Version}" />
              </ItemGroup>
            </Project>
            """);
        packed.Write("shop/Program.cs", $$"""
            using Gaffer;

            var builder = WebApplication.CreateBuilder(args);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddSingleton<Outbox>().AddSingleton<IMailServer>(services => services.GetRequiredService<Outbox>());
            builder.Services.AddAuthorization(options => options.AddPolicy("operators", policy => policy.RequireAssertion(_ => true)));
            {{Sample("sample:host")}}
            var app = builder.Build();
            app.UseAuthorization();
            {{Sample("sample:dashboard")}}
            await app.StartAsync();

            var gaffer = app.Services.GetRequiredService<IGaffer>();
            {{Sample("sample:insert")}}
            Console.WriteLine(await app.Services.GetRequiredService<Outbox>().First.Task.WaitAsync(TimeSpan.FromSeconds(60)));
            using var http = new HttpClient();
            Console.WriteLine(await http.GetStringAsync(app.Urls.Single() + "/gaffer/api/queues"));
            await app.StopAsync();

            {{Sample("sample:worker")}}

            public interface IMailServer
            {
                Task SendAsync(string to, string subject, CancellationToken stop);
            }

            public sealed class Outbox : IMailServer
            {
                public TaskCompletionSource<string> First { get; } = new();

                public Task SendAsync(string to, string subject, CancellationToken stop)
                {
                    First.TrySetResult($"{subject}, {to}");
                    return Task.CompletedTask;
                }
            }
            """);
        await packed.DotnetAsync("build", Path.Join(packed.Folder, "shop"), "-c", "Release", "-v", "q");
        var output = await packed.DotnetAsync(Path.Join(packed.Folder, "shop/bin/Release/net10.0/shop.dll"));
        Assert.StartsWith("Welcome, ada@example.org", output, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"emails\"", output, StringComparison.Ordinal);
    }

    private static string Sample(string name) => string.Join('\n', ReadmeTests.Between("README.md", $"<!-- {name} -->", "```"));

    private static XElement Nuspec(ZipArchive package, string id)
    {
        using var stream = package.GetEntry($"{id}.nuspec")!.Open();
        return XElement.Load(stream);
    }

    private static string Value(XElement nuspec, string name) => nuspec.Descendants().Single(e => e.Name.LocalName == name).Value;

    private static IReadOnlyList<string> Resources(ZipArchive package, string file)
    {
        using var stream = package.GetEntry(file)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        using var assembly = new PEReader(copy);
        var metadata = assembly.GetMetadataReader();
        return [.. metadata.ManifestResources.Select(handle => metadata.GetString(metadata.GetManifestResource(handle).Name)).Order(StringComparer.Ordinal)];
    }
}
