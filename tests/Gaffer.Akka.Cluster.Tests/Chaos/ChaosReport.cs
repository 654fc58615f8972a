using System.Text;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>What happened in a chaos test, for a person.</summary>
public static class ChaosReport
{
    private const int MostViolations = 10;

    /// <summary>Says it in the record of the test, and to whoever looks on: a test that passes shows its record to nobody.</summary>
    public static void Say(ITestOutputHelper output, string what)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine(what);
        Console.WriteLine(what);
    }

    public static string Of(ChaosRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var acknowledged = recording.Acknowledged;
        var history = recording.Jobs.SelectMany(j => j.History).ToList();
        var rescues = RescueTimes(recording).Order().ToList();
        return $"""
            inserts acknowledged    {acknowledged.Count:N0}, the slowest after {acknowledged.Select(a => a.Took).DefaultIfEmpty().Max() / 1000:N0} ms
            calls that threw        {recording.Problems.Count:N0}{string.Concat(recording.Problems.GroupBy(p => p.What).OrderByDescending(g => g.Count()).Take(5).Select(g => $"{Environment.NewLine}    {g.Count():N0}: {g.Key}"))}
            executions              {recording.Runs.Count:N0}: {recording.Runs.Count(r => r.Outcome == RunEnd.Completed):N0} completed, {recording.Runs.Count(r => r.Outcome == RunEnd.Stopped):N0} stopped, {recording.Runs.Count(r => r.End is null):N0} cut off
            declared dead           {string.Join(", ", recording.Removals.Where(r => r.Downed).GroupBy(r => r.Gone).Select(g => Removed(recording, g.Key, g.Min(r => r.At))))}
            attempts lost           {history.Count(e => e.Error?.Kind == JobErrorKind.NodeLost):N0}
            executions handed back  {history.Count(e => e.Outcome == ExecutionOutcome.Released):N0}
            rescued, running again  {(rescues.Count == 0 ? "none" : $"{rescues.Count:N0}, {rescues[0] / 1e6:0.0} to {rescues[^1] / 1e6:0.0} s after the end of their process")}
            longest standstill      {string.Join(", ", recording.Runs.GroupBy(r => r.Queue).OrderBy(g => g.Key).Select(g => $"{g.Key} {Standstill(g, acknowledged) / 1e6:0.0} s"))}
            most at once            {string.Join(", ", recording.Limits.Where(l => !l.PerNode).Select(l => $"{l.Name} {l.Most}"))}
            jobs in the end         {string.Join(", ", recording.Jobs.GroupBy(j => j.State).OrderBy(g => g.Key).Select(g => $"{g.Count():N0} {g.Key}"))}
            """;
    }

    /// <summary>The violations and all that is known of each job that broke a rule.</summary>
    public static string Of(IReadOnlyCollection<Violation> violations, ChaosRecording recording)
    {
        ArgumentNullException.ThrowIfNull(violations);
        ArgumentNullException.ThrowIfNull(recording);
        var text = new StringBuilder().AppendLine($"{violations.Count} violations: {string.Join("; ", violations.GroupBy(v => v.Rule).Select(g => $"{g.Key} ({g.Count()})"))}");
        foreach (var violation in violations.Take(MostViolations))
        {
            text.AppendLine($"  {violation}");
            foreach (var run in recording.Runs.Where(r => $"{r.Job}" == violation.Token)) text.AppendLine($"    {run}, its life ended at {recording.DeathOf(run.Life)}");
            foreach (var job in recording.Jobs.Where(j => $"{j.Id.Value}" == violation.Token || $"{j.Id}" == violation.Token))
            {
                text.AppendLine($"    record: {job.State} attempt {job.Attempt} execution {job.Execution} {job.ResultAs<ChaosResult>()}");
                foreach (var entry in job.History) text.AppendLine($"      {entry.Execution} {entry.Outcome} {entry.Error?.Kind} {entry.StartedAt:HH:mm:ss.ffffff} to {entry.EndedAt:HH:mm:ss.ffffff} {entry.Node.Address} {entry.Node.Incarnation}");
            }
        }

        return text.ToString();
    }

    /// <summary>From the end of a process to the next execution of each job that it had.</summary>
    public static IEnumerable<long> RescueTimes(ChaosRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var next = recording.Runs.ToLookup(r => r.Job);
        return from lost in recording.Runs
               where lost.End is null && recording.Ends.ContainsKey(lost.Life)
               let again = next[lost.Job].FirstOrDefault(r => r.Execution > lost.Execution)
               where again is not null
               select again.Start - recording.Ends[lost.Life];
    }

    /// <summary>The longest time without a start in a queue, from the first insert to the last.</summary>
    public static long Standstill(IEnumerable<Run> runs, IEnumerable<Acknowledgement> acknowledged)
    {
        var last = acknowledged.Select(a => a.At).DefaultIfEmpty().Max();
        var starts = runs.Select(r => r.Start).Where(s => s <= last).Order().ToList();
        return starts.Zip(starts.Skip(1)).Select(p => p.Item2 - p.Item1).DefaultIfEmpty().Max();
    }

    private static string Removed(ChaosRecording recording, int life, long at) =>
        recording.Ends.TryGetValue(life, out var end) && end <= at ? $"life {life} {(at - end) / 1e6:0.0} s after its end" : $"life {life} while it was there";
}
