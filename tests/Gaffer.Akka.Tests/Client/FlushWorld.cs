using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue of some partitions whose jobs insert into others, and one who waits until it is flushed. What happens next is drawn from what can happen:
/// jobs come due, are claimed, insert and end; partitions start anew; questions and answers are under way for any time.</summary>
internal sealed class FlushWorld
{
    private readonly Random _random;
    private readonly FlushQueue _flush;
    private readonly Part[] _parts;
    private readonly Func<FlushQueue, IReadOnlyList<GafferReply>, GafferReply?> _hear;
    private int _inserts;
    private int _restarts = 3;
    private int _fromOutside;
    private bool _wereAllDone;

    /// <param name="seed">Says how it goes.</param>
    /// <param name="fromOutside">Jobs that others insert meanwhile.</param>
    /// <param name="includeScheduled">Whether jobs that wait for a time count.</param>
    /// <param name="hear">Answers when the answers of a round are enough; asks again while it is null.</param>
    public FlushWorld(int seed, int fromOutside, bool includeScheduled, Func<FlushQueue, IReadOnlyList<GafferReply>, GafferReply?> hear)
    {
        (_random, _fromOutside, _hear) = (new Random(seed), fromOutside, hear);
        _flush = new FlushQueue("emails", Timeout.InfiniteTimeSpan, includeScheduled);
        _inserts = _random.Next(2, 40);
        _parts = [.. Enumerable.Range(0, _random.Next(2, 5)).Select(_ => new Part())];
        for (var n = _random.Next(1, 3); n > 0; n--) Insert(Any());
    }

    /// <summary>Whether a mark counts the starts of jobs, or inserts alone.</summary>
    public bool CountsStarts { get; init; } = true;

    /// <summary>Goes on until the flush is answered.</summary>
    /// <returns>Whether at some moment since it was asked nothing was left, and whether nothing is left now.</returns>
    public (bool WereAllDone, bool AreAllDone, int Rounds) Run()
    {
        for (var round = 1; ; round++)
        {
            foreach (var part in _parts) (part.IsAsked, part.Answer) = (false, null);
            while (_parts.Any(p => p.Answer is null)) Step();
            if (_hear(_flush, [.. _parts.Select(p => p.Answer!)]) is { } answer)
            {
                Assert.True(Assert.IsType<FlushResult>(answer).Flushed);
                return (_wereAllDone, _parts.All(IsDone), round);
            }

            Assert.True(round < 1000, "it is never answered");
        }
    }

    private void Step()
    {
        var part = Any();
        switch (_random.Next(10))
        {
            case 0 when part.Scheduled > 0:
                part.Scheduled--;
                part.Available++;
                break;
            case 1 when part.Available > 0:
                part.Available--;
                part.Executing++;
                if (CountsStarts) part.Moves++;
                break;
            case 2 when part.Executing > 0 && _inserts > 0:
                _inserts--;
                Insert(Any());
                break;
            case 3 when part.Executing > 0 && (_inserts == 0 || _random.Next(2) == 0):
                part.Executing--;
                break;
            case 4 when _restarts > 0:
                _restarts--;
                (part.Life, part.Moves) = (Guid.NewGuid(), 0);
                break;
            case 5 when _fromOutside > 0 && _random.Next(4) == 0:
                _fromOutside--;
                Insert(part);
                break;
            case 6 or 8:
                part.IsAsked = true;
                break;
            case 7 or 9 when part.IsAsked && part.Answer is null && IsDone(part):
                part.Answer = new FlushResult(true, 0, part.Scheduled, 0) { Mark = new FlushMark(part.Life, part.Moves) };
                break;
        }

        _wereAllDone |= _parts.All(IsDone);
    }

    private void Insert(Part part)
    {
        part.Moves++;
        if (_random.Next(3) == 0) part.Scheduled++;
        else part.Available++;
    }

    private bool IsDone(Part part) => part is { Available: 0, Executing: 0 } && (part.Scheduled == 0 || !_flush.IncludeScheduled);

    private Part Any() => _parts[_random.Next(_parts.Length)];

    private sealed class Part
    {
        public Guid Life { get; set; } = Guid.NewGuid();

        public long Moves { get; set; }

        public int Available { get; set; }

        public int Scheduled { get; set; }

        public int Executing { get; set; }

        public bool IsAsked { get; set; }

        public FlushResult? Answer { get; set; }
    }
}
