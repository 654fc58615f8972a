namespace Gaffer;

/// <summary>Whether what a queue read at its start is all that there is, without a gap.</summary>
/// <remarks>Another actor of the queue, on a node that is just going down, may write a snapshot and trim the journal while this one reads: between the snapshot that was loaded and the events that are left, some would be missing.</remarks>
internal sealed class RecoveredLog
{
    private long? _at;
    private bool _hasGap;

    /// <summary>Whether nothing was read.</summary>
    public bool IsEmpty => _at is null;

    /// <summary>A snapshot was loaded.</summary>
    public void Snapshot(long sequence) => _at = sequence;

    /// <summary>The next event was read. Answers whether it follows on what was read before.</summary>
    public bool Follows(long sequence, QueueCommit commit)
    {
        // What a deleted queue of the same name left may be gone, whatever its number.
        _hasGap |= _at is { } at ? sequence != at + 1 : sequence > 1 && !commit.Changes.Any(static c => c is QueueChange.Configured);
        _at = sequence;
        return !_hasGap;
    }

    /// <summary>Whether all was read.</summary>
    /// <param name="last">The last number that the journal has given out.</param>
    /// <param name="isKnown">Whether there is a queue, as far as the catalog knows.</param>
    public bool IsWhole(long last, bool isKnown) => !_hasGap && (_at is { } at ? at == last : last == 0 || !isKnown);
}
