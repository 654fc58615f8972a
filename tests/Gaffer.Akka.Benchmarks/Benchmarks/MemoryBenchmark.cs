using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>What waiting jobs cost: managed memory beyond their payload (one array, which all share here), the longest answer of their queue while a snapshot of them is taken, and a restart; small payloads, and ones of 1 kB, whose snapshot has parts.</summary>
internal sealed class MemoryBenchmark : IBenchmark
{
    public const int Jobs = 1_000_000;
    public const string LongestAnswer = "longest answer";
    public const string Memory = "memory";
    public const string Start = "start";
    public static readonly IReadOnlyList<int> Payloads = [100, 1_000];

    public string Name => "memory";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage != StorageKind.Memory;

    public static string CaseOf(string what, int jobs, int payload) => $"{what}, {jobs:N0} waiting, {payload:N0} bytes";

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var payload in Payloads)
        {
            var jobs = context.Scale(Jobs);
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
                yield return Of(LongestAnswer, await longest, Measurement.Milliseconds);
                yield return Of(Memory, (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / jobs, "B/job");
            }

            yield return await RecoveryBenchmark.RestartAsync(Name, store, CaseOf(Start, jobs, payload), context.Storage);
            using var process = Process.GetCurrentProcess();
            yield return Of("peak of the process so far", process.PeakWorkingSet64 / 1e6, "MB");

            Measurement Of(string what, double value, string unit) => new(Name, CaseOf(what, jobs, payload), Subject, "", context.Storage, value, unit);
        }
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
