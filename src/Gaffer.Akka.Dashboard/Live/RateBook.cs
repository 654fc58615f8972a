using System.Collections.Concurrent;

namespace Gaffer.Dashboard;

/// <summary>What queues did lately, from one reading to the next. Written by one reader at a time.</summary>
internal sealed class RateBook
{
    /// <summary>Readings further apart say nothing of a moment: then it starts again.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<QueueName, Page> _pages = new();

    /// <summary>Of one queue, over the last seconds.</summary>
    public RatesView? Of(QueueName queue) => _pages.TryGetValue(queue, out var page) ? page.Rates : null;

    /// <summary>Takes down a reading of all queues that answered.</summary>
    /// <returns>What all of them did since the one before; null when there was none.</returns>
    public Tally? Write(IReadOnlyCollection<QueueInfo> infos)
    {
        Tally? all = null;
        foreach (var info in infos)
        {
            if (_pages.GetOrAdd(info.Name, static _ => new Page()).Write(info) is { } news) all = all is { } sum ? sum.Beside(news) : news;
        }

        var names = infos.Select(i => i.Name).ToHashSet();
        foreach (var gone in _pages.Keys.Where(name => !names.Contains(name))) _pages.TryRemove(gone, out _);
        return all;
    }

    private sealed class Page
    {
        private readonly Queue<(DateTimeOffset At, Tally Tally)> _recent = new();
        private QueueInfo? _last;

        public RatesView? Rates { get; private set; }

        public Tally? Write(QueueInfo info)
        {
            var before = _last;
            _last = info;
            if (before is null || info.AsOf <= before.AsOf || info.AsOf - before.AsOf > LongestGap)
            {
                _recent.Clear();
                Rates = null;
                return null;
            }

            var news = Tally.Between(before, info);
            _recent.Enqueue((info.AsOf, news));
            while (info.AsOf - _recent.Peek().At >= Window) _recent.Dequeue();
            Rates = _recent.Select(r => r.Tally).Aggregate((sum, next) => sum.Then(next)).Rates();
            return news;
        }
    }
}
