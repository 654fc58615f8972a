using System.Reflection;
using Microsoft.Data.Sqlite;

namespace Gaffer.Benchmarks;

/// <summary>The versions of all that takes part, as their assemblies say.</summary>
internal static class Versions
{
    private static readonly string[] Assemblies =
        ["Gaffer.Akka", "Akka", "Akka.Cluster.Sharding", "Akka.Persistence.Sql", "linq2db", "Npgsql", "Microsoft.Data.Sqlite", "Hangfire.Core", "Hangfire.PostgreSql", "Quartz"];

    public static IReadOnlyDictionary<string, string> Read()
    {
        var versions = Assemblies.ToDictionary(name => name, name => Of(Assembly.Load(name)));
        using var sqlite = new SqliteConnection();
        versions["SQLite"] = sqlite.ServerVersion;
        return versions;
    }

    private static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? $"{assembly.GetName().Version}";
}
