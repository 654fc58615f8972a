using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>One commit after the other, as many and as large as those of the soak, and nothing else: how long the server itself takes at worst.</summary>
internal sealed class PostgresSoakLimit : IBenchmark
{
    private const int BytesPerCommit = 6_000; // 20 jobs with their ends
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(2);

    public string Name => "soak";

    public Subject Subject => Subject.Physical;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage == StorageKind.Postgres;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        var seconds = context.Scale(SoakBenchmark.Seconds);
        await using var store = context.Stores.Create(context.Storage);
        await using var source = await PostgresLimits.OpenAsync(store, 1);
        var payload = new byte[BytesPerCommit];
        Random.Shared.NextBytes(payload);
        var longest = new double[seconds];
        using var timer = new PeriodicTimer(Step);
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) is { TotalSeconds: var at } && at < seconds)
        {
            var start = Stopwatch.GetTimestamp();
            await PostgresLimits.CommitAsync(source, payload);
            longest[(int)at] = Math.Max(longest[(int)at], Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await timer.WaitForNextTickAsync();
        }

        var counted = longest.Skip(2).ToList();
        yield return Of("longest commit", counted.Max(), Measurement.Milliseconds);
        yield return Of($"seconds with a commit above {SoakBenchmark.Most} ms", counted.Count(ms => ms > SoakBenchmark.Most), "s");

        Measurement Of(string name, double value, string unit) => new(Name, $"{name} (500 commits/s, {seconds} s)", Subject, "one commit at a time", context.Storage, value, unit);
    }
}
