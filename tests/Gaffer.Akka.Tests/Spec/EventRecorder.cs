namespace Gaffer.Tests.Spec;

/// <summary>A hook that keeps all events, and lets a test wait for one.</summary>
public sealed class EventRecorder : IGafferHook
{
    private readonly Lock _lock = new();
    private readonly List<GafferEvent> _events = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask OnEventAsync(GafferEvent gafferEvent, CancellationToken cancellationToken)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _events.Add(gafferEvent);
            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
        return ValueTask.CompletedTask;
    }

    /// <summary>The events of a queue so far, in order.</summary>
    public IReadOnlyList<GafferEvent> Of(QueueName queue)
    {
        lock (_lock)
        {
            return [.. _events.Where(e => e.Queue == queue)];
        }
    }

    /// <summary>The first event of a kind that fits, past or to come.</summary>
    public async Task<TEvent> FirstAsync<TEvent>(QueueName queue, Func<TEvent, bool>? fits = null)
        where TEvent : GafferEvent
    {
        var deadline = Task.Delay(Patience.Longest);
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_events.OfType<TEvent>().FirstOrDefault(e => e.Queue == queue && (fits?.Invoke(e) ?? true)) is { } found) return found;
                more = _more.Task;
            }

            if (await Task.WhenAny(more, deadline) == deadline)
            {
                throw new TimeoutException($"No {typeof(TEvent).Name} of queue '{queue}' that fits came within {Patience.Longest}. It had: {string.Join(", ", Of(queue).Select(e => e.GetType().Name))}");
            }
        }
    }
}

/// <summary>How long a test waits in real time for what must happen; never how long something takes.</summary>
public static class Patience
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Longest);

    public static Task Soon(this Task task) => task.WaitAsync(Longest);
}
