namespace Gaffer.Tests;

/// <summary>What a queue should know, the slow way: a list of jobs that is searched each time. Which job holds a chain is the one thing that follows from history alone.</summary>
internal sealed class QueueModel
{
    private readonly Dictionary<string, (JobId Holder, bool Started)> _chains = [];

    public List<Job> Jobs { get; } = [];

    public QueueOptions? Options { get; private set; }

    public int Version { get; private set; }

    public bool IsPaused { get; private set; }

    public Guid? Deletion { get; private set; }

    public long NextSequence { get; private set; } = 1;

    public long Revision { get; private set; }

    public DateTimeOffset Now { get; private set; } = DateTimeOffset.UnixEpoch;

    public Dictionary<ForwardKey, QueueName> Forwards { get; } = [];

    public HashSet<JobId> Gone { get; } = [];

    public HashSet<StoppingExecution> Stopping { get; } = [];

    public Dictionary<string, PermitsHeld> Permits { get; } = [];

    public HashSet<Guid> Commands { get; } = [];

    public IEnumerable<Job> Due => Jobs.Where(IsDue);

    public IEnumerable<Job> Scheduled => Jobs.Where(j => j.State == JobState.Available && !IsDue(j));

    public int Blocked => Due.Count(j => !IsClaimable(j));

    public DateTimeOffset? NextDue => Scheduled.Select(j => j.ScheduledAt).Concat(Expiring.Select(j => j.ExpiresAt)).Min();

    public IEnumerable<Job> Expiring => Jobs.Where(j => j is { State: JobState.Available, Execution: 0, ExpiresAt: not null });

    public IEnumerable<Job> In(JobState state) => Jobs.Where(j => j.State == state).OrderBy(j => j.StateAt).ThenBy(j => j.Sequence);

    public Job? NextOf(string kind) => InTurn(Due.Where(j => j.Kind == kind && IsClaimable(j))).FirstOrDefault();

    public Job? HolderOf(string key) => Jobs.SingleOrDefault(j => j.UniqueKey == key && !j.State.IsTerminal());

    public void Advance(DateTimeOffset now)
    {
        if (now <= Now) return;
        var before = Now;
        Now = now;
        foreach (var job in Due.Where(j => j.ScheduledAt > before).OrderBy(j => j.ScheduledAt).ThenBy(j => j.Sequence)) Arrive(job);
    }

