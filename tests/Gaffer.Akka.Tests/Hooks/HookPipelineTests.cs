using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

[Trait("spec", "S-160")]
public sealed class HookPipelineTests
{
    private static readonly TimeSpan SlowAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider _time = new();
    private readonly HookProbe _probe = new();

    [Fact, Trait("spec", "S-36")]
    public async Task Each_hook_sees_an_event_before_the_hooks_behind_it()
    {
        var pipeline = Pipeline(_probe.Hook("a"), _probe.Hook("b"), _probe.Hook("c"));

        pipeline.Publish(HookProbe.Events(1, 2));
        pipeline.Publish(HookProbe.Events(3, 3));

        var seen = await _probe.NextAsync(9);
        foreach (var hook in "abc") Assert.Equal([$"{hook}1", $"{hook}2", $"{hook}3"], seen.Where(s => s[0] == hook));
        foreach (var n in new[] { 1, 2, 3 }) Assert.Equal([$"a{n}", $"b{n}", $"c{n}"], seen.Where(s => s.EndsWith($"{n}", StringComparison.Ordinal)));
    }

    [Fact, Trait("spec", "S-36")]
    public async Task Order_holds_for_many_events_in_commits_of_any_size()
    {
        const int Count = 20_000;
        var last = new int[3];
        var done = new TaskCompletionSource();
        async ValueTask Check(int hook, int n)
        {
            if (n % 97 == hook) await Task.Yield();
            if (last[hook] != n - 1) done.TrySetException(new InvalidOperationException($"hook {hook} got {n} after {last[hook]}"));
            if (hook > 0 && Volatile.Read(ref last[hook - 1]) < n) done.TrySetException(new InvalidOperationException($"hook {hook} got {n} before the one in front of it"));
            Volatile.Write(ref last[hook], n);
            if (hook == 2 && n == Count) done.TrySetResult();
        }

        var pipeline = Pipeline(int.MaxValue, [.. Enumerable.Range(0, 3).Select(hook => new DelegateHook(e => Check(hook, HookProbe.Number(e))))]);
        var random = new Random(1);
        for (var n = 1; n <= Count;)
        {
            var to = Math.Min(Count, n + random.Next(300));
            pipeline.Publish(HookProbe.Events(n, to));
            n = to + 1;
        }

        await done.Task.WaitAsync(Deadline);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hook_that_hangs_or_blocks_its_thread_delays_only_itself(bool blocks)
    {
        using var gate = new ManualResetEventSlim();
        var hang = new TaskCompletionSource();
        var pipeline = Pipeline(_probe.Hook("quick"), _probe.Hook("slow", Wait), _probe.Hook("last"));
        ValueTask Wait(int n, CancellationToken stop)
        {
            if (blocks) gate.Wait(stop);
            return blocks ? default : new(hang.Task);
        }

        pipeline.Publish(HookProbe.Events(1, 1));
        Assert.Equal(["quick1", "slow1"], await _probe.NextAsync(2));
        _probe.ExpectNothingMore();                                     // the last one waits its turn,
        _time.Advance(SlowAfter);
        Assert.Equal("last1", await _probe.NextAsync());                // but not for long
        pipeline.Publish(HookProbe.Events(2, 3));
        Assert.Equal(["last2", "last3", "quick2", "quick3"], (await _probe.NextAsync(4)).Order());
        _probe.ExpectNothingMore();

        gate.Set();
        hang.SetResult();

        Assert.Equal(["slow2", "slow3"], await _probe.NextAsync(2));
    }

    [Fact]
    public async Task A_slow_hook_is_in_line_again_when_it_has_caught_up()
    {
        var hang = new SemaphoreSlim(0);
        var pipeline = Pipeline(1, _probe.Hook("slow", async (n, stop) =>
        {
            await hang.WaitAsync(stop);
            _probe.Note($"slow{n} is done");
        }), _probe.Hook("last"));
        // For the slow hook 1 executes, 2 waits, 3 is dropped. Its second event ends the wait of the hook behind it, which must keep up: it has no room, either.
        pipeline.Publish(HookProbe.Events(1, 1));
        Assert.Equal("slow1", await _probe.NextAsync());
        pipeline.Publish(HookProbe.Events(2, 2));
        Assert.Equal(["last1", "last2"], await _probe.NextAsync(2));
        pipeline.Publish(HookProbe.Events(3, 3));
        Assert.Equal("last3", await _probe.NextAsync());
        Assert.Contains("too slow", (await _probe.NextWarningAsync()).Text, StringComparison.Ordinal);
        hang.Release(2);
        Assert.Equal(["slow1 is done", "slow2", "slow2 is done"], await _probe.NextAsync(3));
        Assert.Contains("has caught up", (await _probe.NextWarningAsync()).Text, StringComparison.Ordinal);

        pipeline.Publish(HookProbe.Events(4, 4));
        hang.Release();

        Assert.Equal(["slow4", "slow4 is done", "last4"], await _probe.NextAsync(3));
    }

    [Fact]
    public async Task A_hook_that_throws_is_logged_and_gets_the_next_event()
    {
        var pipeline = Pipeline(
            _probe.Hook("a", (n, _) => n == 1 ? throw new InvalidOperationException("at once") : default),
            _probe.Hook("b", async (n, _) =>
            {
                await Task.Yield();
                if (n == 1) throw new InvalidOperationException("later");
            }));

        pipeline.Publish(HookProbe.Events(1, 2));

        Assert.Equal(["a1", "a2", "b1", "b2"], await _probe.NextAsync(4));
        var first = await _probe.NextWarningAsync();
        Assert.Equal("at once", first.Cause!.Message);
        Assert.Contains("ProbeHook", first.Text, StringComparison.Ordinal);
        Assert.Contains("QueuePaused", first.Text, StringComparison.Ordinal);
        Assert.Equal("later", (await _probe.NextWarningAsync()).Cause!.Message);
    }

    [Fact]
    public async Task What_exceeds_the_buffer_of_a_slow_hook_is_dropped_for_it_alone_and_counted()
    {
        using var dropped = new DroppedEvents("q-overflow");
        var hang = new TaskCompletionSource();
        var pipeline = new HookPipeline("q-overflow", [_probe.Hook("slow", (_, _) => new(hang.Task)), _probe.Hook("last")], new HookSettings(10, SlowAfter), _probe.Log, _time);
        pipeline.Publish(HookProbe.Events(1, 1));
        Assert.Equal("slow1", await _probe.NextAsync());
        _time.Advance(SlowAfter);
        await _probe.NextAsync();

        for (var n = 2; n <= 16; n++)
        {
            pipeline.Publish(HookProbe.Events(n, n));
            Assert.Equal($"last{n}", await _probe.NextAsync());
        }

        Assert.Contains("10 events wait", (await _probe.NextWarningAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(5, dropped.Count);
        _probe.ExpectNothingMore();
        hang.SetResult();
        Assert.Equal(Enumerable.Range(2, 10).Select(n => $"slow{n}"), await _probe.NextAsync(10));
        Assert.Contains("has caught up; 5 events were dropped", (await _probe.NextWarningAsync()).Text, StringComparison.Ordinal);
        pipeline.Publish(HookProbe.Events(17, 17));
        Assert.Equal(["slow17", "last17"], await _probe.NextAsync(2));
        _probe.ExpectNothingMore();
    }

    [Fact]
    public async Task A_hook_that_falls_far_behind_is_not_waited_for_even_if_no_time_has_passed()
    {
        var hang = new TaskCompletionSource();
        var pipeline = Pipeline(10, _probe.Hook("slow", (_, _) => new(hang.Task)), _probe.Hook("last"));

        for (var n = 1; n <= 9; n++) pipeline.Publish(HookProbe.Events(n, n));

        Assert.Equal([.. Enumerable.Range(1, 9).Select(n => $"last{n}"), "slow1"], (await _probe.NextAsync(10)).Order());
        hang.SetResult();
    }

    [Fact]
    public async Task A_commit_larger_than_the_buffer_reaches_a_hook_that_is_idle()
    {
        var pipeline = Pipeline(10, _probe.Hook("a"));

        pipeline.Publish(HookProbe.Events(1, 500));

        Assert.Equal(Enumerable.Range(1, 500).Select(n => $"a{n}"), await _probe.NextAsync(500));
    }

    [Fact]
    public void Without_hooks_nobody_listens()
    {
        var pipeline = Pipeline();

        Assert.False(pipeline.HasListeners);
        pipeline.Publish(HookProbe.Events(1, 1));
        Assert.True(Pipeline(_probe.Hook("a")).HasListeners);
    }

    [Fact]
    public async Task Before_it_stops_hooks_get_what_waits()
    {
        var hang = new TaskCompletionSource();
        var pipeline = Pipeline(_probe.Hook("a", (_, _) => new(hang.Task)), _probe.Hook("b"));
        pipeline.Publish(HookProbe.Events(1, 2));
        Assert.Equal("a1", await _probe.NextAsync());

        var stopped = pipeline.DisposeAsync().AsTask();
        Assert.False(stopped.IsCompleted);
        hang.SetResult();
        await stopped.WaitAsync(Deadline);

        Assert.Equal(["a2", "b1", "b2"], await _probe.NextAsync(3));
        _probe.ExpectNothingMore();
        pipeline.Publish(HookProbe.Events(3, 3));
        Assert.Contains("has stopped; 1 events were dropped", (await _probe.NextWarningAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_waits_for_a_hook_that_hangs_only_so_long_and_says_what_it_did_not_get()
    {
        var cancelled = new TaskCompletionSource();
        var pipeline = Pipeline(_probe.Hook("a", async (n, stop) =>
        {
            await using var registration = stop.Register(() => cancelled.SetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
        }), _probe.Hook("b"));
        pipeline.Publish(HookProbe.Events(1, 3));
        Assert.Equal("a1", await _probe.NextAsync());
        _time.Advance(SlowAfter);
        await _probe.NextAsync(3);

        var stopped = pipeline.DisposeAsync().AsTask();
        _time.Advance(HookPipeline.DrainTime);
        await stopped.WaitAsync(Deadline);

        Assert.Contains("3 events were dropped", (await _probe.NextWarningAsync()).Text, StringComparison.Ordinal);
        await cancelled.Task.WaitAsync(Deadline);
        _probe.ExpectNothingMore();
    }

    private HookPipeline Pipeline(params IGafferHook[] hooks) => Pipeline(10_000, hooks);

    private HookPipeline Pipeline(int buffer, params IGafferHook[] hooks) => new("q", hooks, new HookSettings(buffer, SlowAfter), _probe.Log, _time);

    private sealed class DelegateHook(Func<GafferEvent, ValueTask> onEvent) : IGafferHook
    {
        public ValueTask OnEventAsync(GafferEvent gafferEvent, CancellationToken cancellationToken) => onEvent(gafferEvent);
    }

    /// <summary>Listens to the counter of dropped events of one queue.</summary>
    private sealed class DroppedEvents : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public DroppedEvents(string queue)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "Gaffer", Name: "gaffer.hooks.dropped" }) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            {
                var named = tags.ToArray().ToDictionary();
                if (named["messaging.destination.name"] as string == queue && named["gaffer.hook.name"] is string) Interlocked.Add(ref _count, count);
            });
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
