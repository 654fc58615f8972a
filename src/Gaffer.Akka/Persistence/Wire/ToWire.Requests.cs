namespace Gaffer;

internal sealed partial class ToWire
{
    private static readonly Wire.Nothing Nothing = new();

    public static Wire.QueueCalls Of(QueueCalls calls)
    {
        var wire = new Wire.QueueCalls { Queue = Name(calls.Partition), Partitions = calls.Partitions == 1 ? 0 : calls.Partitions };
        foreach (var call in calls.Calls.IsDefault ? [] : calls.Calls)
        {
            wire.Calls.Add(new Wire.QueueCall { Id = call.Id, Request = Request(call.Request, calls.Partition.Queue) });
        }

        return wire;
    }

    public static Wire.Request Of(GafferRequest request) => Request(request, null);

    /// <summary>The name of the queue is left out where it is that of the calls around.</summary>
    private static Wire.Request Request(GafferRequest request, QueueName? around)
    {
        var wire = new Wire.Request();
        if (request.Queue != around) wire.Queue = Name(request.Queue);
        if (request is GafferCommand command) wire.Command = Command(command.CommandId);
        switch (request)
        {
            case InsertJob r:
                wire.InsertJob = Insert(r, r.Queue);
                break;
            case InsertJobs r:
                wire.InsertJobs = new();
                foreach (var insert in r.Jobs.IsDefault ? [] : r.Jobs)
                {
                    wire.InsertJobs.Jobs.Add(Insert(insert, r.Queue));
                }

                break;
            case GetJob r:
                wire.GetJob = Id(r.Job.Value);
                break;
            case ListJobs r:
                wire.ListJobs = new() { Filter = Filter(r.Filter), Limit = r.Limit };
                if (r.After is { } after) wire.ListJobs.After = Id(after.Value);
                break;
            case CancelJob r:
                wire.CancelJob = new() { Job = Id(r.Job.Value) };
                if (r.Reason is { } reason) wire.CancelJob.Reason = reason;
                break;
            case DeleteJob r:
                wire.DeleteJob = Id(r.Job.Value);
                if (r.IfState is { } deleted) wire.IfState = (Wire.JobState)deleted;
                break;
            case RetryJob r:
                wire.RetryJob = Id(r.Job.Value);
                if (r.IfState is { } retried) wire.IfState = (Wire.JobState)retried;
                break;
            case PruneQueue:
                wire.PruneQueue = Nothing;
                break;
            case CreateQueue r:
                wire.CreateQueue = Options(r.Options);
                break;
            case EnsureQueue r:
                wire.EnsureQueue = Options(r.Options);
                break;
            case GetQueue:
                wire.GetQueue = Nothing;
                break;
            case UpdateQueue r:
                wire.UpdateQueue = new() { Options = Options(r.Options) };
                if (r.IfVersion is { } version) wire.UpdateQueue.IfVersion = version;
                break;
            case DeleteQueue r:
                wire.DeleteQueue = (Wire.DeleteMode)r.Mode;
                break;
            case PauseQueue:
                wire.PauseQueue = Nothing;
                break;
            case ResumeQueue:
                wire.ResumeQueue = Nothing;
                break;
            case GetQueueInfo:
                wire.GetQueueInfo = Nothing;
                break;
            case DrainQueue r:
                wire.DrainQueue = Span(r.Within);
                break;
            case FlushQueue r:
                wire.FlushQueue = new() { Within = Span(r.Within), IncludeScheduled = r.IncludeScheduled };
                break;
            case PollQueue:
                wire.PollQueue = Nothing;
                break;
            case ForwardJob r:
                wire.ForwardJob = new() { Job = Id(r.Job.Value), Payload = Bytes(r.Payload), Hops = r.Hops };
                if (r.Trace is { } trace) wire.ForwardJob.Trace = Bytes(trace.ToBytes());
                if (r.Trace?.State is { } state) wire.ForwardJob.TraceState = state;
                break;
            default:
                throw new ArgumentException($"No shape is known for {request.GetType()}.", nameof(request));
        }

        return wire;
    }

    private static Wire.InsertJob Insert(InsertJob insert, QueueName around)
    {
        var wire = new Wire.InsertJob { Id = Id(insert.Id.Value), Payload = Bytes(insert.Payload) };
        if (insert.Queue != around) wire.Queue = Name(insert.Queue);
        if (insert.Options is { } options) wire.Options = Options(options);
        if (insert.ContentType != InsertJob.Json) wire.ContentType = insert.ContentType;
        return wire;
    }
}
