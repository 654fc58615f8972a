using Xunit;

namespace Gaffer.Tests;

/// <summary>Pins the bytes of each manifest: what was written by a released version is read for ever.</summary>
/// <remarks>
/// A new sample gets its file with <c>GAFFER_WRITE_GOLDEN=1 dotnet test --filter GoldenFiles</c>, which writes files that are missing and never changes one. Commit it with the sample.
/// When a shape gets a field, leave its samples and files alone, and add a sample (with a name) that has the field.
/// </remarks>
public class GoldenFilesTests
{
    private static readonly GafferSerializer Serializer = new(null!);
    private static readonly string Folder = Path.Combine(ProjectFolder(), "Persistence", "golden");

    public static TheoryData<string> Files => [.. Samples.All().Select(FileName)];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_bytes_are_those_of_the_file(string file)
    {
        var message = Samples.All().Single(s => FileName(s) == file).Message;
        var path = Path.Combine(Folder, file);
        var bytes = Serializer.ToBinary(message);
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("GAFFER_WRITE_GOLDEN") == "1")
        {
            File.WriteAllBytes(path, bytes);
        }

        Assert.True(File.Exists(path), $"{file} is missing: run the tests with GAFFER_WRITE_GOLDEN=1 once, and commit it.");
        var golden = File.ReadAllBytes(path);
        Assert.Equal(Convert.ToHexString(golden), Convert.ToHexString(bytes));
        Assert.Equal(Dump.Of(message), Dump.Of(Serializer.FromBinary(golden, Serializer.Manifest(message))));
    }

    [Fact]
    public void Every_file_has_its_sample()
    {
        var samples = Samples.All().Select(FileName).ToList();

        Assert.Distinct(samples);
        Assert.Equal(samples.Order(StringComparer.Ordinal), Directory.GetFiles(Folder, "*.bin").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    private static string FileName((string? Name, IGafferWire Message) sample) =>
        sample.Name is { } name ? $"{Serializer.Manifest(sample.Message)}.{name}.bin" : $"{Serializer.Manifest(sample.Message)}.bin";

    private static string ProjectFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Gaffer.Akka.Tests.csproj")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The golden files are beside Gaffer.Akka.Tests.csproj, which is not above the test binaries.");
        }

        return folder;
    }
}
