using Microsoft.Extensions.Logging;

namespace Gaffer;

/// <summary>What happens to storages, and to what queues, catalog and limiter keep in them (<c>Actor</c> is the persistence id).</summary>
internal sealed partial class StorageLog(ILogger logger)
{
    public const string Category = "Gaffer.Storage";

    [LoggerMessage(7001, LogLevel.Warning, "Storage {Storage} could not be read while the node joins. {Reason}")]
    public partial void StorageUnreadable(Exception cause, string storage, string reason);

    [LoggerMessage(7002, LogLevel.Warning, "{Actor} has no snapshot at {Sequence}; its journal stays longer until the next one")]
    public partial void ActorSnapshotNotWritten(Exception cause, string actor, long sequence);

    [LoggerMessage(7003, LogLevel.Warning, "{Actor} keeps events up to {Sequence} that its snapshot covers, until the next snapshot")]
    public partial void ActorJournalNotTrimmed(Exception cause, string actor, long sequence);

    [LoggerMessage(7004, LogLevel.Warning, "{Actor} keeps older snapshots until the next one")]
    public partial void ActorSnapshotsNotDeleted(Exception cause, string actor);

    [LoggerMessage(7005, LogLevel.Warning, "A part of an older snapshot of {Actor} could not be deleted; it is tried again after the next one")]
    public partial void ActorSnapshotPartNotDeleted(Exception cause, string actor);
}
