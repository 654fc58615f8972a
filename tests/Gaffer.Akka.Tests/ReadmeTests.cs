using Xunit;

namespace Gaffer.Tests;

public class ReadmeTests
{
    [Theory]
    [InlineData("worker")]
    [InlineData("host")]
    [InlineData("insert")]
    public void The_code_of_the_readme_is_the_code_that_is_compiled(string sample) =>
        Assert.Equal(Between("ReadmeSample.cs", $"#region {sample}", "#endregion"), Between("README.md", $"<!-- sample:{sample} -->", "```"));

    [Theory]
    [InlineData("demo")]
    [InlineData("tests")]
    public void The_commands_of_the_readme_are_one_line_each(string command) =>
        Assert.StartsWith("dotnet ", Assert.Single(Between("README.md", $"<!-- command:{command} -->", "```")), StringComparison.Ordinal);

    /// <summary>The lines after the begin, or after the fence that follows it, up to the end; without their common indent.</summary>
    internal static string[] Between(string resource, string begin, string end)
    {
        using var reader = new StreamReader(typeof(ReadmeTests).Assembly.GetManifestResourceStream(resource)!);
        var lines = reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
        var first = Array.FindIndex(lines, line => line.Trim() == begin) + 1;
        Assert.True(first > 0, $"{resource} has no line '{begin}'.");
        if (lines[first].StartsWith("```", StringComparison.Ordinal)) first++;
        var found = lines[first..].TakeWhile(line => line.Trim() != end).ToArray();
        var indent = found.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return [.. found.Select(line => line.Length == 0 ? line : line[indent..])];
    }
}
