using Akka.Actor;

namespace Gaffer;

/// <summary>A request that is not answered yet, and who waits for it: a task or an actor.</summary>
internal sealed class PendingCall : INoSerializationVerificationNeeded
{
    private readonly TaskCompletionSource<GafferReply>? _task;
    private readonly IActorRef? _replyTo;
    private long _size = -1;

    public PendingCall(GafferRequest request) => (Request, _task) = (request, new TaskCompletionSource<GafferReply>(TaskCreationOptions.RunContinuationsAsynchronously));

    public PendingCall(GafferRequest request, IActorRef replyTo) => (Request, _replyTo) = (request, replyTo);

    public GafferRequest Request { get; }

    public Task<GafferReply> Task => _task!.Task;

    /// <summary>By which the answer is recognised.</summary>
    public long Id { get; set; }

    public DateTimeOffset Deadline { get; set; }

    public DateTimeOffset SentAt { get; set; }

    public int Sends { get; set; }

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

/// <summary>A question to the catalog that is not answered yet.</summary>
internal sealed class PendingCatalogCall(Func<long, CatalogRequest> request) : INoSerializationVerificationNeeded
{
    public TaskCompletionSource<CatalogAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DateTimeOffset Deadline { get; set; }

    public CatalogRequest ToRequest(long id) => request(id);
}
