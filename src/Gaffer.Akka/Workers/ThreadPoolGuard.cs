using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Gaffer;

/// <summary>Keeps the thread pool responsive while user code blocks its threads: the journal's database client needs them.</summary>
/// <remarks>While attempts run, a thread of its own sends probes through the pool. When one is late, the pool may start more threads at once, up to one for each running attempt and a reserve;
/// when fewer run, it takes that back. It uses real time, whatever clock the actors have: it guards real threads.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "There is one, which lives as long as the process.")]
internal sealed class ThreadPoolGuard : IThreadPoolWorkItem
{
    /// <summary>Threads beyond those that attempts may block.</summary>
    public const int Reserve = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(50);

    private readonly Lock _start = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private Thread? _thread;
    private int _running;
    private int _asleep = 1;
    private int _probing;
    private int _original;
    private int _raisedTo;

    private ThreadPoolGuard()
    {
    }

    /// <summary>There is one thread pool in a process, and one guard.</summary>
    public static ThreadPoolGuard Process { get; } = new();

    /// <summary>Attempts whose code has not returned, in the whole process.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>An attempt starts, which may block a thread.</summary>
    public void Enter()
    {
        Interlocked.Increment(ref _running);
        if (Volatile.Read(ref _asleep) == 1 && Interlocked.Exchange(ref _asleep, 0) == 1) Wake();
    }

    /// <summary>The code of an attempt has returned.</summary>
    public void Leave() => Interlocked.Decrement(ref _running);

    /// <summary>A probe has come through.</summary>
    void IThreadPoolWorkItem.Execute() => Volatile.Write(ref _probing, 0);

    private void Wake()
    {
        lock (_start)
        {
            if (_thread is null)
            {
                _thread = new Thread(Watch) { IsBackground = true, Name = "gaffer-thread-pool-guard" };
                _thread.Start();
            }
        }

        _wake.Set();
    }

    private void Watch()
    {
        while (true)
        {
            _wake.WaitOne();
            do Probe();
            while (Volatile.Read(ref _running) > 0);
            Lower(0);
            Volatile.Write(ref _asleep, 1);
            // Who entered before the line above did not wake this thread.
            if (Interlocked.CompareExchange(ref _running, 0, 0) > 0 && Interlocked.Exchange(ref _asleep, 0) == 1) _wake.Set();
        }
    }

    /// <summary>Sends one probe and waits until it is through, making room for it.</summary>
    private void Probe()
    {
        var since = Stopwatch.GetTimestamp();
        Volatile.Write(ref _probing, 1);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
#pragma warning disable RS0030 // A thread of its own that watches the pool: there is no message to wait for.
        Thread.Sleep(Interval);
        for (; Volatile.Read(ref _probing) == 1; Thread.Sleep(Interval))
        {
            if (Stopwatch.GetElapsedTime(since) < Late) continue;
            Raise();
            since = Stopwatch.GetTimestamp();
        }

#pragma warning restore RS0030
        Lower(Volatile.Read(ref _running) + Reserve);
    }

    private void Raise()
    {
        ThreadPool.GetMinThreads(out var threads, out var ports);
        if (threads != _raisedTo) _original = threads;   // the first time, or somebody else has set it since
        var raised = Math.Min(threads * 2, Math.Max(_original, Volatile.Read(ref _running) + Reserve));
        if (raised > threads && ThreadPool.SetMinThreads(raised, ports)) _raisedTo = raised;
    }

    private void Lower(int atLeast)
    {
        if (_raisedTo == 0) return;
        ThreadPool.GetMinThreads(out var threads, out var ports);
        if (threads != _raisedTo)
        {
            _raisedTo = 0;   // somebody else has set it since, and knows why
            return;
        }

        var lowered = Math.Max(_original, atLeast);
        if (lowered < threads && ThreadPool.SetMinThreads(lowered, ports)) _raisedTo = lowered == _original ? 0 : lowered;
    }
}
