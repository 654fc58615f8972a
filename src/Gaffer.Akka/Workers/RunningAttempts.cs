using System.Collections.Immutable;
using Akka.Actor;

namespace Gaffer;

/// <summary>The attempts that a supervisor runs: from their start until they end, are abandoned, or no longer matter. Times count from the start of the supervisor.</summary>
internal sealed class RunningAttempts
{
    private readonly Dictionary<ExecutionKey, JobAttempt> _attempts = [];
    private readonly AttemptDeadlines _deadlines = new();
    private readonly Action<ExecutionKey, JobResult> _ended;
    private readonly JobLog _log;
    private readonly QueueName _queue;
    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;
    private readonly IActorRef _self;
    private readonly WorkerSlots _slots;
    private readonly Alarm _alarm;
    private readonly SlotGate _gate;
    private readonly int _mostBytes;
    private bool _isLeaving;

    /// <param name="context">The supervisor.</param>
    /// <param name="runtime">What its node has.</param>
    /// <param name="queue">The queue of the jobs.</param>
    /// <param name="alarm">Rings when <see cref="OnDeadline"/> is to be called.</param>
    /// <param name="gate">Says whether one more may start on this node.</param>
    /// <param name="ended">Hears of each end.</param>
    public RunningAttempts(IActorContext context, GafferRuntime runtime, QueueName queue, Alarm alarm, SlotGate gate, Action<ExecutionKey, JobResult> ended)
    {
        _ended = ended;
        _log = GafferLogs.Of(context.System).Jobs;
        _queue = queue;
        _services = runtime.Services;
        _time = runtime.Clock.Time;
        _mostBytes = runtime.Settings.Client.MaxMessageBytes;
        _self = context.Self;
        _slots = new WorkerSlots(context);
        (_alarm, _gate) = (alarm, gate);
    }

    public int Count => _attempts.Count;

    public bool Any => _attempts.Count > 0;

    /// <summary>Abandoned attempts whose code has not returned.</summary>
    public int Zombies { get; private set; }

    /// <summary>The longest grace that one of them may need.</summary>
    public TimeSpan LongestGrace => _attempts.Values.Select(a => a.Job.ShutdownTimeout).DefaultIfEmpty(TimeSpan.Zero).Max();

    public bool Contains(ExecutionKey key) => _attempts.ContainsKey(key);

    /// <summary>Adds all of them, stopped ones included: they keep their place under the limits of the queue until they end.</summary>
    public void AddKeysTo(ImmutableArray<ExecutionKey>.Builder keys)
    {
        foreach (var key in _attempts.Keys) keys.Add(key);
    }

    /// <summary>Starts an attempt, unless as many jobs of the queue run on this node as may.</summary>
    public bool TryStart(ExecutionKey key, Job job, JobWorker worker, TimeSpan now)
    {
        if (!_gate.TryEnter()) return false;
        var slot = _slots.Take();
        var attempt = new JobAttempt(job, worker, _services, _time, _self) { Slot = slot };
        _attempts.Add(key, attempt);
        if (job.Timeout != Timeout.InfiniteTimeSpan) SetDeadline(attempt, job.Timeout, now);
        _log.Started(job);
        slot.Actor.Tell(attempt, _self);
        return true;
    }

    /// <summary>How it ends no longer matters, only that it does. Answers whether it runs.</summary>
    public bool Stop(ExecutionKey key, TimeSpan now)
    {
        if (!_attempts.TryGetValue(key, out var attempt)) return false;
        if (attempt.Phase == AttemptPhase.Stopped) return true;
        // One that must end anyway has its grace already.
        if (attempt.Phase == AttemptPhase.Running || (attempt.Phase == AttemptPhase.Yielding && !_isLeaving)) SetDeadline(attempt, attempt.Job.ShutdownTimeout, now);
        attempt.Phase = AttemptPhase.Stopped;
        Cancel(attempt);
        return true;
    }

    /// <summary>Cancels the tokens of all: what ends because of that has not failed.</summary>
    public void Yield()
    {
        foreach (var attempt in _attempts.Values) Yield(attempt);
    }

    /// <summary>As <see cref="Yield()"/>, and what does not end within its grace, or a shorter one, is handed back.</summary>
    public void Leave(TimeSpan maxGrace, TimeSpan now)
    {
        _isLeaving = true;
        foreach (var attempt in _attempts.Values)
        {
            var grace = attempt.Phase is AttemptPhase.Running or AttemptPhase.Yielding ? attempt.Job.ShutdownTimeout : attempt.Due - now;
            Yield(attempt);
            SetDeadline(attempt, grace < maxGrace ? grace : maxGrace, now);
        }
    }

