using Case = Gaffer.Wire.Reply.ReplyOneofCase;

namespace Gaffer;

internal sealed partial class ToDomain
{
    public static QueueAnswers Of(Wire.QueueAnswers answers)
    {
        var to = new ToDomain(answers.Shared);
        return new QueueAnswers(Partition(answers.Queue), All(answers.Answers, a => new QueueAnswer(a.Id, to.Reply(Required(a.Reply)))));
    }

    public static GafferReply Of(Wire.Reply reply) => new ToDomain(reply.Shared).Reply(reply);

    private GafferReply Reply(Wire.Reply reply) => reply.ReplyCase switch
    {
        Case.Insert => Inserted(reply.Insert),
        Case.InsertMany => new InsertManyResult(All(reply.InsertMany.Jobs, Inserted)),
        Case.JobFound => new JobFound(Job(reply.JobFound)),
        Case.JobPage => new JobPage(Jobs(reply.JobPage.Jobs), reply.JobPage.HasNext ? Job(reply.JobPage.Next) : null),
        Case.Cancelled => new CancelResult.Cancelled(Job(reply.Cancelled)),
        Case.CancelRefused => new CancelResult.InvalidTransition(Known((JobState)reply.CancelRefused.From), Known((JobState)reply.CancelRefused.To)),
        Case.Retried => new RetryResult.Retried(Job(reply.Retried)),
        Case.RetryRefused => new RetryResult.InvalidTransition(Known((JobState)reply.RetryRefused.From), Known((JobState)reply.RetryRefused.To)),
        Case.JobDeleted => new JobDeletedResult(Job(reply.JobDeleted)),
        Case.Pruned => new PruneResult(Jobs(reply.Pruned.Jobs), reply.Pruned.HasMore),
        Case.Created => new CreateQueueResult(reply.Created.AlreadyExists, Description(reply.Created.Queue)),
        Case.Ensured => new EnsureQueueResult(Known((EnsureOutcome)reply.Ensured.Outcome), Description(reply.Ensured.Queue)),
        Case.Queue => Description(reply.Queue),
        Case.QueueDeleted => new QueueDeletedResult(reply.QueueDeleted),
        Case.Paused => new PauseResult(reply.Paused),
        Case.Resumed => new ResumeResult(reply.Resumed),
        Case.Drained => new DrainResult(reply.Drained.Drained, Jobs(reply.Drained.StillRunning)),
        Case.Flushed => new FlushResult(reply.Flushed.Flushed, reply.Flushed.Available, reply.Flushed.Scheduled, reply.Flushed.Executing) { Mark = Mark(reply.Flushed.Mark) },
        Case.Polled => new PollResult(reply.Polled),
        Case.Info => Info(reply.Info),
        Case.NotDeleted => new JobNotDeleted(Known((JobState)reply.NotDeleted)),
        Case.Misrouted => new Misrouted(Math.Max(1, reply.Misrouted)),
        Case.Failure => Failure(reply.Failure),
        _ => throw WireException.Unknown("kind of reply"),
    };

    private static GafferFailure Failure(Wire.GafferFailure failure) =>
        new(Known((GafferError)failure.Error), failure.Message, failure.HasQueue ? failure.Queue : null, Texts(failure.Details));

    private InsertResult Inserted(Wire.InsertResult result) => new(Job(result.Job), result.IsDuplicate);

    private static QueueDescription Description(Wire.QueueDescription? queue) => new(Options(Required(queue).Options), queue!.Version);

    private QueueInfo Info(Wire.QueueInfo info) => new(
        Name(info.Name), Known((QueueStatus)info.Status),
        State(info.Available), State(info.Executing), State(info.Completed), State(info.Cancelled), State(info.Failed),
        info.Scheduled, info.Blocked, info.PendingForwards, info.ActiveWorkers, Limit(info.MaxWorkers), Limit(info.GlobalMaxWorkers),
        All(info.Nodes, n => new NodeWorkers(At(_nodes, n.Node), n.Active, Limit(n.Max), n.Zombies, Texts(n.Kinds))), Time(info.AsOf))
    {
        Partitions = info.Partitions == 0 ? 1 : info.Partitions,
        Totals = info.Totals is { } totals ? Totals(totals) : QueueTotals.Zero, // none: written by a version without them
        OldestReady = info.HasOldestReady ? Time(info.OldestReady) : null,
    };

    private static FlushMark? Mark(Wire.FlushMark? mark) => mark is null ? default(FlushMark?) : new FlushMark(Id(mark.Life), mark.Moves);

    private QueueTotals Totals(Wire.QueueTotals totals) => new()
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

    private StateInfo State(Wire.StateInfo? info) => new(
        Required(info).Count, info!.HasOldest ? Time(info.Oldest) : null, info.HasNewest ? Time(info.Newest) : null);
}
