using System.Diagnostics;

namespace Gaffer.Tests;

/// <summary>Inserts jobs as a client, and writes down each answer when it is there. A call that throws is written down and repeated with the same ids, as callers should.</summary>
public sealed class ChaosInserter(IGaffer gaffer, ChaosRecorder recorder, int life, int seed)
{
    private const int MostAtOnce = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until a node has made the queue.</summary>
    public async Task UntilMadeAsync(string queue)
    {
        while (true)
        {
            try
            {
                await gaffer.GetQueueAsync(queue);
                return;
            }
            catch (GafferException e) when (e is UnknownQueueException or GafferTimeoutException or GafferUnavailableException)
            {
                await Wait.ForAsync(Pause);
            }
        }
    }

    /// <summary>Inserts evenly until it is stopped; each insert waits for no other.</summary>
    public async Task RunAsync(ChaosLoad load, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(load);
        var random = new Random(HashCode.Combine(seed, load.PerSecond, life));
        var inserts = new List<Task>();
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / load.PerSecond));
        while (!stop.IsCancellationRequested && await pace.WaitForNextTickAsync(CancellationToken.None))
        {
            var deed = random.Next(100) < load.Stubborn ? ChaosDeed.Stubborn : ChaosDeed.Work;
            inserts.RemoveAll(static i => i.IsCompletedSuccessfully);
            inserts.Add(InsertAsync(load.Queue, [Job(load.Queue, deed, random.Next(load.Shortest, load.Longest + 1))], deed));
        }

        await Task.WhenAll(inserts);
    }

    /// <summary>Inserts so many jobs at once.</summary>
    public async Task InsertAsync(string queue, int count, ChaosDeed deed, int milliseconds)
    {
        foreach (var some in Enumerable.Range(0, count).Select(_ => Job(queue, deed, milliseconds)).Chunk(MostAtOnce)) await InsertAsync(queue, some, deed);
    }

    private async Task InsertAsync(string queue, InsertJob[] jobs, ChaosDeed deed)
    {
        var took = Stopwatch.StartNew();
        while (!await TryAsync(queue, jobs)) await Wait.ForAsync(Pause);
        await recorder.AcknowledgedAsync([.. jobs.Select(j => j.Id.Value)], queue, deed, life, took.Elapsed);
    }

    private async Task<bool> TryAsync(string queue, InsertJob[] jobs)
    {
        try
        {
            if (jobs is [var one]) await gaffer.InsertAsync(one);
            else await gaffer.InsertManyAsync(queue, jobs);
            return true;
        }
        catch (GafferException e)
        {
            await recorder.ProblemAsync(life, $"{e.GetType().Name}: {e.Message}");
            return false;
        }
    }

    // A poison job may kill so many of its nodes; the others are there by accident, and are given more.
    private static InsertJob Job(string queue, ChaosDeed deed, int milliseconds) =>
        InsertJob.Of(queue, new ChaosPayload(deed, milliseconds), new JobOptions { Id = JobId.New(), MaxAttempts = deed == ChaosDeed.Poison ? ChaosNode.PoisonAttempts : null });
}
