using System.Diagnostics;

namespace Gaffer.Benchmarks;

/// <summary>How long it takes from the call of an insert to the start of its job, one after the other.</summary>
internal sealed class StartWatch
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private TaskCompletionSource<long> _started = new();

    /// <summary>The first line of the worker.</summary>
    public void Started() => Volatile.Read(ref _started).TrySetResult(Stopwatch.GetTimestamp());

    /// <summary>Inserts, and returns the ticks until the job started.</summary>
    public async Task<long> MeasureAsync(Func<Task> insert)
    {
        var started = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _started, started);
        var before = Stopwatch.GetTimestamp();
        await insert();
        return await started.Task.WaitAsync(Limit) - before;
    }
}
