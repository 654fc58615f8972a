using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Where a decision is made: each change is applied at once, and becomes durable later.</summary>
internal interface ICommit
{
    /// <summary>Makes a change; answers with the job after it, where it is one of a job that stays.</summary>
    Job? Do(QueueChange change);
}

/// <summary>What follows from a request: changes, and an answer that is told when they are durable. No Akka type in it.</summary>
internal sealed class QueueDecider(QueueState state, ICommit commit, int mostBytes)
{
    /// <summary>The most jobs of one page, and of one prune.</summary>
    public const int MaxPage = 1000;

    /// <summary>The most jobs that one page looks at.</summary>
    private const int MaxScan = 20_000;

    private readonly JobAdmission _admission = new();

    /// <summary>The queue's answer; the queue exists.</summary>
    public GafferReply Decide(GafferRequest request, DateTimeOffset now) => request switch
    {
        InsertJob insert => Insert(insert, now),
        InsertJobs inserts => InsertAll(inserts, now),
        ForwardJob forward => Forward(forward, now),
        GetJob get => state.TryGet(get.Job, out var job) ? new JobFound(job) : Unknown(get.Job),
        ListJobs list => List(list),
        CancelJob cancel => Cancel(cancel, now),
        DeleteJob delete => Delete(delete, now),
        RetryJob retry => Retry(retry, now),
        PruneQueue prune => Prune(now, prune.CommandId),
        PauseQueue pause => Pause(pause.CommandId, now),
        ResumeQueue resume => Resume(resume.CommandId, now),
        GetQueue => new QueueDescription(state.Options!, state.Version),
        _ => new GafferFailure(GafferError.InvalidRequest, $"A queue cannot answer {request.GetType().Name}.", request.Queue),
    };

    /// <summary>Deletes what the queue's options say, up to a page of it.</summary>
    public PruneResult Prune(DateTimeOffset now, Guid command)
    {
        var ids = PruneRule.Select(state, now, MaxPage + 1);
        var more = ids.Count > MaxPage;
        if (more) ids.RemoveAt(MaxPage);
        if (ids.Count == 0 || state.WasCarriedOut(command)) return new PruneResult([], ids.Count > 0); // a repetition: it has pruned what it was to prune
        var pruned = ids.ToImmutableArray();
        commit.Do(new QueueChange.Pruned(now, pruned, command));
        return new PruneResult(pruned, more);
    }

