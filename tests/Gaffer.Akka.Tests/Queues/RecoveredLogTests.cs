using Xunit;

namespace Gaffer.Tests;

/// <summary>A recovery that missed events is noticed.</summary>
public class RecoveredLogTests
{
    private static readonly QueueCommit Created = new([new QueueChange.Configured(Given.Noon, Given.Options, 1, false, Guid.Empty)]);
    private static readonly QueueCommit Other = new([new QueueChange.Paused(Given.Noon, Guid.Empty)]);

    [Fact]
    public void All_events_from_the_first_are_whole() => Assert.True(Read(null, (1, Created), (2, Other)).IsWhole(2, isKnown: true));

    [Fact]
    public void A_snapshot_and_what_follows_are_whole() => Assert.True(Read(7, (8, Other), (9, Other)).IsWhole(9, isKnown: true));

    [Fact]
    public void A_snapshot_alone_is_whole() => Assert.True(Read(7).IsWhole(7, isKnown: true));

    [Fact]
    public void Nothing_is_whole_where_there_was_never_a_queue_or_it_was_deleted()
    {
        Assert.True(Read(null).IsWhole(0, isKnown: true));
        Assert.True(Read(null).IsWhole(5, isKnown: false));
        Assert.True(Read(null, (6, Created), (7, Other)).IsWhole(7, isKnown: true));
    }

    [Fact]
    public void Events_that_are_missing_after_the_snapshot_are_noticed()
    {
        Assert.False(Read(7, (9, Other)).IsWhole(9, isKnown: true));
        Assert.False(Read(7).IsWhole(9, isKnown: true));
        Assert.False(Read(7, (8, Other)).IsWhole(9, isKnown: true));
    }

    [Fact]
    public void A_snapshot_that_came_meanwhile_is_noticed()
    {
        Assert.False(Read(null).IsWhole(5, isKnown: true));
        Assert.False(Read(null, (6, Other)).IsWhole(6, isKnown: true));
    }

    private static RecoveredLog Read(long? snapshot, params (long Sequence, QueueCommit Commit)[] events)
    {
        var log = new RecoveredLog();
        if (snapshot is { } at) log.Snapshot(at);
        foreach (var (sequence, commit) in events) log.Follows(sequence, commit);
        return log;
    }
}
