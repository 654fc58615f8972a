namespace Gaffer;

/// <summary>One call to a queue of several partitions, told to each of them: what they are asked in turn, and what their answers are together. It sends nothing itself.</summary>
internal sealed class Scatter(PendingCall whole, int partitions, DateTimeOffset startedAt, int mostBytes)
{
    private readonly FlushRounds? _rounds = whole.Request is FlushQueue flush ? new FlushRounds(flush, startedAt) : null;
    private readonly GafferReply?[] _answers = new GafferReply?[partitions];
    private bool _isAtHead;
    private int _unanswered;

    /// <summary>Who waits for the answer.</summary>
    public PendingCall Whole => whole;

    /// <summary>The calls that are its parts, those included that are answered.</summary>
    public List<PendingCall> Parts { get; } = [];

    /// <summary>Whether it was answered, or has begun anew as another.</summary>
    public bool IsOver { get; set; }

    /// <summary>The answer if the queue is gone, or another one of its name is there: one that was empty is flushed. Null: it is to be asked anew.</summary>
    public GafferReply? WhenGone => _rounds is { WereAllEmpty: true } ? new FlushResult(true, 0, 0, 0) : null;

    /// <summary>The first that is to be asked.</summary>
    public Step Begin(DateTimeOffset now)
    {
        if (WholeQueue.Refusal(whole.Request, partitions, now) is { } refusal) return new Step(refusal);
        if (WholeQueue.HeadFirst(whole.Request) is not { } first) return AskAll(now);
        (_isAtHead, _unanswered) = (true, 1);
        return new Step([(0, first)]);
    }

    /// <summary>The next round.</summary>
    public Step AskAll(DateTimeOffset now)
    {
        Array.Clear(_answers);
        Parts.Clear();
        List<(int Partition, GafferRequest Request)> parts = _rounds is not null
            ? [.. Enumerable.Range(0, partitions).Select(n => (n, (GafferRequest)_rounds.Ask(now)))]
            : [.. WholeQueue.PartsOf(whole.Request, partitions).Select((part, n) => (n, part!)).Where(p => p.Item2 is not null)];
        _unanswered = parts.Count;
        return new Step(parts);
    }

    /// <summary>A partition has answered its part.</summary>
    public Step Hear(PendingCall part, GafferReply answer, DateTimeOffset now)
    {
        _unanswered--;
        if (_isAtHead)
        {
            _isAtHead = false;
            return answer is GafferFailure ? new Step(answer) : AskAll(now);
        }

        _answers[part.Partition] = answer;
        if (answer is GafferFailure { Error: GafferError.UnknownQueue } && WhenGone is { } gone) return new Step(gone);
        // The others may wait for long, or for a queue that is not there.
        var isInVain = answer is GafferFailure failure && (whole.Request is (FlushQueue or DrainQueue) || failure.Error == GafferError.UnknownQueue);
        if (_unanswered > 0 && !isInVain) return default;
        if (_rounds is null || isInVain) return new Step(WholeQueue.Merge(whole.Request, _answers, mostBytes));
        return _rounds.Hear(_answers!, now) is { } end ? new Step(end) : new Step(_rounds.PauseBefore(now));
    }

    /// <summary>What comes next: the answer, or parts that are to be asked, or all of them after a pause; or nothing yet.</summary>
    internal readonly record struct Step(GafferReply? Answer, IReadOnlyList<(int Partition, GafferRequest Request)>? Parts, TimeSpan? Pause)
    {
        public Step(GafferReply answer)
            : this(answer, null, null)
        {
        }

        public Step(IReadOnlyList<(int Partition, GafferRequest Request)> parts)
            : this(null, parts, null)
        {
        }

        public Step(TimeSpan pause)
            : this(null, null, pause)
        {
        }
    }
}
