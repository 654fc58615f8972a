
namespace Gaffer;

/// <summary>What the other partitions of a queue take from its head, the first: whatever is one for the whole queue.</summary>
internal sealed record HeadState(QueueOptions Options, int Version, bool Paused);

/// <summary>The head tells a partition what the queue is now; again until it is answered with <see cref="Following"/>.</summary>
/// <param name="Partition">The partition that is to follow.</param>
/// <param name="Revision">Grows with each word of the head. A partition takes only what is newer than what it has, so an earlier head that does not know of its end is not obeyed.</param>
/// <param name="Storage">The storage of the head. Revisions of two storages have nothing to do with each other, so a partition listens to a head in its own alone.</param>
/// <param name="Head">Null: the partition gives up the queue, with all its jobs.</param>
/// <param name="OnlyIfEmpty">It gives up only if it has no jobs.</param>
internal sealed record FollowHead(QueuePartition Partition, long Revision, string Storage, HeadState? Head, bool OnlyIfEmpty = false) : IQueueMessage;

/// <summary>A partition has it durably; told to the head that told it.</summary>
/// <param name="Index">Which partition.</param>
/// <param name="Revision">The newest that it has: one that is newer than the head's own says that the head must go above it.</param>
/// <param name="Jobs">How many jobs it gave up, or has if it refuses.</param>
/// <param name="Refused">It was to give up if it is empty, and has jobs.</param>
internal sealed record Following(int Index, long Revision, long Jobs = 0, bool Refused = false) : IGafferWire;

/// <summary>A partition has started: what is the queue? Wakes the head, which answers with <see cref="FollowHead"/>; repeated until it does.</summary>
/// <param name="Partition">The head.</param>
/// <param name="Index">Who asks.</param>
/// <param name="Revision">The newest that it has.</param>
internal sealed record AskHead(QueuePartition Partition, int Index, long Revision) : IQueueMessage
{
    /// <summary>The answer where there is no head: the queue does not exist. Newer than nothing, so it ends only a partition that has not begun.</summary>
    public FollowHead NoQueue => new(new QueuePartition(Partition.Queue, Index), 0, AnyStorage, null, OnlyIfEmpty: true);

    /// <summary>Instead of the name of a storage.</summary>
    public const string AnyStorage = "";
}
