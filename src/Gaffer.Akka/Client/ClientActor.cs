using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>One for each node: gathers the requests of all callers into one message for each queue, and repeats what is not answered. Both faces, tasks and messages, go through it.</summary>
/// <remarks>It sends when its mailbox is drained, so that load makes messages larger and idleness makes them one request each. Answers show where a queue's actor is; requests go there
/// directly until it ends, and through the region otherwise.</remarks>
internal sealed class ClientActor : UntypedActor
{
    private readonly GafferRuntime _runtime;
    private readonly ClientSettings _settings;
    private readonly Dictionary<long, PendingCall> _calls = [];
    private readonly Dictionary<long, PendingServiceCall> _serviceCalls = [];
    private readonly Dictionary<QueueName, Route> _routes = [];
    private readonly Dictionary<IActorRef, HashSet<QueueName>> _watched = [];
    private long _nextId;
    private bool _sendIsDue;
    private bool _tickIsSet;

    public ClientActor(GafferRuntime runtime) => (_runtime, _settings) = (runtime, runtime.Settings.Client);

    public static Props CreateProps(GafferRuntime runtime) => Props.Create(() => new ClientActor(runtime)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PendingCall call:
                Accept(call);
                break;
            case QueueAnswers answers:
                Handle(answers);
                break;
            case SendNow:
                _sendIsDue = false;
                foreach (var (queue, route) in _routes) Send(queue, route);
                break;
            case GafferRequest request:
                Accept(new PendingCall(request, Sender));
                break;
            case PendingServiceCall call:
                call.Deadline = _runtime.Clock.Now + _settings.Timeout;
                _serviceCalls[++_nextId] = call;
                call.Send(_nextId, Self);
                SetTick();
                break;
            case IServiceAnswer answer:
                if (_serviceCalls.Remove(answer.Id, out var asked)) asked.Answer(answer);
                break;
            case Terminated terminated:
                Forget(terminated.ActorRef);
                break;
            case Tick:
                _tickIsSet = false;
                LookAtTheClock();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        foreach (var call in _calls.Values) call.Answer(Unanswered(call, GafferError.Unavailable, "the node stopped"), Self);
        foreach (var call in _serviceCalls.Values) call.IsUnanswered("the node stopped");
    }

    private void Accept(PendingCall call)
    {
        if (call.Id == 0)
        {
            if ((RequestCheck.Of(call.Request) ?? TooLarge(call)) is { } wrong)
            {
                call.Answer(wrong, Self);
                return;
            }

            call.Id = ++_nextId;
            call.Deadline = DeadlineOf(call.Request, _runtime.Clock.Now);
            _calls[call.Id] = call;
        }

        var route = _routes.TryGetValue(call.Request.Queue, out var known) ? known : _routes[call.Request.Queue] = new Route();
        route.Outbox.Add(call);
        SetTick();
        if (_sendIsDue) return;
        _sendIsDue = true;
        Self.Tell(SendNow.Instance, ActorRefs.NoSender);
    }

    private void Send(QueueName queue, Route route)
    {
        if (route.Outbox.Count == 0) return;
        var now = _runtime.Clock.Now;
        var target = route.Direct ?? _runtime.QueueRegion;
        var calls = ImmutableArray.CreateBuilder<QueueCall>(route.Outbox.Count);
        var size = 0L;
        foreach (var call in route.Outbox)
        {
            if (calls.Count > 0 && size + call.Size > _settings.MaxMessageBytes)
            {
                target.Tell(new QueueCalls(queue, calls.DrainToImmutable()), Self);
                size = 0;
            }

            size += call.Size;
            call.SentAt = now;
            call.Sends++;
            calls.Add(new QueueCall(call.Id, call.Request));
        }

        route.Outbox.Clear();
        target.Tell(new QueueCalls(queue, calls.DrainToImmutable()), Self);
    }

    private void Handle(QueueAnswers answers)
    {
        Learn(answers.Partition.Queue, Sender);
        foreach (var answer in answers.Answers)
        {
            if (!_calls.TryGetValue(answer.Id, out var call)) continue; // answered before
            if (answer.Reply is GafferFailure { Error: GafferError.Overloaded } && _runtime.Clock.Now < call.Deadline - _settings.RetryInterval)
            {
                _runtime.Clock.TellAfter(TimeSpan.FromMilliseconds(Random.Shared.Next(20, 200)), Self, call);
                continue;
            }

            _calls.Remove(answer.Id);
            call.Answer(answer.Reply, Self);
        }
    }