    public void Apply(QueueChange change)
    {
        Advance(change.At);
        switch (change)
        {
            case QueueChange.Configured c:
                Begin();
                (Options, Version) = (c.Options, c.Version);
                Remember(c.Command);
                break;
            case QueueChange.Paused p:
                IsPaused = true;
                Remember(p.Command);
                break;
            case QueueChange.Resumed r:
                IsPaused = false;
                Remember(r.Command);
                break;
            case QueueChange.Followed { Head: { } head } f:
                Begin();
                (Options, Version, IsPaused, Revision) = (head.Options, head.Version, head.Paused, f.Revision);
                break;
            case QueueChange.Followed f:
                Clear();
                Revision = f.Revision;
                break;
            case QueueChange.DeletionBegun d:
                Deletion = d.Command;
                break;
            case QueueChange.DeletionRefused:
                Deletion = null;
                break;
            case QueueChange.Deleted d:
                Clear();
                Remember(d.Command);
                break;
            case QueueChange.Inserted i:
                Jobs.Add(i.Job);
                NextSequence++;
                if (IsDue(i.Job)) Arrive(i.Job);
                break;
            case QueueChange.Removed r:
                Remove(r.Job);
                Remember(r.Command);
                break;
            case QueueChange.Pruned p:
                foreach (var id in p.Jobs) Remove(id);
                Remember(p.Command);
                break;
            case QueueChange.ForwardDelivered f:
                Forwards.Remove(f.Forward);
                break;
            case QueueChange.Opened: break;
            case QueueChange.Stopped s:
                Stopping.RemoveWhere(e => e.Key == s.Execution && e.Node == s.Node);
                break;
            case QueueChange.NodeGone n:
                Stopping.RemoveWhere(e => e.Node == n.Node);
                break;
            case QueueChange.PermitsMoved p:
                Permits[p.Held.Limit] = p.Held;
                break;
            case QueueChange.Claimed c: Replace(c.Job, c); break;
            case QueueChange.Completed c: Replace(c.Job, c); break;
            case QueueChange.Failed f: Replace(f.Job, f); break;
            case QueueChange.Snoozed s: Replace(s.Job, s); break;
            case QueueChange.Released r: Replace(r.Job, r); break;
            case QueueChange.Cancelled c:
                Replace(c.Job, c);
                Remember(c.Command);
                break;
            case QueueChange.Retried r:
                Replace(r.Job, r);
                Remember(r.Command);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(change));
        }
    }

    private void Begin()
    {
        if (Options is null && Stopping.Count == 0) Permits.Clear();
    }

    private void Clear()
    {
        (Options, Version, IsPaused, Deletion) = (null, 0, false, null);
        foreach (var job in In(JobState.Executing)) Stopping.Add(StoppingExecution.Of(job));
        Jobs.Clear();
        _chains.Clear();
        Forwards.Clear();
        Gone.Clear();
    }

    private void Remember(Guid command)
    {
        if (command != Guid.Empty) Commands.Add(command);
    }

    private void Replace(JobId id, QueueChange change)
    {
        var at = Jobs.FindIndex(j => j.Id == id);
        var (before, after) = (Jobs[at], JobMachine.Apply(Jobs[at], change));
        if (before.State == JobState.Executing && change is QueueChange.Cancelled { By: not EventActor.Worker }) Stopping.Add(StoppingExecution.Of(before));
        var wasDue = IsDue(before);
        Jobs[at] = after;
        if (after.State.IsTerminal() && Options!.Forward.TryGetValue(after.State, out var target)) Forwards.Add(new ForwardKey(id, after.Execution, after.Retries), target); // no two ends of a job are the same
        var letsGo = before.State == JobState.Executing && Options!.ChainPolicy == ChainPolicy.SkipOnRetry && after.ScheduledAt > Now;
        if (after.State.IsTerminal() || letsGo) Release(after);
        else if (after.State == JobState.Executing && after.Chain is { } chain) _chains[chain] = (id, true);
        else if (IsDue(after) && !wasDue) Arrive(after);
    }

    private void Remove(JobId id)
    {
        var job = Jobs.Single(j => j.Id == id);
        Jobs.Remove(job);
        if (job.State == JobState.Executing) Stopping.Add(StoppingExecution.Of(job));
        Gone.Add(id);
        Release(job);
    }

    private void Arrive(Job job)
    {
        if (job.Chain is not { } chain) return;
        if (!_chains.TryGetValue(chain, out var hold)) _chains[chain] = (job.Id, false);
        else if (!hold.Started && InTurn([job, Jobs.Single(j => j.Id == hold.Holder)]).First().Id == job.Id) _chains[chain] = (job.Id, false);
    }

    private void Release(Job job)
    {
        if (job.Chain is not { } chain || !_chains.TryGetValue(chain, out var hold) || hold.Holder != job.Id) return;
        _chains.Remove(chain);
        if (InTurn(Due.Where(j => j.Chain == chain && j.Id != job.Id)).FirstOrDefault() is { } next) _chains[chain] = (next.Id, false);
    }

    private bool IsDue(Job job) => job.State == JobState.Available && (job.ScheduledAt is null || job.ScheduledAt <= Now);

    private bool IsClaimable(Job job) => job.Chain is null || _chains[job.Chain].Holder == job.Id;

    private static IOrderedEnumerable<Job> InTurn(IEnumerable<Job> jobs) => jobs.OrderByDescending(j => j.Priority).ThenBy(j => j.Sequence);
}
