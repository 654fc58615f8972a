namespace Gaffer.Benchmarks;

/// <summary>What a case is expected to reach on two cores that it shares with the database.</summary>
internal sealed record Target(string Benchmark, string Case, StorageKind Storage, double Value, bool IsMost = false)
{
    private static readonly Target[] All =
    [
        new("insert", InsertBenchmark.CaseOf(64), StorageKind.Postgres, 50_000),
        new("insert", InsertBenchmark.CaseOf(256), StorageKind.Postgres, 80_000),
        new("bulk", BulkBenchmark.Case, StorageKind.Postgres, 250_000),
        new("drain", DrainBenchmark.CaseOf(100), StorageKind.Postgres, 45_000),
        new("drain", DrainBenchmark.CaseOf(1_000), StorageKind.Postgres, 100_000),
        new("both", BothBenchmark.Case, StorageKind.Postgres, 40_000),
        new("latency", LatencyBenchmark.Case, StorageKind.Postgres, 1.2, IsMost: true),
        new("latency", LatencyBenchmark.Case, StorageKind.Sqlite, 0.9, IsMost: true),
    ];

    public static Target? Of(Summary summary) => summary.Subject != Subject.Gaffer ? null
        : All.FirstOrDefault(t => t.Benchmark == summary.Benchmark && t.Case == summary.Case && t.Storage == summary.Storage);

    public bool IsMetBy(Summary summary) => IsMost ? summary.Median <= Value : summary.Median >= Value;
}
