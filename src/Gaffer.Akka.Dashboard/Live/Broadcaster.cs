using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Gaffer.Dashboard;

/// <summary>Reads the cluster once a second while somebody listens, and tells all who do. One for each host, however many mounts and listeners there are.</summary>
internal sealed partial class Broadcaster
{
    public const int MostListeners = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    // Who asks for the overview again and again listens, too.
    private static readonly TimeSpan Interest = TimeSpan.FromSeconds(5);

    private static readonly ConditionalWeakTable<IGaffer, Broadcaster> All = [];

    private readonly Lock _lock = new();
    private readonly List<Channel<LiveEvent>> _listeners = [];
    private readonly Queue<SampleView> _samples = new();
    private readonly RateBook _rates = new();
    private readonly QueueReader _queues;
    private readonly NodeReader _nodes;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationToken _stop;
    private TaskCompletionSource _next = NewSource();
    private Reading? _last;
    private DateTimeOffset _until;
    private bool _isRunning;

    private Broadcaster(IGaffer gaffer, NodeReader nodes, TimeProvider time, ILogger log, CancellationToken stop) =>
        (_queues, _nodes, _time, _log, _stop) = (new QueueReader(gaffer, time), nodes, time, log, stop);

    /// <summary>The one of a host.</summary>
    public static Broadcaster Of(IGaffer gaffer, NodeReader nodes, TimeProvider time, ILogger log, CancellationToken stop)
    {
        return All.GetValue(gaffer, _ => new Broadcaster(gaffer, nodes, time, log, stop));
    }

    /// <summary>How often it has read.</summary>
    public int Readings { get; private set; }

    /// <summary>Whether it reads.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_lock) return _isRunning;
        }
    }

    /// <summary>Ends when the host stops.</summary>
    public CancellationToken Stopping => _stop;

    public RatesView? RatesOf(QueueName queue) => _rates.Of(queue);

    /// <summary>What these queues say now.</summary>
    public async Task<IReadOnlyList<QueueView>> ReadQueuesAsync(IReadOnlyList<QueueSummary> queues, CancellationToken stop) =>
        ViewsOf(await _queues.ReadAsync(queues, stop).ConfigureAwait(false));

    /// <summary>The newest reading, not older than two seconds, and the samples before it.</summary>
    public async Task<(Reading Reading, IReadOnlyList<SampleView> Samples)> ReadAsync(CancellationToken stop)
    {
        Task next;
        lock (_lock)
        {
            _until = _time.GetUtcNow() + Interest;
            StartLocked();
            if (_last is { } last && _time.GetUtcNow() - last.Sample.At < Fresh) return (last, [.. _samples]);
            next = _next.Task;
        }

        await next.WaitAsync(stop).ConfigureAwait(false);
        lock (_lock) return (_last!, [.. _samples]);
    }

    /// <summary>What is read from now on; null when too many listen. Who is slow misses some.</summary>
    public Channel<LiveEvent>? Listen()
    {
        var listener = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(2) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            if (_listeners.Count == MostListeners) return null;
            _listeners.Add(listener);
            StartLocked();
        }

        return listener;
    }

    public void Leave(Channel<LiveEvent> listener)
    {
        lock (_lock) _listeners.Remove(listener);
    }

    private void StartLocked()
    {
        if (_isRunning || _stop.IsCancellationRequested) return;
        _isRunning = true;
        _ = Task.Run(RunAsync, CancellationToken.None);
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do Publish(await TakeAsync().ConfigureAwait(false));
            while (!IsAlone() && await timer.WaitForNextTickAsync(_stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            lock (_lock) _next.TrySetCanceled(_stop);
        }
        catch (Exception e)
        {
            // Whatever it is, nobody is left waiting: streams end, browsers open them again, and the reading starts anew.
            LogFailure(_log, e);
            Fail(e);
        }
    }

    private void Fail(Exception exception)
    {
        lock (_lock)
        {
            _isRunning = false;
            foreach (var listener in _listeners) listener.Writer.TryComplete();
            _listeners.Clear();
            _next.TrySetException(exception);
            _next = NewSource();
        }
    }

    private async Task<Reading> TakeAsync()
    {
        try
        {
            var answers = await _queues.ReadAllAsync(_stop).ConfigureAwait(false);
            var news = _rates.Write([.. answers.Where(a => a.Info is not null).Select(a => a.Info!)]);
            var queues = ViewsOf(answers);
            return new(SampleView.Of(_time.GetUtcNow(), queues, news?.Rates()), queues, _nodes.Read(queues), null);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            // The next second is another attempt; until then all see the last reading, and that it is old.
            if (e is not (GafferException or OperationCanceledException)) LogFailure(_log, e);
            var why = e is GafferException ? e.Message : "The catalog of queues has not answered in time: it moves, or its storage is slow or away.";
            var queues = _last?.Queues ?? [];
            return new(SampleView.Of(_time.GetUtcNow(), queues, null), queues, _nodes.Read(queues), why);
        }
    }

    private IReadOnlyList<QueueView> ViewsOf(IReadOnlyList<(QueueSummary Queue, QueueInfo? Info, string? Error)> answers) =>
    [
        .. answers.Where(a => a.Info is not null || a.Error is not null)
            .Select(a => a.Info is { } info ? QueueView.Of(a.Queue, info, _rates.Of(a.Queue.Name)) : QueueView.Silent(a.Queue, a.Error!)),
    ];

    private void Publish(Reading reading)
    {
        TaskCompletionSource next;
        var tick = LiveEvent.Tick(reading);
        lock (_lock)
        {
            Readings++;
            _last = reading;
            if (reading.Error is null) _samples.Enqueue(reading.Sample);
            while (_samples.TryPeek(out var oldest) && reading.Sample.At - oldest.At > Kept) _samples.Dequeue();
            foreach (var listener in _listeners) listener.Writer.TryWrite(tick);
            (next, _next) = (_next, NewSource());
        }

        next.TrySetResult();
    }

    private bool IsAlone()
    {
        lock (_lock)
        {
            if (_listeners.Count > 0 || _time.GetUtcNow() < _until) return false;
            _isRunning = false;
            return true;
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(LogLevel.Error, "The cluster could not be read for the dashboard")]
    private static partial void LogFailure(ILogger log, Exception exception);
}
