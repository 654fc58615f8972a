namespace Gaffer;

/// <summary>Which jobs are to be deleted: those that are too old in their state, and of terminal states those above the most that are kept.</summary>
/// <remarks>Source: the cutoffs of gaffer's pruner; an age of 0 means all, any other what is strictly older.</remarks>
internal static class PruneRule
{
    public static List<JobId> Select(QueueState state, DateTimeOffset now, int limit)
    {
        List<JobId> ids = [];
        var prune = state.Options!.Prune;
        foreach (var jobState in JobStates.All)
        {
            var surplus = Surplus(state, prune, jobState);
            var age = prune.AgeFor(jobState).Span;
            if (surplus == 0 && age is null) continue;
            foreach (var job in state.InState(jobState))
            {
                if (ids.Count == limit) return ids;
                if (surplus-- <= 0 && !IsTooOld(job, age, now)) break;
                ids.Add(job.Id);
            }
        }

        return ids;
    }

    /// <summary>How many of a terminal state are above the most that are kept, each partition of the queue by itself.</summary>
    public static int Surplus(QueueState state, PruneOptions prune, JobState of) =>
        prune.MaxCount is { } most && of.IsTerminal() ? Math.Max(0, state.CountOf(of) - state.ShareOf(most)) : 0;

    private static bool IsTooOld(Job job, TimeSpan? age, DateTimeOffset now) =>
        age is { } span && (span == TimeSpan.Zero || now - job.StateAt > span);
}
