namespace Gaffer.Tests;

/// <summary>What has to be true whatever was killed, held or cut off when. Pure: it reads a recording and Gaffer's own record.</summary>
public static class ChaosRules
{
    private const int HistoryLimit = 20;

    public static IReadOnlyList<Violation> Check(ChaosRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var runs = recording.Runs.ToLookup(r => r.Job);
        return [.. Inserts(recording, runs), .. recording.Jobs.SelectMany(j => Record(j)), .. Results(recording, runs), .. RunRules.Check(recording)];
    }

    private static IEnumerable<Violation> Inserts(ChaosRecording recording, ILookup<Guid, Run> runs)
    {
        var jobs = recording.Jobs.ToLookup(j => j.Id.Value);
        foreach (var stored in jobs.Where(g => g.Count() > 1)) yield return new("Each insert is one job", $"{stored.Key}", $"it is stored {stored.Count()} times");
        foreach (var insert in recording.Acknowledged)
        {
            if (!jobs.Contains(insert.Job)) yield return new("An acknowledged job is kept", $"{insert.Job}", $"{insert.Queue} has none");
            if (!runs.Contains(insert.Job)) yield return new("An acknowledged job is executed", $"{insert.Job}", "it never was");
        }

        foreach (var stray in recording.Runs.Where(r => !jobs.Contains(r.Job))) yield return new("Only what is kept is executed", $"{stray.Job}", $"execution {stray.Execution} ran");
    }

    private static IEnumerable<Violation> Record(Job job)
    {
        var name = $"{job.Id}";
        var deed = job.PayloadAs<ChaosPayload>()!.Deed;
        var completions = job.History.Count(e => e.Outcome == ExecutionOutcome.Completed);
        var counted = job.History.Count(e => e.Outcome is ExecutionOutcome.Completed or ExecutionOutcome.Failed);
        if (!job.State.IsTerminal()) yield return new("Every job ends", name, $"it is {job.State}");
        else if (job.State != (deed == ChaosDeed.Poison ? JobState.Failed : JobState.Completed)) yield return new("A job ends as its code does", name, $"{deed} ended as {job.State}");
        if (completions != (job.State == JobState.Completed ? 1 : 0)) yield return new("A job completes once", name, $"it is {job.State}, and completed {completions} times");
        if (job.History.Length < HistoryLimit && job.Attempt != counted) yield return new("The attempts of a job are those in its history", name, $"{job.Attempt} attempts, {counted} in the history");
        if (job.History.Zip(job.History.Skip(1)).Any(p => p.Item1.Execution >= p.Item2.Execution)) yield return new("The history is in order", name, string.Join(", ", job.History.Select(e => e.Execution)));
    }

    // A result counts if the code of that execution returned, in a process that was not declared dead by then.
    private static IEnumerable<Violation> Results(ChaosRecording recording, ILookup<Guid, Run> runs)
    {
        foreach (var job in recording.Jobs.Where(j => j.State == JobState.Completed))
        {
            var name = $"{job.Id}";
            var result = job.ResultAs<ChaosResult>();
            var entry = job.History.LastOrDefault();
            if (entry is null || entry.Outcome != ExecutionOutcome.Completed || result != new ChaosResult(entry.Execution, entry.Node.Incarnation))
            {
                yield return new("A result is that of the execution that counts", name, $"{result} stands beside {entry}");
            }
            else if (runs[job.Id.Value].FirstOrDefault(r => r.Execution == entry.Execution && r.Incarnation == entry.Node.Incarnation && r.Outcome == RunEnd.Completed) is not { } run)
            {
                yield return new("A result comes from an execution", name, $"no code returned from execution {entry.Execution}");
            }
            else if (run.End > recording.DeathOf(run.Life, Survivors.Last))
            {
                yield return new("A result of the dead does not count", name, $"execution {run.Execution} returned after life {run.Life} was declared dead");
            }
        }
    }
}
