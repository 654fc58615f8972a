using System.Runtime.CompilerServices;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What the scenarios of queue and job functions share.</summary>
public abstract class QueueTests(SpecHost host) : SpecTests(host)
{
    /// <summary>A worker that ends its job in the state that the payload names, at the first attempt.</summary>
    protected static Task<JobResult> Obey(JobContext job, CancellationToken stop) => Task.FromResult(Enum.Parse<JobState>(job.Job.PayloadAs<string>()!) switch
    {
        JobState.Completed => JobResult.Complete(),
        JobState.Cancelled => JobResult.Cancel("not needed"),
        JobState.Failed => JobResult.Fail("boom"),
        var other => throw new InvalidOperationException($"A worker cannot end a job as {other}."),
    });

    /// <summary>A queue whose worker obeys its jobs.</summary>
    protected Task<QueueName> NewObedientQueueAsync(Func<QueueOptions, QueueOptions>? options = null, [CallerMemberName] string test = "") =>
        NewQueueAsync(Obey, queue => (options?.Invoke(queue) ?? queue) with { MaxAttempts = 1 }, test);

    /// <summary>A job of an obedient queue that ended in this state.</summary>
    protected async Task<Job> EndedAsync(QueueName queue, JobState state) =>
        await WhenAsync(queue, (await InsertAsync(queue, state.ToString())).Id, state);

    /// <summary>A job that its worker has started and holds.</summary>
    protected async Task<Job> StartedAsync(QueueName queue, HeldWorker worker, string payload = "payload")
    {
        var job = await InsertAsync(queue, payload);
        await worker.Of(job.Id).StartedAsync();
        return await WhenAsync(queue, job.Id, JobState.Executing);
    }

    protected Task<QueueInfo> InfoAsync(QueueName queue) => Gaffer.GetInfoAsync(queue).Soon();

    protected Task<Job> GetAsync(QueueName queue, JobId job) => Gaffer.GetJobAsync(queue, job).Soon();

    protected async Task<List<Job>> JobsAsync(QueueName queue, JobFilter? filter = null)
    {
        List<Job> jobs = [];
        await foreach (var job in Gaffer.ListAsync(queue, filter)) jobs.Add(job);
        return jobs;
    }

    protected async Task<QueueSummary?> SummaryAsync(QueueName queue)
    {
        await foreach (var found in Gaffer.ListQueuesAsync())
        {
            if (found.Name == queue) return found;
        }

        return null;
    }

    /// <summary>All that is durable of a queue, as text; of one that does not exist, that.</summary>
    protected async Task<string> PictureAsync(QueueName queue)
    {
        try
        {
            return Dump.Of((object[])[await Gaffer.GetQueueAsync(queue).Soon(), await InfoAsync(queue) with { Nodes = [] }, await JobsAsync(queue), (await SummaryAsync(queue))!.Options]);
        }
        catch (UnknownQueueException)
        {
            return "there is none";
        }
    }

    /// <summary>The names of a queue's events so far; <typeparamref name="TLast"/> is waited for, as hooks come after the answer.</summary>
    protected async Task<string> EventsUntilAsync<TLast>(QueueName queue)
        where TLast : GafferEvent
    {
        await Events.FirstAsync<TLast>(queue);
        return string.Join(" ", Events.Of(queue).Select(e => e.GetType().Name));
    }

    /// <summary>Waits for something that no event tells.</summary>
    protected static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var deadline = DateTime.UtcNow + Patience.Longest;
        while (!await holds())
        {
            if (DateTime.UtcNow > deadline) throw new TimeoutException($"{what}: not within {Patience.Longest}.");
            await Task.Yield();
        }
    }

    /// <summary>Lets time pass until something holds that only time brings, such as the next try of a node to register.</summary>
    protected Task PassTimeUntilAsync(Func<bool> holds, TimeSpan step, string what) => UntilAsync(
        async () =>
        {
            await StepAsync(step, holds);
            return holds();
        },
        what);

    protected static async Task<TException> RefusedAsync<TException>(Task call)
        where TException : GafferException => await Assert.ThrowsAsync<TException>(() => call.Soon());
}
