namespace Gaffer;

internal sealed partial class ToWire
{
    public static Wire.QueueCommit Of(QueueCommit commit)
    {
        var to = new ToWire();
        var wire = new Wire.QueueCommit();
        wire.Changes.Capacity = commit.Changes.Count;
        for (var i = 0; i < commit.Changes.Count; i++)
        {
            wire.Changes.Add(to.Change(commit.Changes[i]));
        }

        wire.Shared = to.Shared;
        return wire;
    }

    private Wire.QueueChange Change(QueueChange change)
    {
        var wire = new Wire.QueueChange { At = Time(change.At) };
        switch (change)
        {
            case QueueChange.Inserted { Forwarded: false } c:
                wire.Inserted = Job(c.Job);
                break;
            case QueueChange.Inserted c:
                wire.Forwarded = Job(c.Job);
                break;
            case QueueChange.Claimed c:
                wire.Claimed = new() { Job = Id(c.Job), Node = Node(c.Node) };
                break;
            case QueueChange.Completed c:
                wire.Completed = new() { Job = Id(c.Job) };
                if (c.Result is { } result) wire.Completed.Result = Bytes(result);
                break;
            case QueueChange.Failed c:
                wire.Failed = new() { Job = Id(c.Job), Error = Error(c.Error) };
                if (c.RetryAt is { } retryAt) wire.Failed.RetryAt = Time(retryAt);
                break;
            case QueueChange.Cancelled c:
                wire.Cancelled = new() { Job = Id(c.Job), By = (Wire.EventActor)c.By, Command = Command(c.Command) };
                if (c.Reason is { } reason) wire.Cancelled.Reason = reason;
                break;
            case QueueChange.Snoozed c:
                wire.Snoozed = new() { Job = Id(c.Job), Until = Time(c.Until) };
                break;
            case QueueChange.Released c:
                wire.Released = new() { Job = Id(c.Job) };
                break;
            case QueueChange.Retried c:
                wire.Retried = new() { Job = Id(c.Job), Command = Command(c.Command), Number = c.Number };
                break;
            case QueueChange.Removed c:
                wire.Removed = new() { Job = Id(c.Job), Command = Command(c.Command) };
                break;
            case QueueChange.Pruned c:
                wire.Pruned = new() { Jobs = Ids(c.Jobs), Command = Command(c.Command) };
                break;
            case QueueChange.ForwardDelivered c:
                wire.ForwardDelivered = new() { Job = Id(c.Forward.Job), Execution = c.Forward.Execution, Retries = c.Forward.Retries };
                break;
            case QueueChange.Opened c:
                wire.Opened = new() { Node = Node(c.Node) };
                break;
            case QueueChange.Stopped c:
                wire.Stopped = new() { Job = Id(c.Execution.Job), Execution = c.Execution.Execution, Node = Node(c.Node) };
                break;
            case QueueChange.PermitsMoved c:
                wire.PermitsMoved = Permits(c.Held);
                break;
            case QueueChange.NodeGone c:
                wire.NodeGone = new() { Node = Node(c.Node) };
                break;
            case QueueChange.Followed c:
                wire.Followed = Followed(c.Revision, c.Head);
                break;
            case QueueChange.Configured c:
                wire.Configured = new() { Options = Options(c.Options), Version = c.Version, ByEnsure = c.ByEnsure, Command = Command(c.Command) };
                break;
            case QueueChange.Paused c:
                wire.Paused = new() { Command = Command(c.Command) };
                break;
            case QueueChange.Resumed c:
                wire.Resumed = new() { Command = Command(c.Command) };
                break;
            case QueueChange.DeletionBegun c:
                wire.DeletionBegun = new() { Command = Command(c.Command) };
                break;
            case QueueChange.DeletionRefused:
                wire.DeletionRefused = new();
                break;
            case QueueChange.Deleted c:
                wire.Deleted = new() { Command = Command(c.Command) };
                break;
            default:
                throw new ArgumentException($"No shape is known for {change.GetType()}.", nameof(change));
        }

        return wire;
    }
}
