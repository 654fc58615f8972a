using System.Diagnostics;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>What a job that does nothing costs on this side.</summary>
[Collection(nameof(Alone))]
public sealed class WorkerCostTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    private const int Jobs = 50_000;
    private const int AtOnce = 500;

    [Theory]
    [InlineData("delegate")]
    [InlineData("class")]
    [InlineData("actor")]
    public async Task A_job_that_does_nothing_costs_little_garbage(string kind)
    {
        var (runtime, serve) = (Runtime, new ServeQueue(
            Emails,
            [
                Doing((_, _) => Task.FromResult(JobResult.Complete()), "delegate"),
                JobWorker.FromClass<int, Nothing>("class"),
                JobWorker.FromActor(Props.Create(() => new NothingActor()), "actor"),
            ],
            null));
        var done = new TaskCompletionSource<(long, TimeSpan)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var jobs = Enumerable.Range(0, Jobs + 1).Select(_ => NewJob(kind, "1")).ToArray();
        var queue = Sys.ActorOf(Props.Create(() => new FeedingQueue(jobs, done)).WithDispatcher(GafferRuntime.Dispatcher));
        runtime.QueueRegion = queue;
        Sys.ActorOf(Props.Create(() => new WorkerSupervisor(runtime, serve, serve.Queue)).WithDispatcher(GafferRuntime.Dispatcher));
        var (bytes, time) = await done.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Output.WriteLine($"{kind}: {bytes / (double)(Jobs / 2):F0} bytes a job, {Jobs / 2 / time.TotalSeconds:N0} jobs/s");
        Assert.InRange(bytes / (Jobs / 2), 0, 2_000);
    }

    public sealed class Nothing : IJobWorker<int>
    {
        public Task<JobResult> PerformAsync(JobContext<int> job, CancellationToken stop) => Task.FromResult(JobResult.Complete());
    }

    private sealed class NothingActor : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(JobResult.Complete());
    }

    /// <summary>A queue that gives out prepared jobs; it measures the second half of them.</summary>
    private sealed class FeedingQueue(Job[] jobs, TaskCompletionSource<(long Bytes, TimeSpan Time)> done) : UntypedActor
    {
        private int _given;
        private int _ended;
        private long _bytes;
        private long _since;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case RegisterWorkers:
                    Sender.Tell(new WorkersRegistered(Emails, Guid.NewGuid()));
                    if (_given == 0) Sender.Tell(new WorkOrders(Emails, Take(AtOnce), [], []));
                    break;
                case WorkFinished finished:
                    if (_ended < Jobs / 2 && _ended + finished.Finished.Length >= Jobs / 2) (_bytes, _since) = (GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
                    _ended += finished.Finished.Length;
                    Sender.Tell(new WorkOrders(Emails, Take(finished.Finished.Length), [.. finished.Finished.Select(f => f.Key)], []));
                    if (_ended == Jobs) done.SetResult((GC.GetTotalAllocatedBytes() - _bytes, Stopwatch.GetElapsedTime(_since)));
                    break;
            }
        }

        private System.Collections.Immutable.ImmutableArray<Job> Take(int count)
        {
            var taken = Math.Min(count, Jobs - _given);
            _given += taken;
            return [.. jobs.AsSpan(_given - taken, taken)];
        }
    }
}
