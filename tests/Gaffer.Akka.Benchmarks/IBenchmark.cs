namespace Gaffer.Benchmarks;

/// <summary>Who does the work that is measured.</summary>
internal enum Subject
{
    /// <summary>This library.</summary>
    Gaffer,

    /// <summary>A hand-written queue on PostgreSQL with <c>FOR UPDATE SKIP LOCKED</c>.</summary>
    Peer,

    /// <summary>Hangfire with Hangfire.PostgreSql.</summary>
    Hangfire,

    /// <summary>Quartz.NET with its ADO.NET job store.</summary>
    Quartz,

    /// <summary>The storage alone: what no queue on it can exceed in this way of using it.</summary>
    Physical,
}

/// <summary>One thing that is measured. A baseline has the name and the cases of the benchmark that it stands beside.</summary>
internal interface IBenchmark
{
    string Name { get; }

    Subject Subject { get; }

    /// <summary>Whether it takes minutes, and so runs only when it is named.</summary>
    bool IsLong => false;

    /// <summary>Whether it runs some seconds before it counts.</summary>
    bool Rehearses => !IsLong;

    bool Supports(StorageKind storage);

    /// <summary>Measures each of its cases once, on a storage of its own.</summary>
    IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context);
}

/// <summary>What a benchmark runs on.</summary>
/// <param name="Stores">Makes empty storages.</param>
/// <param name="Storage">Which kind it is to use.</param>
/// <param name="Quick">Whether it does a tenth of its work.</param>
/// <param name="IsRehearsal">Whether nothing counts.</param>
internal sealed record BenchmarkContext(BenchmarkStores Stores, StorageKind Storage, bool Quick, bool IsRehearsal)
{
    private const int MostToRehearse = 100_000;

    /// <summary>So many, or a tenth of them; no rehearsal is of a million.</summary>
    public int Scale(int count) => Quick ? count / 10 : IsRehearsal ? Math.Min(count, MostToRehearse) : count;
}