    private void Learn(QueueName queue, IActorRef actor)
    {
        if (!_routes.TryGetValue(queue, out var route) || actor.Equals(route.Direct)) return;
        route.Direct = actor;
        if (!_watched.TryGetValue(actor, out var queues))
        {
            _watched[actor] = queues = [];
            Context.Watch(actor);
        }

        queues.Add(queue);
    }

    // A queue's actor ended, or its node did: what it has not answered goes through the region, which finds the next one.
    private void Forget(IActorRef actor)
    {
        if (!_watched.Remove(actor, out var queues)) return;
        foreach (var queue in queues)
        {
            if (actor.Equals(_routes[queue].Direct)) _routes[queue].Direct = null;
        }

        foreach (var call in _calls.Values.Where(c => c.Sends > 0 && queues.Contains(c.Request.Queue)).ToList()) Accept(call);
    }

    private void LookAtTheClock()
    {
        var now = _runtime.Clock.Now;
        foreach (var call in _calls.Values.ToList())
        {
            if (now >= call.Deadline)
            {
                _calls.Remove(call.Id);
                call.Answer(Unanswered(call, GafferError.Timeout, Silence()), Self);
            }
            else if (call.Sends > 0 && now - call.SentAt >= _settings.RetryInterval)
            {
                _routes[call.Request.Queue].Direct = null;
                Accept(call);
            }
        }

        foreach (var (id, call) in _serviceCalls.ToList())
        {
            if (now < call.Deadline)
            {
                call.Send(id, Self);
            }
            else
            {
                _serviceCalls.Remove(id);
                call.IsUnanswered(Silence());
            }
        }

        if (_calls.Count + _serviceCalls.Count > 0) SetTick();
    }

    private void SetTick()
    {
        if (_tickIsSet) return;
        _tickIsSet = true;
        _runtime.Clock.TellAfter(_settings.RetryInterval, Self, Tick.Instance);
    }

    // A message above the frame of the transport would vanish; here its sender is told.
    private GafferFailure? TooLarge(PendingCall call) => call.Size <= _settings.MaxMessageBytes - RoomFor(call.Request) ? null : new GafferFailure(
        GafferError.PayloadTooLarge,
        $"{call.Request.GetType().Name} of queue '{call.Request.Queue}' has about {call.Size} bytes, and a message may have {_settings.MaxMessageBytes} with all that is added to a job (gaffer.client.max-message-size). Insert fewer jobs at once, store the payload elsewhere, or raise the limit together with the frame size of akka.remote.",
        call.Request.Queue);

    // A job grows by its attempts, and must still fit then.
    private static int RoomFor(GafferRequest request) => request is InsertJob or InsertJobs or ForwardJob ? MessageSize.JobReserve : 0;

    private DateTimeOffset DeadlineOf(GafferRequest request, DateTimeOffset now)
    {
        var wait = request switch { DrainQueue drain => drain.Within, FlushQueue flush => flush.Within, _ => TimeSpan.Zero };
        return wait == Timeout.InfiniteTimeSpan || wait > TimeSpan.FromDays(3650) ? DateTimeOffset.MaxValue : now + wait + _settings.Timeout;
    }

    private string Silence() => $"no answer came within {_settings.Timeout}{(_runtime.WhyNobodyHosts() is { } why ? ": " + why : "")}";

    private static GafferFailure Unanswered(PendingCall call, GafferError error, string why) =>
        new(error, $"{call.Request.GetType().Name} of queue '{call.Request.Queue}' is unanswered: {why}. It may have been carried out; to repeat it with the same id is safe.", call.Request.Queue);

    private sealed class Route
    {
        public IActorRef? Direct { get; set; }

        public List<PendingCall> Outbox { get; } = [];
    }

    /// <summary>The mailbox is drained: send what was gathered.</summary>
    private sealed class SendNow
    {
        public static SendNow Instance { get; } = new();
    }

    /// <summary>Time to look for what is not answered.</summary>
    private sealed class Tick
    {
        public static Tick Instance { get; } = new();
    }
}
