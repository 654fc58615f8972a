using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Gaffer;

/// <summary>All that a queue knows. The one pure type that changes in place, behind <see cref="Apply"/>: it holds a million jobs.</summary>
/// <remarks>Every operation is O(1) or O(log n) in the number of jobs. No Akka type in it; live traffic and recovery run the same <see cref="Apply"/>.</remarks>
internal sealed partial class QueueState(QueueName name, int rememberedIds = 100_000, TimeSpan? rememberFor = null, int partition = 0)
{
    private readonly QueueJobs _jobs = new(name);
    private readonly Dictionary<ForwardKey, PendingForward> _forwards = [];
    private readonly RecentIds<JobId> _tombstones = new(rememberedIds, rememberFor ?? TimeSpan.FromMinutes(10));
    private readonly RecentIds<Guid> _commands = new(rememberedIds, rememberFor ?? TimeSpan.FromMinutes(10));
    private readonly Dictionary<string, PermitsHeld> _permits = [];

    public QueueName Name => name;

    /// <summary>Null: there is no such queue.</summary>
    public QueueOptions? Options
    {
        get;
        private set => (field, AllLimits) = (value, value?.AllLimits ?? []);
    }

    /// <summary>The limits that its jobs need permits of: those that the options name, and its own if it has several partitions.</summary>
    public ImmutableSortedSet<string> AllLimits { get; private set; } = [];

    public int Version { get; private set; }

    /// <summary>What this partition has of a limit of the whole queue.</summary>
    public int ShareOf(int whole) => QueueOptions.ShareOf(whole, partition, Options!.Partitions);

    public bool IsPaused { get; private set; }

    /// <summary>The command by which the queue is being deleted: whoever has it goes on with that. Null: it is not.</summary>
    public Guid? Deletion { get; private set; }

    /// <summary>Whether it starts no jobs: it is paused, or being deleted.</summary>
    public bool Rests => IsPaused || Deletion is not null;

    /// <summary>The newest word of the head that this partition follows; 0 in the head. Outlives the queue, so that old word does not bring it back.</summary>
    public long Revision { get; private set; }

    /// <summary>The <see cref="Job.Sequence"/> of the next insert.</summary>
    public long NextSequence { get; private set; } = 1;

    /// <summary>Bytes that a snapshot would take, roughly.</summary>
    public long LiveBytes => _jobs.Bytes;

    public int Count => _jobs.Count;

    public ReadyJobs Ready => _jobs.Ready;

    /// <summary>How many jobs have come in, by an insert or a retry by hand, or were started: while it is the same, a queue that is flushed stays so.</summary>
    public long Moves { get; private set; }

    /// <summary>Jobs that wait for a time in the future.</summary>
    public int Scheduled => _jobs.Scheduled;

    public IReadOnlyDictionary<ForwardKey, PendingForward> Forwards => _forwards;

    /// <summary>Executions that no longer count, whose code may still run.</summary>
    public StoppingExecutions Stopping { get; } = new();

    /// <summary>What it holds of limits that it shares with other queues.</summary>
    public IReadOnlyDictionary<string, PermitsHeld> Permits => _permits;

    /// <summary>The nodes that run code of jobs, whether it still counts or not.</summary>
    public IEnumerable<WorkerNode> BusyNodes => Stopping.Count == 0 ? _jobs.BusyNodes : _jobs.BusyNodes.Union(Stopping.Nodes);

    public int CountOf(JobState state) => _jobs.In(state).Count;

    public StateInfo InfoOf(JobState state) => _jobs.In(state) is { Count: > 0 } jobs ? new StateInfo(jobs.Count, jobs.First.StateAt, jobs.Last.StateAt) : new StateInfo(0, null, null);

    public bool TryGet(JobId id, [MaybeNullWhen(false)] out Job job) => _jobs.TryGet(id, out job);

    /// <summary>The job that holds a unique key.</summary>
    public bool TryGetUnique(string key, [MaybeNullWhen(false)] out Job job) => _jobs.TryGetUnique(key, out job);

    /// <summary>Whether a job with this id was here and is gone.</summary>
    public bool IsGone(JobId id) => _tombstones.Contains(id);

    /// <summary>Whether a command was carried out.</summary>
    public bool WasCarriedOut(Guid command) => _commands.Contains(command);

    public IReadOnlyCollection<JobId> ExecutingOn(WorkerNode node) => _jobs.ExecutingOn(node);

    /// <summary>The jobs of a state, the one that is longest in it first.</summary>
    public IEnumerable<Job> InState(JobState state) => _jobs.In(state);

    /// <summary>The ids after <paramref name="id"/> in order; all when it is null.</summary>
    public IEnumerable<JobId> IdsAfter(JobId? id) => _jobs.IdsAfter(id);

    /// <summary>When something becomes due by itself: a job to claim, or one to expire. Null: never.</summary>
    public DateTimeOffset? NextDue => _jobs.NextDue;

