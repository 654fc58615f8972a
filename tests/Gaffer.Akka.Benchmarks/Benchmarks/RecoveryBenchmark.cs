using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>A node starts again with jobs waiting: time from the start of the host to the start of the first job.</summary>
/// <remarks>The process is the same, so its code is compiled. The queue was paused, so the time includes a resume: one commit.</remarks>
internal sealed class RecoveryBenchmark : IBenchmark
{
    private static readonly IReadOnlyList<int> Waiting = [1, 100_000];

    public string Name => "recovery";

    public Subject Subject => Subject.Gaffer;

    public bool Supports(StorageKind storage) => storage != StorageKind.Memory;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        foreach (var waiting in Waiting.Select(n => n == 1 ? 1 : context.Scale(n)))
        {
            await using var store = context.Stores.Create(context.Storage);
            await using (var before = await BenchmarkHost.StartAsync(store, workers: 10))
            {
                await before.WarmUpAsync();
                await before.Gaffer.PauseAsync(BenchmarkHost.Queue);
                await before.FillAsync(waiting);
            }

            yield return await RestartAsync(Name, store, $"start with {waiting:N0} waiting", context.Storage);
        }
    }

    public static async Task<Measurement> RestartAsync(string benchmark, FreshStore store, string name, StorageKind storage)
    {
        var first = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = JobWorker.FromDelegate((_, _) =>
        {
            first.TrySetResult(Stopwatch.GetTimestamp());
            return Task.FromResult(JobResult.Complete());
        });
        var start = Stopwatch.GetTimestamp();
        await using var host = await BenchmarkHost.StartAsync(store, workers: 10, worker);
        await host.Gaffer.ResumeAsync(BenchmarkHost.Queue);
        var elapsed = Stopwatch.GetElapsedTime(start, await first.Task.WaitAsync(TimeSpan.FromMinutes(2)));
        return new(benchmark, name, Subject.Gaffer, "", storage, elapsed.TotalMilliseconds, Measurement.Milliseconds);
    }
}
