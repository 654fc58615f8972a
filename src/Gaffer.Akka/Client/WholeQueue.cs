using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Requests of which each partition of a queue answers a part: what to ask them, and what their answers are together. No Akka type in it.</summary>
/// <remarks>For a queue with several partitions, in this order: <see cref="Refusal"/>; <see cref="HeadFirst"/>, whose answer is awaited; <see cref="PartsOf"/>, each a call of its own
/// that is repeated until it is answered; <see cref="Merge"/>. A flush asks in rounds: <see cref="FlushRounds"/>.</remarks>
internal static class WholeQueue
{
    private const int MostRunning = QueueDecider.MaxPage;

    /// <summary>Whether the partitions of a queue each answer a part of it. What is not is for one partition: that of its job, else the head.</summary>
    public static bool IsScattered(GafferRequest request) => request is GetQueueInfo or ListJobs or FlushQueue or DrainQueue or PruneQueue or PollQueue or InsertJobs;

    /// <summary>What is wrong, as far as can be said without the partitions. As each stores its jobs alone, an invalid one would else be found when others are stored.</summary>
    public static GafferFailure? Refusal(GafferRequest whole, int partitions, DateTimeOffset now)
    {
        if (whole is not InsertJobs inserts) return null;
        var byId = new Dictionary<JobId, InsertJob>(inserts.Jobs.Length);
        foreach (var insert in inserts.Jobs)
        {
            if (insert.Queue != inserts.Queue) return JobAdmission.InOtherQueue(insert, inserts);
            if (JobAdmission.Refusal(insert, inserts.Queue, now, partitions) is { } failure) return failure;
            if (!byId.TryAdd(insert.Id, insert) && !IsSame(byId[insert.Id], insert)) return QueueDecider.Conflict(inserts.Queue, insert.Id);
        }

        return null;
    }

    /// <summary>What the head must have answered before the partitions are asked: a drain pauses the whole queue. Null: nothing. An answer that is a failure is that of the whole.</summary>
    public static GafferRequest? HeadFirst(GafferRequest whole) => whole is DrainQueue drain ? new PauseQueue(drain.Queue) { CommandId = drain.CommandId } : null;

    /// <summary>What each partition is asked, in their order; null for those that have no part in it.</summary>
    public static ImmutableArray<GafferRequest?> PartsOf(GafferRequest whole, int partitions) => whole switch
    {
        InsertJobs inserts => Split(inserts, partitions),
        ListJobs list => [.. Enumerable.Repeat<GafferRequest?>(list with { Limit = LimitOf(list.Limit, partitions) }, partitions)],
        _ => [.. Enumerable.Repeat<GafferRequest?>(whole, partitions)],
    };

    /// <summary>The answer of the whole queue.</summary>
    /// <param name="whole">What was asked.</param>
    /// <param name="parts">The answers by partition; null for those that were not asked.</param>
    /// <param name="mostBytes">Most bytes of a message.</param>
    public static GafferReply Merge(GafferRequest whole, IReadOnlyList<GafferReply?> parts, int mostBytes) => FailureOf(whole, parts) ?? whole switch
    {
        GetQueueInfo => Join<QueueInfo>(parts, Info),
        ListJobs list => Join<JobPage>(parts, pages => Page(list.Limit, pages, mostBytes)),
        FlushQueue => Join<FlushResult>(parts, static all => new FlushResult(all.All(p => p.Flushed), all.Sum(p => p.Available), all.Sum(p => p.Scheduled), all.Sum(p => p.Executing))),
        DrainQueue => Join<DrainResult>(parts, static all => new DrainResult(all.All(p => p.Drained), [.. all.SelectMany(p => p.StillRunning).Take(MostRunning)])),
        PruneQueue => Join<PruneResult>(parts, static all => new PruneResult([.. all.SelectMany(p => p.Jobs)], all.Any(p => p.HasMore))),
        PollQueue => Join<PollResult>(parts, static all => new PollResult(all.Sum(p => p.Claimed))),
        InsertJobs inserts => MessageSize.Fit(Inserted(inserts, parts), inserts.Queue, mostBytes),
        _ => throw new ArgumentException($"{whole.GetType().Name} is not asked of all partitions.", nameof(whole)),
    };

    // Jobs are spread evenly as a rule, so that two pages together are a page in nearly all cases; with a few more for small pages.
    private static int LimitOf(int limit, int partitions) => limit is < 1 or > QueueDecider.MaxPage ? limit : Math.Min(limit, (2 * limit / partitions) + 16);

    private static ImmutableArray<GafferRequest?> Split(InsertJobs whole, int partitions)
    {
        var parts = new GafferRequest?[partitions];
        foreach (var part in whole.Jobs.GroupBy(j => JobPlace.PartitionOf(j.Id, partitions))) parts[part.Key] = new InsertJobs(whole.Queue, [.. part]);
        if (whole.Jobs.IsEmpty) parts[0] = whole;
        return [.. parts];
    }

