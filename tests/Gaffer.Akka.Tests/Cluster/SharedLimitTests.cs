using Gaffer.Tests.Spec;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Limits that queues share, as a user has them.</summary>
public class SharedLimitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Crowd _crowd = new();

    [Fact]
    public async Task All_queues_together_run_no_more_jobs_than_their_limit()
    {
        await using var node = await OwnNode.StartAsync(Queues(g => g.AddLimit("supplier", 2)));
        for (var i = 0; i < 6; i++)
        {
            await node.Gaffer.InsertAsync("orders", i);
            await node.Gaffer.InsertAsync("prices", i);
        }

        for (var left = 12; left > 0; left--)
        {
            await _crowd.IsAsync(Math.Min(2, left), Patience);
            _crowd.LetOneGo();
        }

        foreach (var queue in (string[])["orders", "prices"]) Assert.True((await node.Gaffer.FlushAsync(queue, Patience)).Flushed);
        Assert.Equal(2, _crowd.Most);
        var limit = Assert.Single(await node.Gaffer.ListLimitsAsync());
        Assert.Equal(("supplier", 2), (limit.Name, limit.Max));
        Assert.InRange(limit.Queues.Sum(q => q.Permits), 0, 2);
    }

    [Fact]
    public async Task A_limit_can_be_changed_while_jobs_run()
    {
        await using var node = await OwnNode.StartAsync(Queues(g => { }), ("Limits:supplier", "0"));
        for (var i = 0; i < 10; i++) await node.Gaffer.InsertAsync("orders", i);
        Assert.Equal(10, (await node.Gaffer.GetInfoAsync("orders")).Available.Count);

        Assert.Equal(3, (await node.Gaffer.EnsureLimitAsync("supplier", 3)).Max);
        await _crowd.IsAsync(3, Patience);
        await node.Gaffer.EnsureLimitAsync("supplier", 1);
        for (var left = 10; left > 0; left--)
        {
            await _crowd.IsAsync(Math.Min(Math.Max(1, left - 7), left), Patience);
            _crowd.LetOneGo();
        }

        Assert.True((await node.Gaffer.FlushAsync("orders", Patience)).Flushed);
        Assert.Equal(3, _crowd.Most);
    }

    [Fact]
    public async Task A_limit_that_does_not_exist_is_refused()
    {
        await using var node = await OwnNode.StartAsync(Queues(g => g.AddLimit("supplier", 2)));

        var refused = await Assert.ThrowsAsync<UnknownLimitException>(() => node.Gaffer.CreateQueueAsync(new QueueOptions { Name = "other", Limits = ["suplier"] }));
        Assert.Contains("names the limit 'suplier', which does not exist", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Known are: 'supplier'", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnknownLimitException>(() => node.Gaffer.UpdateQueueAsync("orders", o => o with { Limits = ["other"] }));
        await Assert.ThrowsAsync<ArgumentException>(() => node.Gaffer.EnsureLimitAsync("no good name", 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => node.Gaffer.EnsureLimitAsync("x", -1));
        await Assert.ThrowsAsync<InvalidQueueConfigException>(() => node.Gaffer.CreateQueueAsync(new QueueOptions { Name = "other", Limits = ["no good name"] }));
    }

    [Fact]
    public async Task Permits_of_a_deleted_queue_go_to_the_others()
    {
        await using var node = await OwnNode.StartAsync(Queues(g => g.AddLimit("supplier", 1)));
        await node.Gaffer.InsertAsync("orders", 1);
        await _crowd.IsAsync(1, Patience);
        _crowd.LetOneGo();
        Assert.True((await node.Gaffer.FlushAsync("orders", Patience)).Flushed);
        await node.Gaffer.DeleteQueueAsync("orders", DeleteMode.Purge);

        await node.Gaffer.InsertAsync("prices", 1);

        await _crowd.IsAsync(1, Patience);
        _crowd.LetOneGo();
    }

    private Action<GafferBuilder> Queues(Action<GafferBuilder> more) => gaffer =>
    {
        more(gaffer.UseInMemory());
        foreach (var queue in (string[])["orders", "prices"])
        {
            gaffer.AddQueue<int>(queue, (job, stop) => _crowd.JoinAsync(stop), q => q with { MaxWorkers = 5, Limits = ["supplier"] });
        }
    };

    /// <summary>The jobs that run, each until it is let go.</summary>
    private sealed class Crowd
    {
        private readonly Lock _lock = new();
        private readonly Queue<TaskCompletionSource> _inside = new();
        private TaskCompletionSource _changed = New();

        public int Most { get; private set; }

        public async Task<JobResult> JoinAsync(CancellationToken stop)
        {
            var end = New();
            lock (_lock)
            {
                _inside.Enqueue(end);
                Most = Math.Max(Most, _inside.Count);
                Changed();
            }

            await end.Task.WaitAsync(stop);
            return JobResult.Complete();
        }

        public void LetOneGo()
        {
            lock (_lock)
            {
                _inside.Dequeue().SetResult();
                Changed();
            }
        }

        /// <summary>Waits until so many are inside.</summary>
        public async Task IsAsync(int count, TimeSpan patience)
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (_inside.Count == count) return;
                    changed = _changed.Task;
                }

                await changed.WaitAsync(patience);
            }
        }

        private void Changed()
        {
            _changed.SetResult();
            _changed = New();
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