    /// <summary>The jobs that have not started by their expiry.</summary>
    public IEnumerable<Job> Expired(DateTimeOffset now) => _jobs.Expired(now);

    /// <summary>The instant, but none before what the queue has seen. A clock may be set back, or be behind on another node: a claim must not be dated before the instant for which its job was scheduled, or a replay would find it waiting.</summary>
    public DateTimeOffset NotBefore(DateTimeOffset at) => at < _jobs.Now ? _jobs.Now : at;

    /// <summary>Time passes: scheduled jobs become claimable. Never goes back.</summary>
    public void Advance(DateTimeOffset now) => _jobs.Advance(now);

    /// <summary>Makes a change, and answers with the job after it, where it is one of a job that stays.</summary>
    public Job? Apply(QueueChange change)
    {
        Advance(change.At);
        switch (change)
        {
            case QueueChange.Inserted i:
                Moves++;
                _jobs.Add(i.Job);
                NextSequence = i.Job.Sequence + 1;
                return i.Job;
            case QueueChange.Configured c:
                AddPermits(c.Options, c.At);
                (Options, Version) = (c.Options, c.Version);
                Remember(c.Command, c.At);
                return null;
            case QueueChange.Paused p:
                IsPaused = true;
                Remember(p.Command, p.At);
                return null;
            case QueueChange.Resumed r:
                IsPaused = false;
                Remember(r.Command, r.At);
                return null;
            case QueueChange.Followed { Head: null } f:
                Clear();
                Revision = f.Revision;
                return null;
            case QueueChange.Followed { Head: { } head } f:
                AddPermits(head.Options, f.At);
                (Options, Version, IsPaused, Revision) = (head.Options, head.Version, head.Paused, f.Revision);
                return null;
            case QueueChange.DeletionBegun d:
                Deletion = d.Command;
                return null;
            case QueueChange.DeletionRefused:
                Deletion = null;
                return null;
            case QueueChange.Deleted d:
                Clear();
                Remember(d.Command, d.At);
                return null;
            case QueueChange.Removed r:
                Remember(r.Command, r.At);
                return Bury(r.Job, r.At);
            case QueueChange.Pruned p:
                foreach (var id in p.Jobs) Bury(id, p.At);
                Remember(p.Command, p.At);
                return null;
            case QueueChange.ForwardDelivered f:
                _forwards.Remove(f.Forward);
                return null;
            case QueueChange.Opened:
                return null;
            case QueueChange.Stopped s:
                Stopping.Remove(s.Execution, s.Node);
                return null;
            case QueueChange.PermitsMoved p:
                _permits[p.Held.Limit] = p.Held;
                return null;
            case QueueChange.NodeGone n:
                Stopping.RemoveAllOn(n.Node);
                return null;
            case QueueChange.Claimed c:
                Moves++;
                return Move(c.Job, c);
            case QueueChange.Completed c: return Move(c.Job, c);
            case QueueChange.Failed f: return Move(f.Job, f);
            case QueueChange.Cancelled c:
                Remember(c.Command, c.At);
                return Move(c.Job, c);
            case QueueChange.Snoozed s: return Move(s.Job, s);
            case QueueChange.Released r: return Move(r.Job, r);
            case QueueChange.Retried r:
                Moves++;
                Remember(r.Command, r.At);
                return Move(r.Job, r);
            default: throw new ArgumentOutOfRangeException(nameof(change), change, "This change is unknown.");
        }
    }

    private Job Move(JobId id, QueueChange change)
    {
        var after = _jobs.Change(id, change, Options?.ChainPolicy ?? default, out var before);
        if (before.State == JobState.Executing && change is QueueChange.Cancelled { By: not EventActor.Worker }) Stopping.Add(StoppingExecution.Of(before));
        if (after.State.IsTerminal() && Options!.Forward.TryGetValue(after.State, out var target))
        {
            var forward = new PendingForward(after, target);
            _forwards[forward.Key] = forward;
        }

        return after;
    }

    private Job? Bury(JobId id, DateTimeOffset at)
    {
        if (!_jobs.Remove(id, out var job)) return null;
        if (job.State == JobState.Executing) Stopping.Add(StoppingExecution.Of(job));
        _tombstones.Add(id, at);
        return job;
    }

    private void AddPermits(QueueOptions options, DateTimeOffset at)
    {
        // Of an earlier queue of this name code may still run: while it does, it keeps its place under the limits that it was under. Else the versions are above all of that queue.
        if (Options is null && Stopping.Count == 0) _permits.Clear();
        foreach (var limit in options.AllLimits) _permits.TryAdd(limit, new PermitsHeld(limit, limit == options.OwnLimit ? Stopping.Count : 0, at.UtcTicks));
    }

    private void Remember(Guid command, DateTimeOffset at)
    {
        if (command != Guid.Empty) _commands.Add(command, at);
    }
}
