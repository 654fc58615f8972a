namespace Gaffer.Dashboard.Tests;

/// <summary>The clone that the tests are built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string? folder) =>
        folder is null ? throw new InvalidOperationException("The tests are not inside a clone: there is no Gaffer.Akka.sln above them.")
        : File.Exists(Path.Combine(folder, "Gaffer.Akka.sln")) ? folder
        : Find(Path.GetDirectoryName(folder));
}
