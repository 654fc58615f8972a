namespace Gaffer;

internal sealed partial class ToWire
{
    public static Wire.QueueAnswers Of(QueueAnswers answers)
    {
        var to = new ToWire();
        var wire = new Wire.QueueAnswers { Queue = Name(answers.Partition) };
        foreach (var answer in answers.Answers.IsDefault ? [] : answers.Answers)
        {
            wire.Answers.Add(new Wire.QueueAnswer { Id = answer.Id, Reply = to.Reply(answer.Reply) });
        }

        wire.Shared = to.Shared;
        return wire;
    }

    public static Wire.Reply Of(GafferReply reply)
    {
        var to = new ToWire();
        var wire = to.Reply(reply);
        wire.Shared = to.Shared;
        return wire;
    }

    private Wire.Reply Reply(GafferReply reply)
    {
        var wire = new Wire.Reply();
        switch (reply)
        {
            case InsertResult r:
                wire.Insert = Inserted(r);
                break;
            case InsertManyResult r:
                wire.InsertMany = new();
                foreach (var job in r.Jobs.IsDefault ? [] : r.Jobs)
                {
                    wire.InsertMany.Jobs.Add(Inserted(job));
                }

                break;
            case JobFound r:
                wire.JobFound = Job(r.Job);
                break;
            case JobPage r:
                wire.JobPage = new();
                Jobs(wire.JobPage.Jobs, r.Jobs);
                if (r.Next is { } next) wire.JobPage.Next = Id(next);
                break;
            case CancelResult.Cancelled r:
                wire.Cancelled = Job(r.Job);
                break;
            case CancelResult.InvalidTransition r:
                wire.CancelRefused = Transition(r.From, r.To);
                break;
            case RetryResult.Retried r:
                wire.Retried = Job(r.Job);
                break;
            case RetryResult.InvalidTransition r:
                wire.RetryRefused = Transition(r.From, r.To);
                break;
            case JobDeletedResult r:
                wire.JobDeleted = Id(r.Job);
                break;
            case PruneResult r:
                wire.Pruned = new() { Jobs = Ids(r.Jobs), HasMore = r.HasMore };
                break;
            case CreateQueueResult r:
                wire.Created = new() { AlreadyExists = r.AlreadyExists, Queue = Description(r.Queue) };
                break;
            case EnsureQueueResult r:
                wire.Ensured = new() { Outcome = (Wire.EnsureOutcome)r.Outcome, Queue = Description(r.Queue) };
                break;
            case QueueDescription r:
                wire.Queue = Description(r);
                break;
            case QueueDeletedResult r:
                wire.QueueDeleted = r.Jobs;
                break;
            case PauseResult r:
                wire.Paused = r.AlreadyPaused;
                break;
            case ResumeResult r:
                wire.Resumed = r.AlreadyActive;
                break;
            case DrainResult r:
                wire.Drained = new() { Drained = r.Drained, StillRunning = Ids(r.StillRunning) };
                break;
            case FlushResult r:
                wire.Flushed = new() { Flushed = r.Flushed, Available = r.Available, Scheduled = r.Scheduled, Executing = r.Executing };
                if (r.Mark is { } mark) wire.Flushed.Mark = new() { Life = Id(mark.Life), Moves = mark.Moves };
                break;
            case PollResult r:
                wire.Polled = r.Claimed;
                break;
            case JobNotDeleted r:
                wire.NotDeleted = (Wire.JobState)r.State;
                break;
            case Misrouted r:
                wire.Misrouted = r.Partitions;
                break;
            case QueueInfo r:
                wire.Info = Info(r);
                break;
            case GafferFailure r:
                wire.Failure = Failure(r);
                break;
            default:
                throw new ArgumentException($"No shape is known for {reply.GetType()}.", nameof(reply));
        }

        return wire;
    }

    private static Wire.GafferFailure Failure(GafferFailure failure)
    {
        var wire = new Wire.GafferFailure { Error = (Wire.GafferError)failure.Error, Message = failure.Message };
        if (failure.Queue is { } queue) wire.Queue = queue;
        Texts(wire.Details, failure.Details);
        return wire;
    }

    private Wire.InsertResult Inserted(InsertResult result) => new() { Job = Job(result.Job), IsDuplicate = result.IsDuplicate };

    private static Wire.InvalidTransition Transition(JobState from, JobState to) => new() { From = (Wire.JobState)from, To = (Wire.JobState)to };

    private static Wire.QueueDescription Description(QueueDescription queue) => new() { Options = Options(queue.Options), Version = queue.Version };

    private Wire.QueueInfo Info(QueueInfo info)
    {
        var wire = new Wire.QueueInfo
        {
            AsOf = Time(info.AsOf),
            Name = Name(info.Name),
            Status = (Wire.QueueStatus)info.Status,
            Available = State(info.Available),
            Executing = State(info.Executing),
            Completed = State(info.Completed),
            Cancelled = State(info.Cancelled),
            Failed = State(info.Failed),
            Scheduled = info.Scheduled,
            Blocked = info.Blocked,
            PendingForwards = info.PendingForwards,
            ActiveWorkers = info.ActiveWorkers,
            MaxWorkers = Limit(info.MaxWorkers),
            GlobalMaxWorkers = Limit(info.GlobalMaxWorkers),
        };
        if (info.Partitions != 1) wire.Partitions = info.Partitions;
        foreach (var workers in info.Nodes.IsDefault ? [] : info.Nodes)
        {
            var node = new Wire.NodeWorkers { Node = Node(workers.Node), Active = workers.Active, Max = Limit(workers.Max), Zombies = workers.Zombies };
            Texts(node.Kinds, workers.Kinds);
            wire.Nodes.Add(node);
        }

        if (info.Totals != QueueTotals.Zero) wire.Totals = Totals(info.Totals);
        if (info.OldestReady is { } oldest) wire.OldestReady = Time(oldest);
        return wire;
    }

    private Wire.QueueTotals Totals(QueueTotals totals) => new()
    {
        Since = Time(totals.Since),
        Inserted = totals.Inserted,
        Started = totals.Started,
        Completed = totals.Completed,
        Failed = totals.Failed,
        Retried = totals.Retried,
        Cancelled = totals.Cancelled,
        Rescued = totals.Rescued,
        Pruned = totals.Pruned,
        WaitTime = Span(totals.WaitTime),
        RunTime = Span(totals.RunTime),
    };

    private Wire.StateInfo State(StateInfo info)
    {
        var wire = new Wire.StateInfo { Count = info.Count };
        if (info.Oldest is { } oldest) wire.Oldest = Time(oldest);
        if (info.Newest is { } newest) wire.Newest = Time(newest);
        return wire;
    }
}
