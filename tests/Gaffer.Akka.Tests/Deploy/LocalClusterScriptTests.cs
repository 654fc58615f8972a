using System.Diagnostics;
using Xunit;

namespace Gaffer.Tests;

public class LocalClusterScriptTests
{
    private static readonly string Folder = Manifest.PathOf("deploy/local-cluster");

    public static TheoryData<string> Scripts => [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).Where(file => file != "README.md")];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Bash_can_read_it(string script) => Assert.Equal("", Errors("bash", "-n", Path.Combine(Folder, script)));

    [Theory]
    [MemberData(nameof(Scripts))]
    public void It_is_a_command_or_is_sourced_by_one(string script)
    {
        if (OperatingSystem.IsWindows()) return;
        var isCommand = !script.EndsWith(".sh", StringComparison.Ordinal);
        Assert.Equal(isCommand, File.GetUnixFileMode(Path.Combine(Folder, script)).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(isCommand, File.ReadLines(Path.Combine(Folder, script)).First() == "#!/usr/bin/env bash");
        if (isCommand) Assert.Contains($"`{script}", File.ReadAllText(Path.Combine(Folder, "README.md")), StringComparison.Ordinal);
    }

    private static string Errors(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? errors : $"exit code {process.ExitCode}: {errors}";
    }
}
