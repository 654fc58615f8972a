using System.Diagnostics.CodeAnalysis;

namespace Gaffer;

/// <summary>The jobs that may be claimed now, by kind and turn; of each chain only the one whose turn it is.</summary>
internal sealed class ReadyJobs
{
    private readonly Dictionary<string, SortedChunks<Job, ByTurn>> _kinds = [];
    private readonly Dictionary<string, Chain> _chains = [];

    /// <summary>Jobs that wait for another of their chain.</summary>
    public int Blocked { get; private set; }

    /// <summary>Jobs that may be claimed.</summary>
    public int Count { get; private set; }

    public IEnumerable<string> Kinds => _kinds.Keys;

    /// <summary>Jobs of a kind that may be claimed.</summary>
    public int CountOf(string kind) => _kinds.TryGetValue(kind, out var jobs) ? jobs.Count : 0;

    /// <summary>The first in turn of a kind.</summary>
    public bool TryPeek(string kind, [MaybeNullWhen(false)] out Job job)
    {
        job = null;
        return _kinds.TryGetValue(kind, out var jobs) && jobs.TryGetFirst(out job);
    }

    /// <summary>Since when the longest waiting of those that are first in turn, one of each kind, could have been claimed. Null: none may be.</summary>
    public DateTimeOffset? OldestInTurn
    {
        get
        {
            DateTimeOffset? oldest = null;
            foreach (var jobs in _kinds.Values)
            {
                if (jobs.TryGetFirst(out var first) && !(first.WaitingSince >= oldest)) oldest = first.WaitingSince;
            }

            return oldest;
        }
    }

    /// <summary>A job has become due.</summary>
    public void Add(Job job)
    {
        if (job.Chain is not { } name)
        {
            Offer(job);
            return;
        }

        var chain = _chains.TryGetValue(name, out var known) ? known : _chains[name] = new Chain();
        if (chain.Holder is null || chain.Holder == job.Id)
        {
            chain.Hold(job);
            Offer(job);
        }
        else if (chain.Offered is { } holder && !chain.Started && ByTurn.Compare(job, holder) < 0)
        {
            Withdraw(holder);
            chain.Waiting.Add(holder);
            Blocked++;
            chain.Hold(job);
            Offer(job);
        }
        else
        {
            chain.Waiting.Add(job);
            Blocked++;
        }
    }

    /// <summary>A due job is claimed: its chain stays held.</summary>
    public void Claim(Job job)
    {
        Withdraw(job);
        if (job.Chain is { } name) _chains[name].Claim();
    }

    /// <summary>A due job goes without having been claimed.</summary>
    /// <param name="job">The job.</param>
    /// <param name="comesBack">Whether it is added again at once, and so holds its chain if it did.</param>
    public void Remove(Job job, bool comesBack)
    {
        if (job.Chain is { } name && _chains.TryGetValue(name, out var chain) && chain.Holder != job.Id)
        {
            if (chain.Waiting.Remove(job)) Blocked--;
            return;
        }

        Withdraw(job);
        if (!comesBack) Release(job);
    }

    /// <summary>A job holds its chain no longer: it has ended, or lets others go first.</summary>
    public void Release(Job job)
    {
        if (job.Chain is not { } name || !_chains.TryGetValue(name, out var chain) || chain.Holder != job.Id) return;
        if (chain.Waiting.TryGetFirst(out var next))
        {
            chain.Waiting.Remove(next);
            Blocked--;
            chain.Hold(next);
            Offer(next);
        }
        else
        {
            _chains.Remove(name);
        }
    }

    /// <summary>The jobs that hold their chain because they have started: which they are follows from what happened, not from how the jobs are now.</summary>
    public IEnumerable<JobId> StartedHolders => _chains.Values.Where(c => c.Started).Select(c => c.Holder!.Value);

    /// <summary>A job that has started holds its chain; for a state that is read from a snapshot.</summary>
    public void Restore(Job job)
    {
        if (job.Chain is not { } name) return;
        var chain = new Chain();
        chain.Hold(job);
        chain.Claim();
        _chains[name] = chain;
    }

    /// <summary>A job is not to be claimed for now, though its turn has come.</summary>
    public void Withhold(Job job) => Withdraw(job);

    /// <summary>It may be claimed again, unless another of its chain has gone first.</summary>
    public void OfferAgain(Job job)
    {
        if (job.Chain is not { } name || (_chains.TryGetValue(name, out var chain) && ReferenceEquals(chain.Offered, job))) Offer(job);
    }

    private void Offer(Job job)
    {
        var jobs = _kinds.TryGetValue(job.Kind, out var known) ? known : _kinds[job.Kind] = [];
        if (jobs.Add(job)) Count++;
    }

    private void Withdraw(Job job)
    {
        if (_kinds.TryGetValue(job.Kind, out var jobs) && jobs.Remove(job)) Count--;
    }

    private sealed class Chain
    {
        public JobId? Holder { get; private set; }

        /// <summary>The holder while it may be claimed.</summary>
        public Job? Offered { get; private set; }

        /// <summary>Whether the holder has been claimed since it holds the chain: then nothing overtakes it.</summary>
        public bool Started { get; private set; }

        public SortedChunks<Job, ByTurn> Waiting { get; } = [];

        public void Hold(Job job)
        {
            if (Holder != job.Id) Started = false;
            Holder = job.Id;
            Offered = job;
        }

        public void Claim()
        {
            Offered = null;
            Started = true;
        }
    }
}
