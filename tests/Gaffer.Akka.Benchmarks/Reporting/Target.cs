namespace Gaffer.Benchmarks;

/// <summary>What a case is expected to reach on two cores that it shares with the database.</summary>
internal sealed record Target(string Benchmark, string Case, StorageKind Storage, double AtLeast)
{
    private static readonly Target[] All =
    [
        new("insert", InsertBenchmark.CaseOf(256), StorageKind.Sqlite, 30_000),
        new("insert", InsertBenchmark.CaseOf(256), StorageKind.Postgres, 30_000),
        new("drain", DrainBenchmark.CaseOf(100), StorageKind.Postgres, 25_000),
    ];

    public static Target? Of(Summary summary) => summary.Subject != Subject.Gaffer ? null
        : All.FirstOrDefault(t => t.Benchmark == summary.Benchmark && t.Case == summary.Case && t.Storage == summary.Storage);

    public bool IsMetBy(Summary summary) => summary.Median >= AtLeast;
}
