using Akka.Actor;

namespace Gaffer;

/// <summary>What a supervisor knows of its contact with the actor of its queue. Times count from the start of the supervisor.</summary>
internal sealed class QueueLink(WorkerSettings settings)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);

    private TimeSpan _retry = settings.RetryInterval;
    private TimeSpan _askedAt;
    private TimeSpan _heardAt;
    private TimeSpan _lostAt;
    private bool _unanswered = true;

    /// <summary>The queue's actor; null while it is not known.</summary>
    public IActorRef? Queue { get; private set; }

    /// <summary>Whether a queue has ever answered.</summary>
    public bool WasRegistered { get; private set; }

    /// <summary>Whether no word came for the lease time, or the node was cut off: no job is taken until a registration is answered that was sent after that.</summary>
    public bool IsLeaseOver { get; private set; }

    /// <summary>Whether an answer to a registration is due.</summary>
    public bool IsUnanswered => _unanswered;

    public bool TakesJobsFrom(IActorRef sender) => !IsLeaseOver && sender.Equals(Queue);

    /// <summary>A registration was sent.</summary>
    public void Asked(TimeSpan now)
    {
        _askedAt = now;
        _unanswered = true;
    }

    /// <summary>No answer came in time. The next try is a little later than the last: a queue whose node crashed is back after one or two seconds, and is to be found soon.</summary>
    public void AskedInVain() => _retry = _retry + FirstRetry < settings.RetryInterval ? _retry + FirstRetry : settings.RetryInterval;

    /// <summary>The queue has answered.</summary>
    public void Answered(IActorRef queue, TimeSpan now, bool isCutOff)
    {
        Queue = queue;
        WasRegistered = true;
        IsLeaseOver = IsLeaseOver && (isCutOff || _askedAt < _lostAt);
        _unanswered = false;
        _heardAt = now;
        _retry = settings.RetryInterval;
    }

    /// <summary>A word came from an actor, which may be the queue's.</summary>
    public void Heard(IActorRef sender, TimeSpan now)
    {
        if (sender.Equals(Queue)) _heardAt = now;
    }

    /// <summary>The queue cannot work at the moment. That is contact: the lease goes on.</summary>
    public void Rests(TimeSpan now) => _heardAt = now;

    /// <summary>The queue's actor has ended: it may be back any moment.</summary>
    public void Lost()
    {
        Queue = null;
        _retry = FirstRetry;
    }

    /// <summary>The queue's actor is known, without a registration.</summary>
    public void Found(IActorRef queue) => Queue = queue;

    /// <summary>Whether the lease has just run out. To be asked before a message is handled: what comes after a pause of the process may be older than the pause.</summary>
    public bool LosesLease(bool hasJobs, TimeSpan now)
    {
        // Without jobs the word is rarer.
        var idle = settings.RegisterInterval + settings.RetryInterval;
        if (IsLeaseOver || now - _heardAt < (hasJobs || idle < settings.Lease ? settings.Lease : idle)) return false;
        LoseLease(now);
        return true;
    }

    /// <summary>The lease is over, whatever was heard.</summary>
    public void LoseLease(TimeSpan now)
    {
        IsLeaseOver = true;
        _lostAt = now;
    }

    /// <summary>When to register next.</summary>
    public TimeSpan RegisterAt(bool hasJobs) => _askedAt + Interval(hasJobs);

    /// <summary>When to look at the link next.</summary>
    public TimeSpan LookAt(bool hasJobs)
    {
        var registerAt = RegisterAt(hasJobs);
        var leaseEnds = _heardAt + settings.Lease;
        return hasJobs && !IsLeaseOver && leaseEnds < registerAt ? leaseEnds : registerAt;
    }

    private TimeSpan Interval(bool hasJobs)
    {
        if (_unanswered) return _retry;
        var third = settings.Lease / 3;
        return hasJobs && third < settings.RegisterInterval ? third : settings.RegisterInterval;
    }
}
