using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>Tests of what all share in a process: thread pool, garbage collector, metrics.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class ThreadPoolGuardTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    private const int Blockers = 200;

    [Fact]
    public async Task While_200_jobs_block_their_threads_the_pool_still_answers()
    {
        ThreadPool.GetMinThreads(out var before, out _);
        using var gate = new ManualResetEventSlim();
        using var started = new CountdownEvent(Blockers);
        Serve(Doing((_, _) =>
        {
            started.Signal();
            gate.Wait(CancellationToken.None);
            return Task.FromResult(JobResult.Complete());
        }));
        var watch = Stopwatch.StartNew();
        try
        {
            Give([.. Enumerable.Range(0, Blockers).Select(_ => NewJob())]);
            // By itself the pool makes a thread or two in a second.
            Assert.True(OffPool(() => started.Wait(Patience)), $"only {Blockers - started.CurrentCount} jobs have started");
            Output.WriteLine($"{Blockers} blocking jobs have started after {watch.ElapsedMilliseconds} ms");
            var probes = OffPool(() => Enumerable.Range(0, 50).Select(_ => ProbeMilliseconds()).Order().ToArray());
            Output.WriteLine($"a work item starts after {probes[25]:F1} ms (median), {probes[^1]:F1} ms (longest)");
            Assert.InRange(probes[25], 0, 100);
        }
        finally
        {
            gate.Set();
        }

        for (var ends = 0; ends < Blockers;) ends += Queue.ExpectMsg<WorkFinished>().Finished.Length;
        await AwaitConditionAsync(
            () =>
            {
                ThreadPool.GetMinThreads(out var now, out _);
                return Task.FromResult(now <= Math.Max(before, ThreadPoolGuard.Process.Running + ThreadPoolGuard.Reserve)); // other tests may have left code that never returns
            },
            Patience);
    }

    private static double ProbeMilliseconds()
    {
        var sent = Stopwatch.GetTimestamp();
        using var through = new ManualResetEventSlim();
        ThreadPool.UnsafeQueueUserWorkItem(static e => e.Set(), through, preferLocal: false);
        through.Wait(Patience);
        return Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
    }

    /// <summary>Runs on a thread of its own, so that the test does not wait for the pool that it measures.</summary>
    private static T OffPool<T>(Func<T> what)
    {
        T result = default!;
        var thread = new Thread(() => result = what());
        thread.Start();
        thread.Join();
        return result;
    }
}
