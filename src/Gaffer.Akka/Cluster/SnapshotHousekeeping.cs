using Akka.Persistence;

namespace Gaffer;

/// <summary>What a persistent actor does with the answers to its snapshots: what the new one covers is deleted, and what goes wrong is told and made up for by the next one.</summary>
internal static class SnapshotHousekeeping
{
    /// <summary>Answers whether the message was one of these.</summary>
    public static bool Handle(Eventsourced actor, object message, StorageLog log)
    {
        switch (message)
        {
            case SaveSnapshotSuccess saved:
                actor.DeleteMessages(saved.Metadata.SequenceNr);
                actor.DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                return true;
            case SaveSnapshotFailure failed:
                log.ActorSnapshotNotWritten(failed.Cause, actor.PersistenceId, failed.Metadata.SequenceNr);
                return true;
            case DeleteMessagesFailure failed:
                log.ActorJournalNotTrimmed(failed.Cause, actor.PersistenceId, failed.ToSequenceNr);
                return true;
            case DeleteSnapshotsFailure failed:
                log.ActorSnapshotsNotDeleted(failed.Cause, actor.PersistenceId);
                return true;
            case DeleteMessagesSuccess or DeleteSnapshotsSuccess:
                return true;
            default:
                return false;
        }
    }
}
