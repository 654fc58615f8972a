namespace Gaffer;

/// <summary>What hooks hear of a change. Claims are not here: those of one commit are one event, which the queue adds.</summary>
internal static class ChangeEvents
{
    /// <summary>Adds the events of a change; <paramref name="job"/> is the job after it, <paramref name="previous"/> the queue's options before it.</summary>
    public static void Add(List<GafferEvent> events, QueueName queue, QueueChange change, Job? job, QueueOptions? previous)
    {
        switch (change)
        {
            case QueueChange.Pruned p:
                var pruner = p.Command == Guid.Empty ? EventActor.Pruner : EventActor.User;
                foreach (var id in p.Jobs) events.Add(new JobDeleted(queue, pruner, p.At, id));
                break;
            default:
                if (Of(queue, change, job, previous) is { } one) events.Add(one);
                break;
        }
    }

    private static GafferEvent? Of(QueueName queue, QueueChange change, Job? job, QueueOptions? previous) => change switch
    {
        QueueChange.Inserted i => new JobInserted(queue, i.Forwarded ? EventActor.Worker : EventActor.User, i.At, i.Job),
        QueueChange.Completed c => new JobCompleted(queue, EventActor.Worker, c.At, job!),
        QueueChange.Failed f => new JobFailed(queue, f.Error.Actor == JobErrorActor.Runner ? EventActor.Runner : EventActor.Worker, f.At, job!, f.Error),
        QueueChange.Cancelled c => new JobCancelled(queue, c.By, c.At, job!),
        QueueChange.Snoozed s => new JobRescheduled(queue, EventActor.Worker, s.At, job!),
        QueueChange.Released r => new JobRescheduled(queue, EventActor.Runner, r.At, job!),
        QueueChange.Retried r => new JobRescheduled(queue, EventActor.User, r.At, job!),
        QueueChange.Removed r => new JobDeleted(queue, EventActor.User, r.At, r.Job),
        QueueChange.Configured { Version: 1 } c => new QueueCreated(queue, EventActor.User, c.At, c.Options),
        QueueChange.Configured c => new QueueUpdated(queue, EventActor.User, c.At, c.Options, previous ?? c.Options, c.ByEnsure),
        QueueChange.Paused p => new QueuePaused(queue, EventActor.User, p.At),
        QueueChange.Resumed r => new QueueResumed(queue, EventActor.User, r.At),
        QueueChange.Deleted d => new QueueDeleted(queue, EventActor.User, d.At),
        _ => null,
    };
}
