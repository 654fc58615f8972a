using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>What waiting jobs cost: managed memory beyond their payload (one array, which all share here), the longest answer of their queue while a snapshot of them is taken, and a restart; small payloads, and ones of 1 kB, whose snapshot has parts.</summary>
internal sealed class MemoryBenchmark : IBenchmark
{
    private const int Jobs = 1_000_000;
    private static readonly IReadOnlyList<int> Payloads = [100, 1_000];

    public string Name => "memory";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage != StorageKind.Memory;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var payload in Payloads)
        {
            var jobs = context.Scale(Jobs);
            var name = $"{jobs:N0} waiting, {payload:N0} bytes";
            await using var store = context.Stores.Create(context.Storage);
            await using (var host = await BenchmarkHost.StartAsync(store, workers: 10))
            {
                await host.WarmUpAsync();
                await host.Gaffer.PauseAsync(BenchmarkHost.Queue);
                var before = GC.GetTotalMemory(forceFullCollection: true);
                using var filled = new CancellationTokenSource();
                var longest = LongestAnswerAsync(host.Gaffer, filled.Token);
                await host.FillAsync(jobs, payload);
                await filled.CancelAsync();
                yield return Of($"longest answer, {name}", await longest, Measurement.Milliseconds);
                yield return Of($"memory, {name}", (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / jobs, "B/job");
            }

            yield return await RecoveryBenchmark.RestartAsync(Name, store, $"start, {name}", context.Storage);
            using var process = Process.GetCurrentProcess();
            yield return Of($"peak of the process so far, {name}", process.PeakWorkingSet64 / 1e6, "MB");
        }

        Measurement Of(string name, double value, string unit) => new(Name, name, Subject, "", context.Storage, value, unit);
    }

    // Asked every few milliseconds while batches of 1,000 are inserted: what the queue, a collection or the storage holds up shows here.
    private static async Task<double> LongestAnswerAsync(IGaffer gaffer, CancellationToken filled)
    {
        var longest = TimeSpan.Zero;
        while (!filled.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            await gaffer.GetInfoAsync(BenchmarkHost.Queue, CancellationToken.None);
            if (Stopwatch.GetElapsedTime(start) is var took && took > longest) longest = took;
            await Task.Delay(2, CancellationToken.None);
        }

        return longest.TotalMilliseconds;
    }
}
