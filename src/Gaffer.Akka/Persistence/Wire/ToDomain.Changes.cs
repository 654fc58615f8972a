using Case = Gaffer.Wire.QueueChange.ChangeOneofCase;

namespace Gaffer;

internal sealed partial class ToDomain
{
    public static QueueCommit Of(Wire.QueueCommit commit)
    {
        var to = new ToDomain(commit.Shared);
        return new QueueCommit(Each(commit.Changes, to.Change));
    }

    private QueueChange Change(Wire.QueueChange change)
    {
        var at = Time(change.At);
        return change.ChangeCase switch
        {
            Case.Inserted => new QueueChange.Inserted(at, Job(change.Inserted)),
            Case.Forwarded => new QueueChange.Inserted(at, Job(change.Forwarded), Forwarded: true),
            Case.Claimed => new QueueChange.Claimed(at, Job(change.Claimed.Job), At(_nodes, change.Claimed.Node)),
            Case.Completed => new QueueChange.Completed(at, Job(change.Completed.Job), change.Completed.HasResult ? Bytes(change.Completed.Result) : null),
            Case.Failed => new QueueChange.Failed(
                at, Job(change.Failed.Job), Error(change.Failed.Error), change.Failed.HasRetryAt ? Time(change.Failed.RetryAt) : null),
            Case.Cancelled => new QueueChange.Cancelled(
                at, Job(change.Cancelled.Job), change.Cancelled.HasReason ? change.Cancelled.Reason : null,
                Known((EventActor)change.Cancelled.By), Command(change.Cancelled.Command)),
            Case.Snoozed => new QueueChange.Snoozed(at, Job(change.Snoozed.Job), Time(change.Snoozed.Until)),
            Case.Released => new QueueChange.Released(at, Job(change.Released.Job)),
            Case.Retried => new QueueChange.Retried(at, Job(change.Retried.Job), Command(change.Retried.Command), change.Retried.Number),
            Case.Removed => new QueueChange.Removed(at, Job(change.Removed.Job), Command(change.Removed.Command)),
            Case.Pruned => new QueueChange.Pruned(at, Jobs(change.Pruned.Jobs), Command(change.Pruned.Command)),
            Case.ForwardDelivered => new QueueChange.ForwardDelivered(
                at, new ForwardKey(Job(change.ForwardDelivered.Job), change.ForwardDelivered.Execution, change.ForwardDelivered.Retries)),
            Case.Opened => new QueueChange.Opened(at, At(_nodes, change.Opened.Node)),
            Case.Stopped => new QueueChange.Stopped(at, new ExecutionKey(Job(change.Stopped.Job), change.Stopped.Execution), At(_nodes, change.Stopped.Node)),
            Case.PermitsMoved => new QueueChange.PermitsMoved(at, Permits(change.PermitsMoved)),
            Case.NodeGone => new QueueChange.NodeGone(at, At(_nodes, change.NodeGone.Node)),
            Case.Followed => new QueueChange.Followed(at, change.Followed.Revision, Head(change.Followed)),
            Case.Configured => new QueueChange.Configured(
                at, Options(change.Configured.Options), change.Configured.Version, change.Configured.ByEnsure, Command(change.Configured.Command)),
            Case.Paused => new QueueChange.Paused(at, Command(change.Paused.Command)),
            Case.Resumed => new QueueChange.Resumed(at, Command(change.Resumed.Command)),
            Case.DeletionBegun => new QueueChange.DeletionBegun(at, Command(change.DeletionBegun.Command)),
            Case.DeletionRefused => new QueueChange.DeletionRefused(at),
            Case.Deleted => new QueueChange.Deleted(at, Command(change.Deleted.Command)),
            _ => throw WireException.Unknown("kind of change"),
        };
    }
}
