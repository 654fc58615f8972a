namespace Gaffer.Tests;

/// <summary>A rule that was broken.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Token">By which job.</param>
/// <param name="What">How.</param>
public sealed record Violation(string Rule, string Token, string What)
{
    public override string ToString() => $"{Rule}: job {Token}: {What}";
}

/// <summary>What has to be true of the queue's record in the end, against all that the lives of the subject saw.</summary>
public static class RecordRules
{
    private const int HistoryLimit = 20;

    public static IReadOnlyList<Violation> Check(Ledger ledger, IReadOnlyCollection<Job> record)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var jobs = record.ToLookup(j => j.PayloadAs<CrashPayload>()!.Token);
        return [.. Inserts(ledger, jobs), .. Batches(ledger, jobs), .. Conclusions(ledger, jobs), .. Ends(ledger, record)];
    }

    private static IEnumerable<Violation> Inserts(Ledger ledger, ILookup<string, Job> jobs)
    {
        var begun = ledger.Of<LedgerLine.Begun>().Select(b => b.Job).DistinctBy(j => j.Token).ToDictionary(j => j.Token);
        foreach (var stored in jobs)
        {
            if (!begun.TryGetValue(stored.Key, out var job)) yield return new("Nothing is stored that nobody inserted", stored.Key, "it is stored");
            else if (job.Id is { } id && stored.Any(j => j.Id != id)) yield return new("A job has the id that its caller named", stored.Key, $"{id} was named");
            if (stored.Count() > 1) yield return new("Each insert is one job", stored.Key, $"it is stored {stored.Count()} times");
        }

        var known = new HashSet<string>();
        foreach (var answer in ledger.Of<LedgerLine.Acknowledged>())
        {
            if (!jobs[answer.Token].Any(j => j.Id.Value == answer.Id)) yield return new("An acknowledged insert stays", answer.Token, $"no job {answer.Id} is stored");
            if (!answer.Repeated && answer.Duplicate) yield return new("A first insert is no duplicate", answer.Token, "it was answered as one");
            if (!known.Add(answer.Token) && !answer.Duplicate) yield return new("A repeated insert is a duplicate", answer.Token, "it was answered as new");
        }
    }

    private static IEnumerable<Violation> Batches(Ledger ledger, ILookup<string, Job> jobs) =>
        from begun in ledger.Of<LedgerLine.Begun>()
        where begun.Job.Batch is not null
        group begun.Job by begun.Job.Batch into batch
        let stored = batch.Count(j => jobs.Contains(j.Token))
        where stored != 0 && stored != batch.Count()
        select new Violation("Jobs inserted together are stored together", batch.First().Token, $"{stored} of {batch.Count()} are stored");

    private static IEnumerable<Violation> Conclusions(Ledger ledger, ILookup<string, Job> jobs)
    {
        foreach (var end in ledger.Of<LedgerLine.Concluded>())
        {
            if (jobs[end.Token].FirstOrDefault() is not { } job) yield return new("A job that ended stays", end.Token, $"it was {end.State}, and is not stored");
            else if (job.State != end.State) yield return new("An end is for good", end.Token, $"it was {end.State}, and is {job.State}");
            else if (ResultOf(job) != end.Result) yield return new("A result is for good", end.Token, $"it was {end.Result}, and is {ResultOf(job)}");
        }

        foreach (var cancelled in ledger.Of<LedgerLine.CancelAcknowledged>())
        {
            if (jobs[cancelled.Token].Any(j => j.State != JobState.Cancelled)) yield return new("A cancellation is for good", cancelled.Token, $"it is {jobs[cancelled.Token].First().State}");
        }
    }

    private static IEnumerable<Violation> Ends(Ledger ledger, IReadOnlyCollection<Job> record)
    {
        var completions = ledger.Of<LedgerLine.Ended>().Where(e => e.How == ExecutionEnd.Completed).Select(e => new CrashResult(e.Token, e.Execution)).ToHashSet();
        foreach (var job in record)
        {
            var (token, plan) = job.PayloadAs<CrashPayload>()!;
            var counted = job.History.Count(e => e.Outcome is ExecutionOutcome.Completed or ExecutionOutcome.Failed);
            if (!job.State.IsTerminal()) yield return new("Every job ends", token, $"it is {job.State}");
            else if (!CrashJob.MayEndAs(plan, job.State)) yield return new("A job ends as its worker says", token, $"{plan} ended as {job.State}");
            if (job.State == JobState.Completed && (job.ResultAs<CrashResult>() is not { } result || result.Token != token || !completions.Contains(result)))
            {
                yield return new("A result comes from an execution", token, $"no execution returned {ResultOf(job)}");
            }

            if (job.History.Length < HistoryLimit && job.Attempt != counted) yield return new("The attempts of a job are those in its history", token, $"{job.Attempt} attempts, {counted} in the history");
            if (job.History.Zip(job.History.Skip(1)).Any(p => p.Item1.Execution >= p.Item2.Execution)) yield return new("The history is in order", token, string.Join(", ", job.History.Select(e => e.Execution)));
        }
    }

    /// <summary>The result of a job as text; null when it has none.</summary>
    public static string? ResultOf(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.ResultJson is { } json ? System.Text.Encoding.UTF8.GetString(json.Span) : null;
    }
}
