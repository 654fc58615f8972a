namespace Gaffer.Benchmarks;

/// <summary>One case, measured once.</summary>
/// <param name="Benchmark">The benchmark.</param>
/// <param name="Case">The case; the same for all subjects that are compared.</param>
/// <param name="Subject">Who did the work.</param>
/// <param name="Variant">How the subject did it, where there are several ways.</param>
/// <param name="Storage">On what.</param>
/// <param name="Value">The result.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record Measurement(string Benchmark, string Case, Subject Subject, string Variant, StorageKind Storage, double Value, string Unit)
{
    public const string PerSecond = "jobs/s";
    public const string Milliseconds = "ms";
    public const string Times = "×";

    /// <summary>Times of the single calls.</summary>
    public double? P50Milliseconds { get; init; }

    public double? P99Milliseconds { get; init; }

    /// <summary>What the process used meanwhile, the driver included.</summary>
    public Cost? Cost { get; init; }

    /// <summary>The part of the processors, 0 to 1, that was busy before; none: nobody looked.</summary>
    public double? BusyBefore { get; init; }

    public bool HigherIsBetter => Unit == PerSecond;
}

/// <summary>What a measured stretch cost the process.</summary>
internal sealed record Cost(double BytesPerJob, int Gen0, int Gen1, int Gen2);
