using Akka.Actor;

namespace Gaffer;

/// <summary>A request that is not answered yet, and who waits for it: a task, an actor, or a call of which it is a part.</summary>
internal sealed class PendingCall : INoSerializationVerificationNeeded
{
    private readonly TaskCompletionSource<GafferReply>? _task;
    private readonly IActorRef? _replyTo;
    private long _size = -1;

    public PendingCall(GafferRequest request) => (Request, _task) = (request, new TaskCompletionSource<GafferReply>(TaskCreationOptions.RunContinuationsAsynchronously));

    public PendingCall(GafferRequest request, IActorRef replyTo) => (Request, _replyTo) = (request, replyTo);

    /// <summary>The part of a call that one partition is to answer.</summary>
    public PendingCall(GafferRequest request, Scatter scatter, int partition) => (Request, Scatter, Partition) = (request, scatter, partition);

    public GafferRequest Request { get; }

    /// <summary>The actor that waits; null: a task does, or a call of which it is a part.</summary>
    public IActorRef? Asker => _replyTo;

    public Task<GafferReply> Task => _task!.Task;

    /// <summary>The call of which it is a part; null: it is a whole one.</summary>
    public Scatter? Scatter { get; }

    /// <summary>What it is while all partitions are asked.</summary>
    public Scatter? Spread { get; set; }

    /// <summary>The partition that is to answer a part.</summary>
    public int Partition { get; }

    /// <summary>Where it was sent, or is about to be.</summary>
    public Route? Route { get; set; }

    /// <summary>How often it was answered that it had come to a wrong partition.</summary>
    public int Redirects { get; set; }

    /// <summary>By which the answer is recognised.</summary>
    public long Id { get; set; }

    public DateTimeOffset Deadline { get; set; }

    public DateTimeOffset SentAt { get; set; }

    public int Sends { get; set; }

    /// <summary>How often it was sent again since its queue was last known to have answered or moved.</summary>
    public int Repetitions { get; set; }

    /// <summary>Bytes on the wire, roughly.</summary>
    public long Size => _size < 0 ? _size = MessageSize.Of(Request) : _size;

    public void Answer(GafferReply reply, IActorRef self)
    {
        var answer = Sends > 1 ? WithoutOwnEcho(reply) : reply;
        _task?.TrySetResult(answer);
        _replyTo?.Tell(answer, self);
    }

    // Sent twice because the answer got lost, an insert finds its own job: that is no duplicate, unless the caller chose the id.
    private GafferReply WithoutOwnEcho(GafferReply reply) => (Request, reply) switch
    {
        (InsertJob { Options.Id: null } insert, InsertResult { IsDuplicate: true } result) when result.Job.Id == insert.Id => result with { IsDuplicate = false },
        _ => reply,
    };
}

/// <summary>Whoever waited for a call does not any more.</summary>
internal sealed record CallGivenUp(PendingCall Call) : INoSerializationVerificationNeeded;

/// <summary>A question to one of the cluster's services that is not answered yet.</summary>
/// <param name="service">What it is called in words.</param>
/// <param name="actor">Takes the question to it.</param>
/// <param name="request">The question with its id.</param>
internal sealed class PendingServiceCall(string service, IActorRef actor, Func<long, IGafferWire> request) : INoSerializationVerificationNeeded
{
    private readonly TaskCompletionSource<IServiceAnswer> _task = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Throws what the service refused, or that it is silent.</summary>
    public Task<IServiceAnswer> Task => _task.Task;

    public DateTimeOffset Deadline { get; set; }

    public void Send(long id, IActorRef self) => actor.Tell(request(id), self);

    public void Answer(IServiceAnswer answer)
    {
        if (answer.Failure is { } failure) _task.TrySetException(failure.ToException());
        else _task.TrySetResult(answer);
    }

    public void IsUnanswered(string why) =>
        _task.TrySetException(new GafferFailure(GafferError.Timeout, $"{service} is silent: {why}. To ask again is safe.").ToException());
}
