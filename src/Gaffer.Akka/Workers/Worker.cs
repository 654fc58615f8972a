using System.Reflection;
using Akka.Actor;

namespace Gaffer;

/// <summary>One slot of a supervisor: performs one attempt after the other. User code never runs on its thread.</summary>
internal sealed class Worker : UntypedActor
{
    // For workers that are actors; a worker class or delegate runs in the attempt itself.
    private readonly Dictionary<JobWorker, IActorRef> _actors = [];
    private readonly OneForOneStrategy _strategy;
    private JobAttempt? _attempt;
    private IActorRef? _performer;
    private Exception? _crash;

    public Worker() => _strategy = new OneForOneStrategy(
        maxNrOfRetries: 0, withinTimeRange: TimeSpan.Zero,
        localOnlyDecider: crash =>
        {
            _crash = Unwrap(crash);
            return Directive.Stop;   // the user's actor is not used again: its attempt has failed, and the next one gets a new actor
        });

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case JobAttempt attempt when attempt.Worker.Actor is { } props:
                Perform(attempt, props);
                break;
            case JobAttempt attempt:
                attempt.Start();
                break;
            case Terminated { ActorRef: var actor }:
                OnTerminated(actor);
                break;
            case var _ when _attempt is null:
                Unhandled(message);   // a second answer
                break;
            case JobResult answer:
                End(AttemptResults.Of(answer));
                break;
            case Status.Failure { Cause: var cause }:
                End(AttemptResults.Of(cause ?? new InvalidOperationException("The actor of the worker answered with a failure that has no cause.")), cause is OperationCanceledException);
                break;
            default:
                End(AttemptResults.WrongAnswer(message));
                break;
        }
    }

    /// <summary>By now the user's actors have ended, too.</summary>
    protected override void PostStop() => End(AttemptResults.Terminated(_crash));

    private void Perform(JobAttempt attempt, Props props)
    {
        _attempt = attempt;
        _crash = null;
        try
        {
            var perform = attempt.Open();
            if (!_actors.TryGetValue(attempt.Worker, out _performer))
            {
                _actors[attempt.Worker] = _performer = Context.Watch(Context.ActorOf(props));
            }

            _performer.Tell(perform);
        }
        catch (Exception e)
        {
            End(AttemptResults.Of(e));   // no scope, or props that this system cannot make an actor of
        }
    }

    private void OnTerminated(IActorRef actor)
    {
        foreach (var (worker, performer) in _actors)
        {
            if (!performer.Equals(actor)) continue;
            _actors.Remove(worker);
            break;
        }

        if (actor.Equals(_performer)) End(AttemptResults.Terminated(_crash));
    }

    // What Akka wraps around the exception of a constructor.
    private static Exception Unwrap(Exception crash) =>
        crash is ActorInitializationException or TypeLoadException or TargetInvocationException && crash.InnerException is { } cause ? Unwrap(cause) : crash;

    private void End(JobResult answer, bool wasCancelled = false)
    {
        _attempt?.Close(answer, wasCancelled);
        _attempt = null;
        _performer = null;
    }
}
