using Case = Gaffer.Wire.Request.RequestOneofCase;

namespace Gaffer;

internal sealed partial class ToDomain
{
    public static QueueCalls Of(Wire.QueueCalls calls)
    {
        var partition = Partition(calls.Queue);
        return new QueueCalls(partition, All(calls.Calls, c => new QueueCall(c.Id, Request(Required(c.Request), partition.Queue))), Math.Max(1, calls.Partitions));
    }

    public static GafferRequest Of(Wire.Request request) => Request(request, null);

    private static GafferRequest Request(Wire.Request request, QueueName? around)
    {
        var queue = request.Queue.Length > 0 ? Name(request.Queue) : around ?? throw new WireException("a request names no queue");
        var command = Command(request.Command);
        return request.RequestCase switch
        {
            Case.InsertJob => Insert(request.InsertJob, queue),
            Case.InsertJobs => new InsertJobs(queue, All(request.InsertJobs.Jobs, i => Insert(i, queue))),
            Case.GetJob => new GetJob(queue, Job(request.GetJob)),
            Case.ListJobs => new ListJobs(
                queue, Filter(Required(request.ListJobs.Filter)), request.ListJobs.Limit, request.ListJobs.HasAfter ? Job(request.ListJobs.After) : null),
            Case.CancelJob => new CancelJob(queue, Job(request.CancelJob.Job), request.CancelJob.HasReason ? request.CancelJob.Reason : null) { CommandId = command },
            Case.DeleteJob => new DeleteJob(queue, Job(request.DeleteJob)) { CommandId = command, IfState = IfState(request) },
            Case.RetryJob => new RetryJob(queue, Job(request.RetryJob)) { CommandId = command, IfState = IfState(request) },
            Case.PruneQueue => new PruneQueue(queue) { CommandId = command },
            Case.CreateQueue => new CreateQueue(Options(request.CreateQueue)) { CommandId = command },
            Case.EnsureQueue => new EnsureQueue(Options(request.EnsureQueue)) { CommandId = command },
            Case.GetQueue => new GetQueue(queue),
            Case.UpdateQueue => new UpdateQueue(
                Options(request.UpdateQueue.Options), request.UpdateQueue.HasIfVersion ? request.UpdateQueue.IfVersion : null)
            { CommandId = command },
            Case.DeleteQueue => new DeleteQueue(queue, Known((DeleteMode)request.DeleteQueue)) { CommandId = command },
            Case.PauseQueue => new PauseQueue(queue) { CommandId = command },
            Case.ResumeQueue => new ResumeQueue(queue) { CommandId = command },
            Case.GetQueueInfo => new GetQueueInfo(queue),
            Case.DrainQueue => new DrainQueue(queue, Span(request.DrainQueue)) { CommandId = command },
            Case.FlushQueue => new FlushQueue(queue, Span(request.FlushQueue.Within), request.FlushQueue.IncludeScheduled),
            Case.PollQueue => new PollQueue(queue),
            Case.ForwardJob => new ForwardJob(queue, Job(request.ForwardJob.Job), Bytes(request.ForwardJob.Payload), request.ForwardJob.Hops)
            {
                Trace = request.ForwardJob.HasTrace ? TraceContext.FromBytes(request.ForwardJob.Trace.Span, request.ForwardJob.HasTraceState ? request.ForwardJob.TraceState : null) : null,
            },
            _ => throw WireException.Unknown("kind of request"),
        };
    }

    private static JobState? IfState(Wire.Request request) => request.HasIfState ? Known((JobState)request.IfState) : null;

    private static InsertJob Insert(Wire.InsertJob insert, QueueName around) => new(
        insert.Queue.Length > 0 ? Name(insert.Queue) : around, Bytes(insert.Payload),
        insert.Options is { } options ? Options(options) : null, insert.HasContentType ? insert.ContentType : InsertJob.Json)
    {
        Id = Job(insert.Id),
    };
}
