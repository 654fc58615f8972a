using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Takes the events of one queue to its hooks: each gets all of them in order, and before the hooks behind it do.</summary>
/// <remarks>A hook that is slow, hangs, blocks its thread or throws delays and loses nothing but its own events: each runs in work items of its own, at most one at a time,
/// with a backlog of its own. While all are quick, a hook starts on events that the hooks before it have handled; one that is slow is not waited for until it has caught up.
/// Idle, there is neither a task nor a timer.</remarks>
internal sealed class HookPipeline : IEventSink, IAsyncDisposable
{
    /// <summary>Time that hooks have for what waits when the node stops.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();      // never disposed: a hook may still have its token, and there is nothing to free
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly QueueName _queue;
    private readonly ImmutableArray<HookLane> _lanes;
    private readonly HookSettings _settings;
    private readonly HookLog _log;
    private readonly TimeProvider _time;
    private long _published;
    private bool _closed;

    public HookPipeline(QueueName queue, IReadOnlyList<IGafferHook> hooks, HookSettings settings, HookLog log, TimeProvider time)
    {
        (_queue, _settings, _log, _time) = (queue, settings, log, time);
        _lanes = [.. hooks.Select(h => new HookLane(h, settings.Buffer))];
    }

    public bool HasListeners => !_lanes.IsEmpty;

    public void Publish(IReadOnlyList<GafferEvent> events)
    {
        if (events.Count == 0 || !HasListeners) return;

        lock (_lock)
        {
            Relieve();
            foreach (var lane in _lanes)
            {
                if (_closed || !lane.Add(_published, events)) Drop(lane, events.Count);
            }

            _published += events.Count;
            Advance();
        }
    }

    /// <summary>Takes no more, gives the hooks some time for what waits, then cancels their token and gives up the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _closed = true;
            Advance();
        }

        try
        {
            await _drained.Task.WaitAsync(DrainTime, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                foreach (var lane in _lanes) Abandon(lane);
            }
        }

        _ = _stop.CancelAsync().ContinueWith(        // not awaited: what hooks have registered may hang as well
            t => _log.HookCancellationThrew(t.Exception!, _queue),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Before a hook has to drop events because it waits for those in front of it, it no longer does.</summary>
    private void Relieve()
    {
        var last = _lanes.Length - 1;
        while (last > 0 && !_lanes[last].IsUnderPressure) last--;
        for (var i = 0; i < last; i++) _lanes[i].StepAside();
        if (last > 0) Advance();
    }

    /// <summary>Starts each hook that has something to do and need not wait for one before it.</summary>
    private void Advance()
    {
        var before = long.MaxValue;
        var isIdle = true;
        foreach (var lane in _lanes)
        {
            if (lane.Take(before) is { Count: > 0 } batch) Start(lane, batch);
            if (lane.IsInLine) before = Math.Min(before, lane.Next);
            isIdle &= lane.IsIdle;
        }

        if (_closed && isIdle) _drained.TrySetResult();
    }

    private void Start(HookLane lane, IReadOnlyList<GafferEvent> batch)
    {
        var isWaitedFor = lane.IsInLine && lane != _lanes[^1];
        lane.Patience = isWaitedFor ? _time.CreateTimer(StepAside, (lane, lane.Next), _settings.SlowAfter, Timeout.InfiniteTimeSpan) : null;
        ThreadPool.UnsafeQueueUserWorkItem(static run => _ = run.Pipeline.RunAsync(run.Lane, run.Batch), (Pipeline: this, Lane: lane, Batch: batch), preferLocal: false);
    }

    private void StepAside(object? state)
    {
        var (lane, first) = ((HookLane, long))state!;
        lock (_lock)
        {
            if (!lane.IsExecuting || lane.Next != first) return;     // it has just finished

            lane.StepAside();
            Advance();
        }
    }

    private async Task RunAsync(HookLane lane, IReadOnlyList<GafferEvent> batch)
    {
        foreach (var gafferEvent in batch)
        {
            if (_stop.IsCancellationRequested) break;
            await HandleAsync(lane, gafferEvent).ConfigureAwait(false);
            lane.Handled();
        }

        lane.Patience?.Dispose();
        lock (_lock)
        {
            if (lane.Done() is > 0 and var dropped) _log.HookCaughtUp(lane.Name, _queue, dropped);
            Advance();
        }
    }

    private async ValueTask HandleAsync(HookLane lane, GafferEvent gafferEvent)
    {
        try
        {
            await lane.Hook.OnEventAsync(gafferEvent, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // it was told to, and what it did not handle is counted
        }
        catch (Exception cause)
        {
            _log.HookThrew(cause, lane.Name, _queue, gafferEvent.GetType().Name);
        }
    }

    private void Drop(HookLane lane, int count)
    {
        CountDropped(count, lane);
        if (_closed)
        {
            _log.HookStopped(lane.Name, _queue, count);
        }
        else if (lane.Dropped == count)
        {
            _log.HookSlow(lane.Name, _queue, lane.Waiting);
        }
    }

    private void CountDropped(int count, HookLane lane) =>
        Instruments.DroppedEvents.Add(count, Attributes.Of(_queue), new KeyValuePair<string, object?>(Attributes.Hook, lane.Name));

    private void Abandon(HookLane lane)
    {
        if (lane.Abandon() is not (> 0 and var count)) return;

        CountDropped(count, lane);
        _log.HookUnfinished(lane.Name, _queue, count + lane.Dropped);
    }
}
