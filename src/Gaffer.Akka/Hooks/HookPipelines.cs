
namespace Gaffer;

/// <summary>The hooks of one node: makes a <see cref="HookPipeline"/> for each queue that is asked for and has any.</summary>
/// <param name="global">Hooks of all queues, in order; they come first.</param>
/// <param name="ofQueues">Hooks of single queues, in order.</param>
/// <param name="settings">Their buffer, and when they are slow.</param>
/// <param name="log">Hears of what they did not get.</param>
/// <param name="time">Measures whether they are slow.</param>
internal sealed class HookPipelines(
    IReadOnlyList<IGafferHook> global, IReadOnlyDictionary<QueueName, IReadOnlyList<IGafferHook>> ofQueues,
    HookSettings settings, HookLog log, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<QueueName, HookPipeline> _pipelines = [];
    private bool _closed;

    /// <summary>Where events of a queue are published; the same for the same queue.</summary>
    public IEventSink Of(QueueName queue)
    {
        lock (_lock)
        {
            if (_pipelines.TryGetValue(queue, out var known)) return known;
            if (_closed || (global.Count == 0 && Own(queue).Count == 0)) return NoListeners.Instance;

            return _pipelines[queue] = new HookPipeline(queue, [.. global, .. Own(queue)], settings, log, time);
        }
    }

    /// <summary>Stops all of them at once; see <see cref="HookPipeline.DisposeAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        HookPipeline[] all;
        lock (_lock)
        {
            _closed = true;
            all = [.. _pipelines.Values];
        }

        await Task.WhenAll(all.Select(p => p.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private IReadOnlyList<IGafferHook> Own(QueueName queue) => ofQueues.TryGetValue(queue, out var hooks) ? hooks : [];

    private sealed class NoListeners : IEventSink
    {
        public static NoListeners Instance { get; } = new();

        public bool HasListeners => false;

        public void Publish(IReadOnlyList<GafferEvent> events)
        {
        }
    }
}
