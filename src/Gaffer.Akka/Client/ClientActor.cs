using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>One for each node: gathers the requests of all callers into one message for each queue, and repeats what is not answered. Both faces, tasks and messages, go through it.</summary>
/// <remarks>It sends when its mailbox is drained, so that load makes messages larger and idleness makes them one request each. Answers show where a queue's actor is; requests go there
/// directly until it ends, and through the region otherwise. What a queue of several partitions is asked as a whole, each of them is asked: see <see cref="Scatter"/>.</remarks>
internal sealed partial class ClientActor : UntypedActor
{
    private const int LongestWait = 3; // retry intervals
    private readonly GafferRuntime _runtime;
    private readonly ClientSettings _settings;
    private readonly Dictionary<long, PendingCall> _calls = [];
    private readonly Dictionary<long, PendingServiceCall> _serviceCalls = [];
    private readonly Dictionary<QueueName, QueueRoutes> _queues = [];
    private readonly Dictionary<IActorRef, HashSet<Route>> _watched = [];
    private long _nextId;
    private bool _sendIsDue;
    private bool _tickIsSet;

    public ClientActor(GafferRuntime runtime) => (_runtime, _settings) = (runtime, runtime.Settings.Client);

    public static Props CreateProps(GafferRuntime runtime) => Props.Create(() => new ClientActor(runtime)).WithDispatcher(GafferRuntime.Dispatcher);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PendingCall { Id: 0 } call:
                Accept(call);
                break;
            case PendingCall again:
                if (_calls.ContainsKey(again.Id)) Send(again);
                break;
            case CallGivenUp givenUp:
                Drop(givenUp.Call);
                break;
            case QueueAnswers answers:
                Handle(answers);
                break;
            case SendNow:
                _sendIsDue = false;
                foreach (var queue in _queues.Values) Send(queue);
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
            case NextRound next:
                Handle(next);
                break;
            case Terminated terminated:
                Forget(terminated.ActorRef);
                ForgetAsker(terminated.ActorRef);
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
        foreach (var call in _scatters.Select(s => s.Whole).Concat(_calls.Values.Where(c => c.Scatter is null))) call.Answer(Unanswered(call, GafferError.Unavailable, "the node stopped"), Self);
        foreach (var call in _serviceCalls.Values) call.IsUnanswered("the node stopped");
    }

    private void Accept(PendingCall call)
    {
        if ((RequestCheck.Of(call.Request, _runtime.Clock.Now) ?? TooLarge(call)) is { } wrong)
        {
            call.Answer(wrong, Self);
            return;
        }

        call.Id = ++_nextId;
        call.Deadline = DeadlineOf(call.Request, _runtime.Clock.Now);
        if (call.Deadline == DateTimeOffset.MaxValue) Watch(call);
        Send(call);
    }

    private void Send(PendingCall call)
    {
        var queue = RoutesOf(call.Request.Queue);
        if (call.Scatter is null && queue.Partitions > 1 && WholeQueue.IsScattered(call.Request))
        {
            Spread(call, queue.Partitions);
            return;
        }

        _calls[call.Id] = call;
        call.Route = call.Scatter is null ? queue.Of(call.Request) : queue[call.Partition];
        call.Route.Outbox.Add(call);
        SetTick();
        if (_sendIsDue) return;
        _sendIsDue = true;
        Self.Tell(SendNow.Instance, ActorRefs.NoSender);
    }

    private QueueRoutes RoutesOf(QueueName queue) => _queues.TryGetValue(queue, out var known) ? known : _queues[queue] = new QueueRoutes(queue);

    private void Send(QueueRoutes queue)
    {
        foreach (var route in queue.All)
        {
            if (route.Outbox.Count > 0) Send(route, queue.Partitions);
        }
    }

    private void Send(Route route, int partitions)
    {
        var now = _runtime.Clock.Now;
        var target = route.Direct ?? _runtime.QueueRegion;
        var calls = ImmutableArray.CreateBuilder<QueueCall>(route.Outbox.Count);
        var size = 0L;
        foreach (var call in route.Outbox)
        {
            if (calls.Count > 0 && size + call.Size > _settings.MaxMessageBytes)
            {
                target.Tell(new QueueCalls(route.Partition, calls.DrainToImmutable(), partitions), Self);
                size = 0;
            }

            size += call.Size;
            call.SentAt = now;
            call.Sends++;
            calls.Add(new QueueCall(call.Id, call.Request));
        }

        route.Outbox.Clear();
        target.Tell(new QueueCalls(route.Partition, calls.DrainToImmutable(), partitions), Self);
    }

    private void Handle(QueueAnswers answers)
    {
        Learn(answers.Partition, Sender);
        foreach (var answer in answers.Answers)
        {
            if (!_calls.TryGetValue(answer.Id, out var call)) continue; // answered before
            if (answer.Reply is Misrouted misrouted)
            {
                Redirect(call, misrouted.Partitions);
                continue;
            }

            if (answer.Reply is GafferFailure { Error: GafferError.Overloaded } && _runtime.Clock.Now < call.Deadline - _settings.RetryInterval)
            {
                call.Repetitions = 0;
                _runtime.Clock.TellAfter(TimeSpan.FromMilliseconds(Random.Shared.Next(20, 200)), Self, call);
                continue;
            }

            Answer(call, answer.Reply);
        }
    }

    private void Learn(QueuePartition partition, IActorRef actor)
    {
        if (!_queues.TryGetValue(partition.Queue, out var queue) || partition.Index >= queue.Partitions) return;
        var route = queue[partition.Index];
        if (actor.Equals(route.Direct)) return;
        route.Direct = actor;
        if (!_watched.TryGetValue(actor, out var routes))
        {
            _watched[actor] = routes = [];
            Context.Watch(actor);
        }

        routes.Add(route);
    }

    // The actor of a partition ended, or its node did: what it has not answered goes through the region, which finds the next one.
    private void Forget(IActorRef actor)
    {
        if (!_watched.Remove(actor, out var routes)) return;
        foreach (var route in routes)
        {
            if (actor.Equals(route.Direct)) route.Direct = null;
        }

        foreach (var call in _calls.Values.Where(c => c.Sends > 0 && c.Route is { } route && routes.Contains(route)).ToList())
        {
            if (!_calls.ContainsKey(call.Id)) continue; // it was a part of one that begins anew
            call.Repetitions = 0;
            Send(call);
        }
    }

    private void LookAtTheClock()
    {
        var now = _runtime.Clock.Now;
        foreach (var call in _calls.Values.ToList())
        {
            if (!_calls.ContainsKey(call.Id)) continue; // the part of one that has just failed
            if (now >= call.Deadline)
            {
                Answer(call, Unanswered(call, GafferError.Timeout, Silence()));
            }
            else if (call.Sends > 0 && now - call.SentAt >= Math.Min(call.Repetitions + 1, LongestWait) * _settings.RetryInterval)
            {
                if (HasNoAsker(call)) continue;
                call.Route?.Direct = null;
                call.Repetitions++; // a queue that is slow gets less and less of it
                Send(call);
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
