using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>Several hooks on one node: their order, and what a bad one does to the others.</summary>
public sealed class HookNodeTests : IAsyncLifetime
{
    private readonly SpecNode _node = new();
    private readonly EventRecorder _events = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [SpecFact("S-36", "S-32", "S-160")]
    public async Task Hooks_of_the_container_come_first_then_those_of_all_queues_then_those_of_the_queue()
    {
        List<string> calls = [];
        IGafferHook Noting(string name) => new Hook(e =>
        {
            if (e is JobInserted) calls.Add(name);
        });
        await _node.StartAsync(
            gaffer => gaffer.AddQueue("q").AddHook("q", Noting("queue 1")).AddHook("q", Noting("queue 2")).AddHook("other", Noting("other")).AddHook(Noting("all")).AddHook("q", _events),
            services => services.AddSingleton(Noting("container 1")).AddSingleton(Noting("container 2")));
        await _node.Gaffer.InsertAsync("q", "payload").Soon();
        await _events.FirstAsync<JobInserted>("q");
        Assert.Equal(["container 1", "container 2", "all", "queue 1", "queue 2"], calls);
    }

    [SpecFact("S-160", "decision-8")]
    public async Task A_hook_that_throws_hears_of_the_next_event_and_harms_nobody()
    {
        var calls = 0;
        var bad = new Hook(e =>
        {
            calls++;
            throw new InvalidOperationException("a bad hook");
        });
        await _node.StartAsync(gaffer => gaffer.AddQueue("q", workers: JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.Complete()))).AddHook(bad).AddHook(_events));
        await _node.Gaffer.InsertAsync("q", "payload").Soon();
        await _events.FirstAsync<JobCompleted>("q");
        Assert.Equal(_events.Of("q").Count, calls);
    }

    [SpecFact("S-160", "decision-8", "defect-13")]
    public async Task A_hook_that_hangs_stops_neither_the_work_nor_other_hooks()
    {
        var called = new TaskCompletionSource();
        using var hang = new ManualResetEventSlim();
        var bad = new Hook(e =>
        {
            called.TrySetResult();
            hang.Wait(Patience.Longest);
        });
        await _node.StartAsync(gaffer => gaffer.AddQueue("q", workers: JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.Complete()))).AddHook(bad).AddHook(_events));
        await called.Task.Soon();
        await _node.Gaffer.InsertAsync("q", "payload").Soon();
        Assert.True((await _node.Gaffer.FlushAsync("q").Soon()).Flushed);
        Assert.False((await _node.Gaffer.PauseAsync("q").Soon()).AlreadyPaused);
        Assert.Equal((QueueStatus.Paused, 1), await _node.Gaffer.GetInfoAsync("q").Soon() is var info ? (info.Status, info.Completed.Count) : default);
        _node.Time.Advance(TimeSpan.FromMilliseconds(100)); // gaffer.hooks.slow-after
        await _events.FirstAsync<QueuePaused>("q");
        hang.Set();
    }

    private sealed class Hook(Action<GafferEvent> onEvent) : IGafferHook
    {
        public ValueTask OnEventAsync(GafferEvent gafferEvent, CancellationToken cancellationToken)
        {
            onEvent(gafferEvent);
            return ValueTask.CompletedTask;
        }
    }
}