    /// <summary>The code of an attempt has returned.</summary>
    public void OnReturned(JobAttempt attempt)
    {
        if (attempt.IsZombie)
        {
            Zombies--;
            _log.ZombieReturned(_queue, attempt.Job.Id);
            return;
        }

        if (attempt.Slot is { } slot) _slots.GiveBack(slot);
        Conclude(attempt, attempt.Phase switch
        {
            AttemptPhase.Running => AttemptResults.Fit(attempt.Answer, attempt.Job, _mostBytes),
            AttemptPhase.TimedOut => AttemptResults.TimedOut(attempt.Job),
            AttemptPhase.Yielding => attempt.WasCancelled ? JobResult.Released.Instance : AttemptResults.Fit(attempt.Answer, attempt.Job, _mostBytes),
            _ => JobResult.Released.Instance,
        });
    }

    /// <summary>Ends what is due.</summary>
    public void OnDeadline(TimeSpan now)
    {
        _alarm.Rang();
        while (_deadlines.First is { } attempt && attempt.Due <= now)
        {
            _deadlines.Remove(attempt);
            if (attempt.HasReturned) continue;   // its message is on the way
            if (attempt.Phase == AttemptPhase.Running || (attempt.Phase == AttemptPhase.Yielding && !_isLeaving))
            {
                attempt.Phase = AttemptPhase.TimedOut;
                _log.TimedOut(attempt.Job);
                SetDeadline(attempt, attempt.Job.ShutdownTimeout, now);
                Cancel(attempt);
            }
            else
            {
                Abandon(attempt);
            }
        }

        if (_deadlines.First is { } next) _alarm.Set(next.Due, now);
    }

    /// <summary>An actor ended by itself: a worker crashed, or somebody stopped it.</summary>
    public void OnWorkerEnded(IActorRef actor)
    {
        _slots.Forget(actor);
        if (_attempts.Values.FirstOrDefault(a => a.Slot is { } slot && slot.Actor.Equals(actor)) is not { } attempt) return;
        attempt.Slot = null;
        if (attempt.Phase == AttemptPhase.Yielding) attempt.Phase = AttemptPhase.Running;   // it was not the token that ended it
        Cancel(attempt);
        Abandon(attempt);
    }

    /// <summary>The workers of the queue were replaced; running attempts keep theirs.</summary>
    public void RenewWorkers() => _slots.Renew();

    /// <summary>The supervisor ends, whatever still runs.</summary>
    public void CancelAll()
    {
        foreach (var attempt in _attempts.Values) Cancel(attempt);
        _gate.Exit(_attempts.Count);
    }

    private void Yield(JobAttempt attempt)
    {
        if (attempt.Phase != AttemptPhase.Running) return;
        attempt.Phase = AttemptPhase.Yielding;
        Cancel(attempt);
    }

    private void Abandon(JobAttempt attempt)
    {
        if (!attempt.TryAbandon()) return;   // it returned just now
        attempt.IsZombie = true;
        Zombies++;
        _log.AttemptAbandoned(_queue, attempt.Job.Kind, attempt.Job.Id);
        if (attempt.Slot is { } slot) _slots.Discard(slot);
        Conclude(attempt, attempt.Phase switch
        {
            AttemptPhase.Running => AttemptResults.Terminated(null),
            AttemptPhase.TimedOut => AttemptResults.TimedOut(attempt.Job),
            _ => JobResult.Released.Instance,
        });
    }

    private void Conclude(JobAttempt attempt, JobResult result)
    {
        attempt.Slot = null;
        _deadlines.Remove(attempt);
        if (_attempts.Remove(attempt.Key)) _gate.Exit();
        attempt.Ended(result);
        _log.Ended(attempt.Job, result);
        _ended(attempt.Key, result is JobResult.Failed { Thrown: not null } failed ? failed with { Thrown = null } : result);   // it may wait for long
    }

    private void SetDeadline(JobAttempt attempt, TimeSpan within, TimeSpan now)
    {
        _deadlines.Set(attempt, Alarm.Add(now, within));
        _alarm.Set(_deadlines.First!.Due, now);
    }

    /// <summary>Cancels the token; what user code hung on it is user code.</summary>
    private void Cancel(JobAttempt attempt) => _ = ObserveAsync(attempt.CancelAsync(), attempt.Job.Id);

    private async Task ObserveAsync(Task cancelling, JobId job)
    {
        try
        {
            await cancelling.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _log.CancellationThrew(e, _queue, job);
        }
    }
}
