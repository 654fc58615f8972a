using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>The queue of a library in a database of its own, warm.</summary>
/// <remarks>Libraries do a fraction of what the other subjects do in a second, so they get fewer jobs, and inserting and performing end after <see cref="Limit"/> each: the rate is what was done by the time it took.</remarks>
internal sealed class LibraryRun : IAsyncDisposable
{
    public const int Jobs = 5_000;
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private const int WarmUpJobs = 500;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private readonly FreshStore _store;
    private long _started;
    private long _startedBefore;

    private LibraryRun(FreshStore store) => _store = store;

    /// <summary>Set by <see cref="StartAsync"/>.</summary>
    public ILibraryQueue Queue { get; private set; } = null!;

    /// <summary>Makes the queue, and runs some jobs through, so that the code is compiled and the connections are open. Nothing is performed after that.</summary>
    public static async Task<LibraryRun> StartAsync(Library library, BenchmarkContext context, int workers, Action? onStart = null)
    {
        var run = new LibraryRun(context.Stores.Create(context.Storage));
        run.Queue = await library.CreateAsync(run._store.Connection, workers, () =>
        {
            Interlocked.Increment(ref run._started);
            onStart?.Invoke();
        });
        try
        {
            await run.WarmUpAsync();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Single inserts from 64 callers, each awaited.</summary>
    public Task<LoadResult> InsertAsync(int jobs) => LoadDriver.RunAsync(BothBenchmark.Callers, jobs, (_, _) => Queue.InsertAsync(), Limit, Queue.Blocks);

    /// <summary>Inserts jobs that are to be performed later.</summary>
    public async Task FillAsync(int jobs)
    {
        var filled = await InsertAsync(jobs);
        if (filled.Calls < jobs) throw new TimeoutException($"{filled.Calls} of {jobs} jobs were inserted in {Limit.TotalSeconds} s.");
        await LibraryDatabase.AnalyzeAsync(_store);
    }

    /// <summary>Waits until so many jobs, counted from the last call on, are durably ended, or until the limit.</summary>
    /// <returns>How many are.</returns>
    public async Task<long> PerformedAsync(int jobs)
    {
        var start = Stopwatch.GetTimestamp();
        // The database is asked only when all have started, as the question is work for it.
        while (Interlocked.Read(ref _started) - _startedBefore < jobs && Stopwatch.GetElapsedTime(start) < Limit) await Task.Delay(Look);
        long left;
        while ((left = await Queue.LeftAsync()) > 0 && Stopwatch.GetElapsedTime(start) < Limit) await Task.Delay(Look);
        _startedBefore += jobs;
        return jobs - left;
    }

    private async Task WarmUpAsync()
    {
        await Queue.StartAsync();
        await InsertAsync(WarmUpJobs);
        var done = await PerformedAsync(WarmUpJobs);
        if (done < WarmUpJobs) throw new TimeoutException($"{done} of {WarmUpJobs} jobs of the warm-up ended in {Limit.TotalSeconds} s.");
        await Queue.StopAsync();
        await LibraryDatabase.AnalyzeAsync(_store);
    }

    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        await _store.DisposeAsync();
    }
}