    /// <summary>Gives up jobs that have not started in time.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (var job in state.Expired(now).Take(MaxPage).ToList())
        {
            commit.Do(new QueueChange.Cancelled(now, job.Id, "expired", EventActor.Runner, Guid.Empty));
        }
    }

    public PauseResult Pause(Guid command, DateTimeOffset now)
    {
        var repeated = state.WasCarriedOut(command);
        if (state.IsPaused || repeated) return new PauseResult(AlreadyPaused: !repeated);
        commit.Do(new QueueChange.Paused(now, command));
        return new PauseResult(false);
    }

    private ResumeResult Resume(Guid command, DateTimeOffset now)
    {
        var repeated = state.WasCarriedOut(command);
        if (!state.IsPaused || repeated) return new ResumeResult(AlreadyActive: !repeated);
        commit.Do(new QueueChange.Resumed(now, command));
        return new ResumeResult(false);
    }

    private GafferReply Insert(InsertJob insert, DateTimeOffset now)
    {
        if (!_admission.TryAdmit(insert, state.Options!, state.NextSequence, now, out var job, out var failure)) return failure;
        if (Known(job) is { } known) return known;
        if (IsFull(1)) return Full();
        commit.Do(new QueueChange.Inserted(now, job));
        return new InsertResult(job, false);
    }

    // All or none: everything is checked before anything is stored.
    private GafferReply InsertAll(InsertJobs inserts, DateTimeOffset now)
    {
        var jobs = new List<Job>(inserts.Jobs.Length);
        var byId = new Dictionary<JobId, Job>(inserts.Jobs.Length);
        foreach (var insert in inserts.Jobs)
        {
            if (insert.Queue != inserts.Queue) return JobAdmission.InOtherQueue(insert, inserts);
            if (!_admission.TryAdmit(insert, state.Options!, state.NextSequence + jobs.Count, now, out var job, out var failure)) return failure;
            if (Known(job) is GafferFailure conflict) return conflict;
            if (!byId.TryAdd(job.Id, job) && !IsSame(byId[job.Id], job)) return Conflict(state.Name, job.Id);
            jobs.Add(job);
        }

        if (state.Options!.MaxJobs is not null && IsFull(jobs.Where(j => Known(j) is null).DistinctBy(j => j.Id).DistinctBy(j => j.UniqueKey ?? (object)j.Id).Count())) return Full();
        var results = ImmutableArray.CreateBuilder<InsertResult>(jobs.Count);
        foreach (var job in jobs)
        {
            if (Known(job) is InsertResult duplicate)
            {
                results.Add(duplicate);
                continue;
            }

            var inserted = job.Sequence == state.NextSequence ? job : job with { Sequence = state.NextSequence };
            commit.Do(new QueueChange.Inserted(now, inserted));
            results.Add(new InsertResult(inserted, false));
        }

        return new InsertManyResult(results.MoveToImmutable());
    }

    private InsertResult Forward(ForwardJob forward, DateTimeOffset now)
    {
        if (state.TryGet(forward.Job, out var known)) return new InsertResult(known, true);
        var job = _admission.Admit(forward, state.Options!, state.NextSequence, now);
        if (state.IsGone(forward.Job)) return new InsertResult(job, true);
        commit.Do(new QueueChange.Inserted(now, job, Forwarded: true));
        return new InsertResult(job, false);
    }

    // A repetition is answered with the job; its id with other content is refused.
    private GafferReply? Known(Job job)
    {
        if (state.TryGet(job.Id, out var known)) return IsSame(known, job) ? new InsertResult(known, true) : Conflict(state.Name, job.Id);
        if (state.IsGone(job.Id)) return new InsertResult(job, true);
        return job.UniqueKey is { } key && state.TryGetUnique(key, out var holder) ? new InsertResult(holder, true) : null;
    }

    private static bool IsSame(Job known, Job job) =>
        known.Kind == job.Kind && known.ContentType == job.ContentType && known.Payload.Span.SequenceEqual(job.Payload.Span);

    public static GafferFailure Conflict(QueueName queue, JobId id) =>
        new(GafferError.JobIdConflict, $"Queue '{queue}' has a job {id} with another kind or payload. Use a new id for a new job.", queue);

    private GafferReply Cancel(CancelJob cancel, DateTimeOffset now)
    {
        if (!state.TryGet(cancel.Job, out var job)) return Unknown(cancel.Job);
        if (state.WasCarriedOut(cancel.CommandId)) return new CancelResult.Cancelled(job);
        if (!JobMachine.CanMove(job.State, JobState.Cancelled)) return new CancelResult.InvalidTransition(job.State, JobState.Cancelled);
        return new CancelResult.Cancelled(commit.Do(new QueueChange.Cancelled(now, job.Id, cancel.Reason, EventActor.User, cancel.CommandId))!);
    }

    private GafferReply Delete(DeleteJob delete, DateTimeOffset now)
    {
        if (!state.TryGet(delete.Job, out var job)) return state.WasCarriedOut(delete.CommandId) ? new JobDeletedResult(delete.Job) : Unknown(delete.Job);
        if (delete.IfState is { } expected && job.State != expected) return new JobNotDeleted(job.State);
        if (job.State == JobState.Executing) commit.Do(new QueueChange.Cancelled(now, job.Id, "deleted", EventActor.User, Guid.Empty));
        commit.Do(new QueueChange.Removed(now, job.Id, delete.CommandId));
        return new JobDeletedResult(job.Id);
    }

    private GafferReply Retry(RetryJob retry, DateTimeOffset now)
    {
        if (!state.TryGet(retry.Job, out var job)) return Unknown(retry.Job);
        if (state.WasCarriedOut(retry.CommandId)) return new RetryResult.Retried(job);
        if (job.State == JobState.Executing || (retry.IfState is { } expected && job.State != expected)) return new RetryResult.InvalidTransition(job.State, JobState.Available);
        if (job.State.IsTerminal() && job.UniqueKey is { } key && state.TryGetUnique(key, out var holder)) return KeyIsHeld(job, holder);
        return new RetryResult.Retried(commit.Do(new QueueChange.Retried(now, job.Id, retry.CommandId, job.Retries + 1))!);
    }

    private GafferFailure KeyIsHeld(Job job, Job holder) =>
        new(GafferError.JobIdConflict, $"Job {job.Id} of queue '{state.Name}' cannot be retried while job {holder.Id} has its unique key '{job.UniqueKey}'. Retry it when that one has ended.", state.Name);

    private GafferReply List(ListJobs list)
    {
        if (list.Limit is < 1 or > MaxPage)
        {
            return new GafferFailure(GafferError.InvalidRequest, $"A page of {list.Limit} jobs was asked for; use 1 to {MaxPage}.", state.Name);
        }

        var bytes = 0L;

        // Few in the state that is asked for: sort them. Else walk the ids, and hand out a short page rather than hold up the queue.
        if (list.Filter.State is { } only && state.CountOf(only) <= MaxPage)
        {
            var sorted = state.InState(only).Where(j => list.Filter.Matches(j) && (list.After is not { } after || j.Id > after)).OrderBy(j => j.Id).Take(list.Limit + 1).ToList();
            var page = ImmutableArray.CreateBuilder<Job>();
            foreach (var job in sorted)
            {
                if (page.Count == list.Limit || !TryAdd(page, list.Filter, job, ref bytes)) return new JobPage(page.ToImmutable(), page[^1].Id);
            }

            return new JobPage(page.ToImmutable(), null);
        }

        var found = ImmutableArray.CreateBuilder<Job>();
        var seen = 0;
        JobId? last = null;
        foreach (var id in state.IdsAfter(list.After))
        {
            if (found.Count == list.Limit || seen++ == MaxScan) return new JobPage(found.ToImmutable(), last);
            if (state.TryGet(id, out var job) && list.Filter.Matches(job) && !TryAdd(found, list.Filter, job, ref bytes)) return new JobPage(found.ToImmutable(), last);
            last = id;
        }

        return new JobPage(found.ToImmutable(), null);
    }

    // A page ends early where it would be too large for a message.
    private bool TryAdd(ImmutableArray<Job>.Builder page, JobFilter filter, Job job, ref long bytes)
    {
        job = filter.WithoutPayload ? MessageSize.RowOf(job) : MessageSize.Fit(job, mostBytes);
        bytes += MessageSize.Of(job);
        if (page.Count > 0 && bytes > mostBytes) return false;
        page.Add(job);
        return true;
    }

    private bool IsFull(int more) => state.Options!.MaxJobs is { } most && more > 0 && state.CountOf(JobState.Available) + state.CountOf(JobState.Executing) + more > state.ShareOf(most);

    private GafferFailure Full() => new(
        GafferError.QueueFull,
        state.Options!.Partitions == 1
            ? $"Queue '{state.Name}' holds its {state.Options!.MaxJobs} jobs that have not ended (MaxJobs). Insert again when some have ended."
            : $"The partition of queue '{state.Name}' in which the job belongs holds its {state.ShareOf(state.Options!.MaxJobs!.Value)} jobs that have not ended: it is one of {state.Options!.Partitions}, and MaxJobs is {state.Options!.MaxJobs}. Insert again when some have ended.",
        state.Name);

    private GafferFailure Unknown(JobId id) =>
        new(GafferError.UnknownJob, $"Queue '{state.Name}' has no job {id}: it never had, or the job was deleted or pruned.", state.Name);
}
