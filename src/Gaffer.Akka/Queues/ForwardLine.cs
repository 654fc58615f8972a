namespace Gaffer;

/// <summary>What a queue forwards to one target: what is under way there, bounded, and what waits for that. It sends nothing itself.</summary>
/// <remarks>A target that has taken nothing since the last look is asked with one job alone, and less and less often: however long that is so, it costs next to nothing.</remarks>
internal sealed class ForwardLine(QueueName target)
{
    private const int MostUnderWay = 1000;
    private const int LongestWait = 10; // retry intervals
    private const int FirstReport = 4;  // looks: a target that moves or is busy is none to report
    private const int MostUnreported = 256;

    private bool _hasTaken;
    private int _looksInVain;
    private DateTimeOffset _lookAt = DateTimeOffset.MinValue;

    public QueueName Target => target;

    /// <summary>By the number of the call.</summary>
    public Dictionary<long, Told> UnderWay { get; } = [];

    public Queue<PendingForward> Waiting { get; } = new();

    /// <summary>Why the target takes nothing, if it said so.</summary>
    public GafferFailure? Refusal { get; set; }

    public bool HasRoom => UnderWay.Count < MostUnderWay;

    /// <summary>Whether somebody should hear, after a look, that the target takes nothing: less and less often.</summary>
    public bool IsToBeReported => _looksInVain >= FirstReport && (int.IsPow2(_looksInVain) || _looksInVain % MostUnreported == 0);

    /// <summary>The target has taken one.</summary>
    /// <returns>Whether it had taken none for a while: then all others are to be told again.</returns>
    public bool Takes()
    {
        var isBack = _looksInVain > 0;
        (_hasTaken, _looksInVain, Refusal) = (true, 0, null);
        if (isBack) _lookAt = DateTimeOffset.MinValue;
        return isBack;
    }

    /// <summary>The calls that are to be told again now, as they have been silent for the interval or longer.</summary>
    public IReadOnlyList<long> Look(DateTimeOffset now, TimeSpan interval)
    {
        if (now < _lookAt) return [];
        List<long> silent = [.. UnderWay.Where(c => now - c.Value.At >= interval).OrderBy(c => c.Value.At).Select(c => c.Key)];
        if (silent.Count == 0) return [];
        if (_hasTaken)
        {
            _hasTaken = false;
            return silent;
        }

        _looksInVain++;
        _lookAt = now + (Math.Min(1 << Math.Min(_looksInVain, 8), LongestWait) * interval);
        return [silent[0]]; // each in its turn
    }

    /// <summary>A forward that is under way.</summary>
    /// <param name="Key">Which.</param>
    /// <param name="At">When it was last told.</param>
    public readonly record struct Told(ForwardKey Key, DateTimeOffset At);
}
