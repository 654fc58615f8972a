namespace Gaffer.Tests;

/// <summary>What has to be true of the executions at every instant. One that its process did not survive ends with it, and one in a process that was declared dead ends there.</summary>
public static class RunRules
{
    public static IReadOnlyList<Violation> Check(ChaosRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var deaths = recording.Runs.Select(r => r.Life).Distinct().ToDictionary(life => life, life => recording.DeathOf(life));
        var spans = recording.Runs.Select(r => new Span(r, Math.Min(r.End ?? long.MaxValue, deaths[r.Life]))).OrderBy(s => s.Run.Start).ToList();
        var living = spans.Where(s => s.Run.Start < s.End).ToList();
        return
        [
            .. spans.Where(s => s.End == long.MaxValue).Select(s => new Violation("Every execution ends", $"{s.Run.Job}", $"execution {s.Run.Execution} on life {s.Run.Life} has not")),
            .. spans.GroupBy(s => (s.Run.Job, s.Run.Execution)).Where(g => g.Count() > 1).Select(g => new Violation("An execution runs once", $"{g.Key.Job}", $"execution {g.Key.Execution} ran {g.Count()} times")),
            .. living.GroupBy(s => s.Run.Job).SelectMany(Alone),
            .. recording.Limits.SelectMany(limit => Within(limit, living)),
        ];
    }

    private static IEnumerable<Violation> Alone(IGrouping<Guid, Span> job)
    {
        foreach (var (earlier, later) in job.Zip(job.Skip(1)))
        {
            if (later.Run.Start < earlier.End) yield return new("A job does not run twice at once", $"{job.Key}", $"execution {later.Run.Execution} on life {later.Run.Life} began {(earlier.End - later.Run.Start) / 1000.0:0.0} ms before {earlier.Run.Execution} on life {earlier.Run.Life} had ended");
            if (later.Run.Execution <= earlier.Run.Execution) yield return new("Fencing tokens grow", $"{job.Key}", $"execution {later.Run.Execution} began after {earlier.Run.Execution}");
        }
    }

    private static IEnumerable<Violation> Within(RunLimit limit, IEnumerable<Span> living) =>
        from scope in living.Where(s => limit.Queues.Contains(s.Run.Queue)).GroupBy(s => limit.PerNode ? s.Run.Life : 0)
        let peak = Peak(scope)
        where peak.Count > limit.Most
        select new Violation($"{limit.Name} holds", $"{peak.At.Run.Job}", $"{peak.Count} of {limit.Most} ran{(limit.PerNode ? $" on life {scope.Key}" : "")} at {peak.At.Run.Start}");

    /// <summary>The most executions at one instant: sweeps over all starts and ends; at one instant ends come first.</summary>
    private static (int Count, Span At) Peak(IEnumerable<Span> spans)
    {
        var all = spans.ToList();
        var ends = new Queue<long>(all.Select(s => s.End).Order());
        var (running, most, at) = (0, 0, all[0]);
        foreach (var span in all)
        {
            running++;
            while (ends.Peek() <= span.Run.Start)
            {
                ends.Dequeue();
                running--;
            }

            if (running > most) (most, at) = (running, span);
        }

        return (most, at);
    }

    private sealed record Span(Run Run, long End);
}
