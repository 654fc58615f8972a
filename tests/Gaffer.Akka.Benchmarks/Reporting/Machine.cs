using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Gaffer.Benchmarks;

/// <summary>On what the numbers were measured.</summary>
internal sealed record Machine(
    string Processor, int Cores, double MemoryGiB, string System, string Runtime, bool ServerGc, string Build, IReadOnlyDictionary<string, string> Versions,
    string LoadBefore, DiskFlush Flush, IReadOnlyDictionary<string, string> Postgres, DateTimeOffset At)
{
    private static readonly TimeSpan ToFlush = TimeSpan.FromSeconds(2);

    public static async Task<Machine> DescribeAsync(bool postgres) => new(
        ProcessorName(), Environment.ProcessorCount, Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription, GCSettings.IsServerGC, IsOptimized ? "Release" : "Debug: the numbers say little",
        Benchmarks.Versions.Read(), LoadAverage(), DiskFlush.Measure(ToFlush), postgres ? await BenchmarkStores.PostgresSettingsAsync() : new Dictionary<string, string>(), TimeProvider.System.GetUtcNow());

    public IEnumerable<(string Name, string Value)> Lines() =>
    [
        ("Processor", $"{Processor}, {Cores} cores"), ("Memory", string.Create(CultureInfo.InvariantCulture, $"{MemoryGiB} GiB")), ("System", System),
        (".NET", $"{Runtime}, {(ServerGc ? "server" : "workstation")} GC"), ("Build", Build),
        ("Versions", string.Join(", ", Versions.Select(v => $"{v.Key} {v.Value.Split('+')[0]}"))),
        ("PostgreSQL", Postgres.Count == 0 ? "not used" : string.Join(", ", Postgres.Select(p => $"{p.Key} {p.Value}"))),
        ("Disk", string.Create(CultureInfo.InvariantCulture, $"8 kB written and flushed {Flush.PerSecond:N0} times a second, one after the other: p50 {Flush.P50Milliseconds:0.00} ms, p99 {Flush.P99Milliseconds:0.00} ms")),
        ("Where", "PostgreSQL, load and workers share the machine"), ("Payload", "100 bytes"), ("Load before", LoadBefore),
    ];

#if DEBUG
    private const bool IsOptimized = false;
#else
    private const bool IsOptimized = true;
#endif

    // The first of them says how many other programs wanted the cores in the minute before.
    private static string LoadAverage() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";

    private static string ProcessorName() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()
        : RuntimeInformation.ProcessArchitecture.ToString();
}
