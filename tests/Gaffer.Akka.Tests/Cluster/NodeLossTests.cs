using System.Collections.Concurrent;
using Gaffer.Tests.Spec;
using Xunit;
using Xunit.Abstractions;
using static Gaffer.Tests.ClusterKit;

namespace Gaffer.Tests;

/// <summary>Nodes leave, die, are cut off, and join, while callers insert and jobs run.</summary>
[Collection(SeveralNodes.Name)]
public sealed class NodeLossTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly string[] Queues = ["one", "two", "three", "four", "five", "six"];

    private readonly ClusterKit _kit = new(output, canBeCut: true);
    private readonly WorkRecord _record = new();
    private readonly HeldWorker _held = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _kit.DisposeAsync().AsTask();

    [PostgresFact]
    public async Task A_node_that_leaves_hands_back_what_has_not_ended_and_its_queues_move_unnoticed()
    {
        await StartAsync(3);
        var leaving = _kit.Nodes[0];   // the oldest: the coordinators of the shards are on it
        using var load = new Inserts(_kit.Nodes[1].Gaffer, Queues);
        var held = await HeldOnAsync(leaving, _kit.Nodes[1].Gaffer);

        var left = leaving.StopAsync();
        await _held.Of(held).StoppedAsync();
        await left;
        await UntilAsync(() => _held.Of(held, execution: 2).IsRunning, "another node has it");
        await load.GoOnAsync(200);

        var inserted = await load.EndAsync();
        Assert.Empty(load.Failures);
        _held.Of(held, 2).Ends(JobResult.Complete());
        await FlushAsync(_kit.Nodes[2].Gaffer, "held");
        var job = await _kit.Nodes[2].Gaffer.GetJobAsync("held", held).Soon();
        Assert.Equal((JobState.Completed, 1, ExecutionOutcome.Released), (job.State, job.Attempt, job.History[0].Outcome));
        foreach (var queue in Queues) await FlushAsync(_kit.Nodes[2].Gaffer, queue);
        _record.EachOnce(inserted);
    }

    [PostgresFact]
    public async Task The_jobs_of_a_node_that_dies_run_elsewhere_and_that_counts()
    {
        await StartAsync(3);
        var dying = _kit.Nodes[0];
        var survivor = _kit.Nodes[1].Gaffer;
        using var load = new Inserts(survivor, Queues);
        var held = await HeldOnAsync(dying, survivor);

        await dying.KillAsync();
        await UntilAsync(() => _held.Of(held, execution: 2).IsRunning, "another node has it");
        _held.Of(held, 2).Ends(JobResult.Complete());
        await load.GoOnAsync(200);

        var inserted = await load.EndAsync();
        Assert.All(load.Failures, e => Assert.True(e is GafferTimeoutException or GafferUnavailableException, e.ToString()));
        await FlushAsync(survivor, "held");
        var job = await survivor.GetJobAsync("held", held).Soon();
        Assert.Equal((JobState.Completed, 2, JobErrorKind.NodeLost), (job.State, job.Attempt, Assert.Single(job.Errors).Error.Kind));
        Assert.Contains(dying.Address.ToString(), job.Errors[0].Error.Message + job.History[0].Node, StringComparison.Ordinal);
        foreach (var queue in Queues) await FlushAsync(survivor, queue);
        foreach (var queue in Queues)
        {
            await foreach (var ended in survivor.ListAsync(queue)) Assert.Equal(JobState.Completed, ended.State);
        }

        Assert.Empty(inserted.Except(_record.Ends.Keys));
    }

    [PostgresFact]
    public async Task Of_two_sides_that_do_not_hear_each_other_the_larger_works_on()
    {
        await StartAsync(3);
        var (lonely, others) = (_kit.Nodes[0], _kit.Nodes.Skip(1).ToList());
        var held = await HeldOnAsync(lonely, lonely.Gaffer);
        using var minority = new Inserts(lonely.Gaffer, Queues);
        using var majority = new Inserts(others[0].Gaffer, Queues);
        await majority.GoOnAsync(100);

        foreach (var other in others) await lonely.CutFromAsync(other);
        await _held.Of(held).StoppedAsync();
        await UntilAsync(() => !lonely.IsRunning, "the lonely side has ended");
        await UntilAsync(() => _held.Of(held, execution: 2).IsRunning, "the job runs on the other side");
        _held.Of(held).Ends(JobResult.Complete("too late"));
        foreach (var other in others) await lonely.HealAsync(other);
        _held.Of(held, 2).Ends(JobResult.Complete("in time"));
        await majority.GoOnAsync(100);

        var inserted = (await majority.EndAsync()).Concat(await minority.EndAsync()).ToList();
        var gaffer = others[1].Gaffer;
        Assert.All(minority.Failures.Concat(majority.Failures), e => Assert.True(e is GafferTimeoutException or GafferUnavailableException, e.ToString()));
        await FlushAsync(gaffer, "held");
        Assert.Equal("in time", (await gaffer.GetJobAsync("held", held).Soon()).ResultAs<string>());
        HashSet<JobId> stored = [];
        foreach (var queue in Queues)
        {
            await FlushAsync(gaffer, queue);
            await foreach (var job in gaffer.ListAsync(queue)) stored.Add(job.Id);
        }

        Assert.Empty(inserted.Except(stored));
        Assert.All(others, n => Assert.Equal(2, n.SeesUp));
    }

    [PostgresFact]
    public async Task Queues_that_move_to_a_node_that_joins_lose_nothing_and_do_nothing_twice()
    {
        await StartAsync(1);
        using var load = new Inserts(_kit.Nodes[0].Gaffer, Queues);
        await load.GoOnAsync(100);

        for (var n = 0; n < 2; n++) await _kit.StartAsync(Configure(_kit.Nodes.Count));
        await UntilAsync(() => _kit.Nodes.Skip(1).Any(n => n.Log.Lines.Any(l => l.Contains("is back with", StringComparison.Ordinal))), "a queue has moved");
        await load.GoOnAsync(500);

        var inserted = await load.EndAsync();
        Assert.Empty(load.Failures);
        foreach (var queue in Queues) await FlushAsync(_kit.Nodes[2].Gaffer, queue);
        _record.EachOnce(inserted);
    }

    // At one moment, on an empty database.
    private async Task StartAsync(int nodes)
    {
        await _kit.StartAsync([.. Enumerable.Range(0, nodes).Select(Configure)]);
        Assert.All(_kit.Nodes, n => Assert.DoesNotContain(n.Log.Errors, e => e.Contains("ournal", StringComparison.Ordinal)));
    }

    private Action<GafferBuilder> Configure(int index) => gaffer =>
    {
        gaffer.AddQueue("held", o => o with { MaxWorkers = 1, ShutdownTimeout = TimeSpan.FromMilliseconds(300), Timeout = Timeout.InfiniteTimeSpan, Backoff = Backoff.Fixed(TimeSpan.Zero) }, JobWorker.FromDelegate(_held.PerformAsync));
        foreach (var queue in Queues) gaffer.AddQueue(queue, o => o with { MaxWorkers = 4, MaxAttempts = 10, Backoff = Backoff.Fixed(TimeSpan.Zero), Prune = PruneOptions.Never }, _record.On(((char)('a' + index)).ToString()));
    };

    /// <summary>A job that runs on a node.</summary>
    private async Task<JobId> HeldOnAsync(KitNode node, IGaffer gaffer)
    {
        List<JobId> elsewhere = [];
        while (true)
        {
            var job = (await gaffer.InsertAsync("held", "held").Soon()).Job;
            await _held.Of(job.Id).StartedAsync();
            if ((await gaffer.GetJobAsync("held", job.Id).Soon()).Node!.Address == node.Address.ToString())
            {
                foreach (var other in elsewhere) _held.Of(other).Ends(JobResult.Complete());
                return job.Id;
            }

            elsewhere.Add(job.Id);
        }
    }

    private static async Task FlushAsync(IGaffer gaffer, string queue)
    {
        var flushed = await gaffer.FlushAsync(queue, Patience.Longest / 2).Soon();
        Assert.True(flushed.Flushed, $"{queue}: {flushed}");
    }

    /// <summary>Callers who insert into all queues, one job after the other, until they are told to end.</summary>
    private sealed class Inserts : IDisposable
    {
        private readonly ConcurrentBag<JobId> _inserted = [];
        private readonly CancellationTokenSource _end = new();
        private readonly Task _callers;

        public Inserts(IGaffer gaffer, string[] queues) => _callers = Task.WhenAll(queues.Select(q => Task.Run(() => InsertAsync(gaffer, q))));

        public ConcurrentBag<GafferException> Failures { get; } = [];

        /// <summary>When so many more are inserted.</summary>
        public Task GoOnAsync(int more)
        {
            var enough = _inserted.Count + more;
            return UntilAsync(() => _inserted.Count >= enough, $"{enough} are inserted");
        }

        public async Task<IReadOnlyCollection<JobId>> EndAsync()
        {
            await _end.CancelAsync();
            await _callers.Soon();
            return [.. _inserted];
        }

        public void Dispose() => _end.Dispose();

        private async Task InsertAsync(IGaffer gaffer, string queue)
        {
            using var breath = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (!_end.IsCancellationRequested)
            {
                var job = InsertJob.Of(queue, "payload");
                try
                {
                    _inserted.Add((await gaffer.InsertAsync(job)).Job.Id);
                }
                catch (GafferException e)
                {
                    Failures.Add(e);
                    if (e is GafferUnavailableException && e.Message.Contains("the node stopped", StringComparison.Ordinal)) return;
                }

                await breath.WaitForNextTickAsync();
            }
        }
    }
}
