using Akka.Actor;

namespace Gaffer;

/// <summary>A queue's side of limits that it shares with other queues: how many more jobs may start, when to ask for permits, when to give some back.</summary>
/// <remarks>What the queue holds is in its journal. It grows when the limiter has lent more, and shrinks here before the limiter hears of it, so that no permit is ever used twice.</remarks>
internal sealed class QueuePermits(QueuePartition partition, QueueState state, CommitBatchWriter commit, GafferRuntime runtime, IActorRef self)
{
    private static readonly Reported Unanswered = new(new PermitsHeld("", 0, -1), false);
    private readonly Dictionary<string, int> _shares = [];
    private readonly HashSet<string> _awaited = [];
    private readonly Dictionary<string, Reported> _reported = [];
    private readonly Dictionary<string, (HashSet<ExecutionKey> Executions, int Others)> _givenUp = [];
    private bool _tickIsSet;

    private bool IsFree => state.Options is null || (state.AllLimits.IsEmpty && state.Permits.Count == 0);

    /// <summary>Jobs that may start, as far as the shared limits go.</summary>
    public int Budget(int inUse)
    {
        var budget = int.MaxValue;
        foreach (var limit in state.AllLimits) budget = Math.Min(budget, Math.Min(Held(limit).Count, ShareOf(limit)) - inUse);
        return budget;
    }

    public void Handle(PermitGrant grant, DateTimeOffset now)
    {
        if (state.Options is null) return;
        var limit = grant.Granted.Limit;
        if (grant.Granted.Version > Held(limit).Version) commit.Do(new QueueChange.PermitsMoved(now, grant.Granted));
        _shares[limit] = grant.Share;
        if (grant.IsAwaited) _awaited.Add(limit);
        else _awaited.Remove(limit);
        _reported[limit] = Unanswered;
    }

    /// <summary>The word of the queue may be lost, or the limiter may have moved: it is told again.</summary>
    public void Repeat()
    {
        _tickIsSet = false;
        foreach (var (limit, report) in _reported)
        {
            if (report.IsWaiting) _reported[limit] = Unanswered;
        }
    }

    /// <summary>After the claims: gives back what others wait for and is not in use, and tells the limiter what has changed.</summary>
    public void Settle(DateTimeOffset now, WorkerRoster roster)
    {
        if (IsFree) return;
        var (inUse, startable) = (roster.InUse, roster.Startable);
        foreach (var limit in state.AllLimits.Union(state.Permits.Keys))
        {
            var isOurs = state.AllLimits.Contains(limit);
            if (isOurs) _givenUp.Remove(limit);
            var held = Held(limit);
            var keep = Math.Min(held.Count, isOurs ? Math.Max(ShareOf(limit), inUse) : StillUnder(limit, inUse));
            if (keep < held.Count) commit.Do(new QueueChange.PermitsMoved(now, held = held with { Count = keep }));
            if (inUse < keep && _awaited.Remove(limit)) _reported[limit] = Unanswered; // others wait for just that. If they still do, the limiter says so in its answer
            Report(held, inUse, isOurs ? Math.Max(0, startable - Math.Max(0, keep - inUse)) : 0);
        }
    }

    private void Report(PermitsHeld held, int inUse, int wanted)
    {
        var report = new Reported(held, wanted > 0);
        if (wanted > 0) SetTick();
        if (_reported.TryGetValue(held.Limit, out var last) ? last == report : held.Count == 0 && wanted == 0) return;
        _reported[held.Limit] = report;
        var message = new PermitReport(partition, held, inUse, wanted);
        commit.Batch.WhenDurable += () => runtime.Limiter.Tell(message, self);
    }

    private PermitsHeld Held(string limit) => state.Permits.TryGetValue(limit, out var held) ? held : new PermitsHeld(limit, 0, 0);

    // Jobs that started before the queue gave the limit up. Those that start later are not under it.
    private int StillUnder(string limit, int inUse)
    {
        if (!_givenUp.TryGetValue(limit, out var running))
        {
            var others = inUse - state.CountOf(JobState.Executing);
            _givenUp[limit] = running = (state.InState(JobState.Executing).Select(j => new ExecutionKey(j.Id, j.Execution)).ToHashSet(), others);
        }

        running.Executions.RemoveWhere(e => !state.TryGet(e.Job, out var job) || job.State != JobState.Executing || job.Execution != e.Execution);
        return running.Executions.Count + Math.Min(running.Others, inUse - state.CountOf(JobState.Executing));
    }

    // What others wait for is not used again.
    private int ShareOf(string limit) => _shares.GetValueOrDefault(limit, int.MaxValue);

    private void SetTick()
    {
        if (_tickIsSet) return;
        _tickIsSet = true;
        runtime.Clock.TellAfter(runtime.Settings.Client.RetryInterval, self, Tick.Instance);
    }

    private readonly record struct Reported(PermitsHeld Held, bool IsWaiting);

    /// <summary>Time to ask again.</summary>
    public sealed class Tick
    {
        public static Tick Instance { get; } = new();
    }
}