    // Each partition answers in the order of its jobs, which is the order in which they are taken back here.
    private static GafferReply Inserted(InsertJobs whole, IReadOnlyList<GafferReply?> parts)
    {
        if (parts.FirstOrDefault(p => p is not (null or InsertManyResult)) is { } other) return other;
        var taken = new int[parts.Count];
        var results = ImmutableArray.CreateBuilder<InsertResult>(whole.Jobs.Length);
        foreach (var insert in whole.Jobs)
        {
            var index = JobPlace.PartitionOf(insert.Id, parts.Count);
            results.Add(((InsertManyResult)parts[index]!).Jobs[taken[index]++]);
        }

        return new InsertManyResult(results.MoveToImmutable());
    }

    private static QueueInfo Info(IReadOnlyList<QueueInfo> parts)
    {
        StateInfo State(JobState state) => new(parts.Sum(p => p[state].Count), parts.Min(p => p[state].Oldest), parts.Max(p => p[state].Newest));
        return parts[0] with
        {
            Status = parts.All(static p => p.Status == QueueStatus.Paused) ? QueueStatus.Paused : QueueStatus.Active, // some claim while a pause spreads
            Available = State(JobState.Available),
            Executing = State(JobState.Executing),
            Completed = State(JobState.Completed),
            Cancelled = State(JobState.Cancelled),
            Failed = State(JobState.Failed),
            Scheduled = parts.Sum(p => p.Scheduled),
            Blocked = parts.Sum(p => p.Blocked),
            PendingForwards = parts.Sum(p => p.PendingForwards),
            ActiveWorkers = parts.Sum(p => p.ActiveWorkers),
            Nodes = [.. parts.SelectMany(p => p.Nodes).GroupBy(n => n.Node).Select(g => g.First() with { Active = g.Sum(n => n.Active), Zombies = g.Sum(n => n.Zombies) })],
            AsOf = parts.Min(p => p.AsOf),
            Totals = parts.Select(p => p.Totals).Aggregate(static (a, b) => a + b),
            OldestReady = parts.Min(p => p.OldestReady),
            Partitions = parts.Count,
        };
    }

    // A partition has told all its jobs up to its Next. What is above the smallest of these may lack jobs of another partition, and is asked for again.
    private static JobPage Page(int limit, IReadOnlyList<JobPage> parts, int mostBytes)
    {
        var bound = parts.Min(p => p.Next);
        var page = ImmutableArray.CreateBuilder<Job>();
        var bytes = 0L;
        foreach (var job in parts.SelectMany(p => p.Jobs).Where(j => bound is not { } last || j.Id <= last).OrderBy(j => j.Id))
        {
            bytes += MessageSize.Of(job);
            if (page.Count == limit || (page.Count > 0 && bytes > mostBytes)) return new JobPage(page.ToImmutable(), page[^1].Id);
            page.Add(job);
        }

        return new JobPage(page.ToImmutable(), bound);
    }

    // No partial truths: a part that fails fails the whole. Told is what has a cause, rather than a silence, which may have the same.
    private static GafferFailure? FailureOf(GafferRequest whole, IReadOnlyList<GafferReply?> parts)
    {
        var failures = parts.Index().Where(p => p.Item is GafferFailure).Select(p => (p.Index, Failure: (GafferFailure)p.Item!)).ToArray();
        if (failures.Length == 0) return null;
        var (index, failure) = failures.OrderBy(f => f.Failure.Error is GafferError.Timeout or GafferError.Unavailable or GafferError.Overloaded).First();
        var isOfAll = failure.Error is GafferError.UnknownQueue or GafferError.InvalidRequest;
        return failure with
        {
            Message = failure.Message
                + (isOfAll ? "" : $" This is partition {index} of {parts.Count}.")
                + (whole is InsertJobs && !isOfAll && parts.Count(p => p is not null) > 1 ? " Jobs of other partitions may be stored; to repeat the call with the same ids is safe, and completes it." : ""),
        };
    }

    private static GafferReply Join<T>(IReadOnlyList<GafferReply?> parts, Func<IReadOnlyList<T>, GafferReply> join)
        where T : GafferReply =>
        parts.FirstOrDefault(p => p is not T) ?? join([.. parts.Cast<T>()]); // what is no answer to this is handed on: the caller says so

    private static bool IsSame(InsertJob one, InsertJob other) =>
        (one.Options?.Kind ?? JobWorker.DefaultKind) == (other.Options?.Kind ?? JobWorker.DefaultKind) && one.ContentType == other.ContentType && one.Payload.Span.SequenceEqual(other.Payload.Span);
}
