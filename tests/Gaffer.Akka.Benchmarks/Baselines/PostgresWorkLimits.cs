namespace Gaffer.Benchmarks;

/// <summary>A row for each job that ends, as many in a commit as there are workers, one commit after the other: what one writer can record of such a drain.</summary>
internal sealed class PostgresDrainLimit : IBenchmark
{
    public string Name => "drain";

    public Subject Subject => Subject.Physical;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var workers in DrainBenchmark.Workers)
        {
            await using var store = context.Stores.Create(context.Storage);
            await using var source = await PostgresLimits.OpenAsync(store, 1);
            var payload = BenchmarkHost.Payload.ToArray();
            await PostgresLimits.CopyAsync(source, payload, workers);
            var load = await LoadDriver.RunAsync(1, context.Scale(DrainBenchmark.Jobs) / workers, (_, _) => PostgresLimits.CopyAsync(source, payload, workers));
            yield return load.ToMeasurement(Name, DrainBenchmark.CaseOf(workers), Subject, $"COPY, {workers:N0} a commit, one writer", context.Storage, workers);
        }
    }
}

/// <summary>Two commits for each job, one of its insert and one of its end, from 64 connections; PostgreSQL writes those that wait together.</summary>
internal sealed class PostgresBothLimit : IBenchmark
{
    public string Name => "both";

    public Subject Subject => Subject.Physical;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var source = await PostgresLimits.OpenAsync(store, BothBenchmark.Callers);
        var payload = BenchmarkHost.Payload.ToArray();
        await LoadDriver.RunAsync(BothBenchmark.Callers, 2_500, CommitTwiceAsync);
        var load = await LoadDriver.RunAsync(BothBenchmark.Callers, context.Scale(15_000), CommitTwiceAsync);
        yield return load.ToMeasurement(Name, BothBenchmark.Case, Subject, "two commits a job", context.Storage);

        async Task CommitTwiceAsync(int caller, int number)
        {
            await PostgresLimits.CommitAsync(source, payload);
            await PostgresLimits.CommitAsync(source, payload);
        }
    }
}
