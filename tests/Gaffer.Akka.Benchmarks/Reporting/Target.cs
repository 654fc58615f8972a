namespace Gaffer.Benchmarks;

/// <summary>What a case is expected to reach on two cores that it shares with the database.</summary>
internal sealed record Target(string Benchmark, string Case, StorageKind Storage, double Value, bool IsMost = false)
{
    private static readonly Target[] All =
    [
        AtLeast("insert", InsertBenchmark.CaseOf(64), 50_000),
        AtLeast("insert", InsertBenchmark.CaseOf(256), 80_000),
        AtLeast("bulk", BulkBenchmark.Case, 250_000),
        AtLeast("drain", DrainBenchmark.CaseOf(100), 45_000),
        AtLeast("drain", DrainBenchmark.CaseOf(1_000), 100_000),
        AtLeast("both", BothBenchmark.Case, 40_000),
        AtMost("latency", LatencyBenchmark.Case, 1.2),
        AtMost("latency", LatencyBenchmark.Case, 0.9) with { Storage = StorageKind.Sqlite },
        AtMost("idle", RestMeter.Transactions, 0),
        AtMost("idle", RestMeter.OfOneCore, 1),
        AtMost("idle", RestMeter.OfOneCore, 1) with { Storage = StorageKind.Sqlite },
        .. Within("backlog", BacklogBenchmark.Many),
        .. Within("million", BacklogBenchmark.Million),
        AtLeast("queues", QueuesBenchmark.RatioCaseOf("perform"), 0.7),
        .. MemoryBenchmark.Payloads.SelectMany(OfMemory),
        .. WrittenBenchmark.Payloads.Select(payload => AtMost("written", WrittenBenchmark.CaseOf(WrittenBenchmark.ByThePayload, WrittenBenchmark.Jobs, payload), 3)),
        AtMost("soak", SoakBenchmark.CaseOf(SoakBenchmark.WorstSecond, SoakBenchmark.Seconds), SoakBenchmark.Most),
    ];

    public static Target? Of(Summary summary) => summary.Subject != Subject.Gaffer ? null
        : All.FirstOrDefault(t => t.Benchmark == summary.Benchmark && t.Case == summary.Case && t.Storage == summary.Storage);

    public bool IsMetBy(Summary summary) => IsMost ? summary.Median <= Value : summary.Median >= Value;

    private static Target AtLeast(string benchmark, string name, double value) => new(benchmark, name, StorageKind.Postgres, value);

    private static Target AtMost(string benchmark, string name, double value) => new(benchmark, name, StorageKind.Postgres, value, IsMost: true);

    private static Target[] Within(string benchmark, int waiting) =>
        [AtLeast(benchmark, BacklogBenchmark.RatioCaseOf("insert", waiting), 0.8), AtLeast(benchmark, BacklogBenchmark.RatioCaseOf("perform", waiting), 0.8)];

    private static Target[] OfMemory(int payload) =>
    [
        AtMost("memory", MemoryBenchmark.CaseOf(MemoryBenchmark.Start, MemoryBenchmark.Jobs, payload), 3_000),
        AtMost("memory", MemoryBenchmark.CaseOf(MemoryBenchmark.Memory, MemoryBenchmark.Jobs, payload), 350),
        AtMost("memory", MemoryBenchmark.CaseOf(MemoryBenchmark.LongestAnswer, MemoryBenchmark.Jobs, payload), 50),
    ];
}
