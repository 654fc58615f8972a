using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

[Trait("spec", "S-36")]
public sealed class HookPipelinesTests
{
    private readonly HookProbe _probe = new();

    [Fact]
    public async Task Hooks_of_all_queues_come_before_those_of_one()
    {
        var hooks = Hooks([_probe.Hook("g"), _probe.Hook("h")], ("q", [_probe.Hook("own")]));

        hooks.Of("q").Publish(HookProbe.Events(1, 1));
        Assert.Equal(["g1", "h1", "own1"], await _probe.NextAsync(3));
        hooks.Of("other").Publish(HookProbe.Events(2, 2));
        Assert.Equal(["g2", "h2"], await _probe.NextAsync(2));
        _probe.ExpectNothingMore();
    }

    [Fact]
    public async Task A_queue_keeps_its_pipeline()
    {
        var hooks = Hooks([_probe.Hook("g")]);

        Assert.Same(hooks.Of("q"), hooks.Of("q"));
        Assert.NotSame(hooks.Of("q"), hooks.Of("other"));
    }

    [Fact]
    public async Task Where_nobody_listens_no_event_need_be_made()
    {
        var hooks = Hooks([], ("q", [_probe.Hook("own")]));

        Assert.True(hooks.Of("q").HasListeners);
        Assert.False(hooks.Of("other").HasListeners);
        Assert.Same(hooks.Of("other"), hooks.Of("another"));
    }

    [Fact]
    public async Task After_the_end_nobody_listens()
    {
        var hooks = Hooks([_probe.Hook("g")]);
        hooks.Of("q").Publish(HookProbe.Events(1, 1));

        await hooks.DisposeAsync();

        Assert.Equal("g1", await _probe.NextAsync());
        Assert.False(hooks.Of("other").HasListeners);
    }

    private HookPipelines Hooks(IGafferHook[] global, params (QueueName Queue, IGafferHook[] Hooks)[] ofQueues) => new(
        global, ofQueues.ToDictionary(q => q.Queue, q => (IReadOnlyList<IGafferHook>)q.Hooks),
        new HookSettings(10_000, TimeSpan.FromMilliseconds(100)), _probe.Log, new FakeTimeProvider());
}
