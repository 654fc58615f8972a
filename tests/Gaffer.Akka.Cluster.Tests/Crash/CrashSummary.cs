using System.Text;

namespace Gaffer.Tests;

/// <summary>What happened in a crash test, for a person.</summary>
public static class CrashSummary
{
    private const int MostViolations = 10;

    public static string Of(Ledger ledger, IReadOnlyCollection<Job> record)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(record);
        var starts = ledger.Of<LedgerLine.Ready>().Select(r => r.StartupMilliseconds).Order().ToArray();
        var answers = ledger.Of<LedgerLine.Acknowledged>().ToArray();
        return $"""
            lives                   {ledger.Entries.Select(e => e.Life).Distinct().Count()} (ready after {starts.FirstOrDefault()} to {starts.LastOrDefault()} ms)
            inserts begun           {ledger.Of<LedgerLine.Begun>().Count():N0}
            inserts acknowledged    {answers.Count(a => !a.Repeated):N0}
            inserts repeated        {answers.Count(a => a.Repeated):N0}, {answers.Count(a => a is { Repeated: true, Duplicate: true }):N0} of them known already
            executions started      {ledger.Of<LedgerLine.Started>().Count():N0}
            executions lost         {record.Sum(j => j.History.Count(e => e.Error?.Kind == JobErrorKind.NodeLost)):N0}
            executions handed back  {record.Sum(j => j.History.Count(e => e.Outcome == ExecutionOutcome.Released)):N0}
            ends acknowledged       {ledger.Of<LedgerLine.Concluded>().Count():N0}
            jobs in the end         {string.Join(", ", record.GroupBy(j => j.State).OrderBy(g => g.Key).Select(g => $"{g.Count():N0} {g.Key}"))}
            """;
    }

    /// <summary>The violations and all that is known of each job that broke a rule; empty when there are none.</summary>
    public static string Of(IReadOnlyCollection<Violation> violations, Ledger ledger, IReadOnlyCollection<Job> record)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(violations);
        if (violations.Count == 0) return "";
        var text = new StringBuilder().AppendLine($"{violations.Count} rules broken: {string.Join("; ", violations.GroupBy(v => v.Rule).Select(g => $"{g.Key} ({g.Count()})"))}");
        foreach (var violation in violations.Take(MostViolations))
        {
            text.AppendLine($"  {violation}").AppendLine(ledger.Evidence(violation.Token));
            foreach (var job in record.Where(j => j.PayloadAs<CrashPayload>()!.Token == violation.Token))
            {
                text.AppendLine($"    record: {job.Id} place {job.Sequence} {job.State} attempt {job.Attempt} execution {job.Execution} result {RecordRules.ResultOf(job)} history {string.Join(", ", job.History.Select(e => $"{e.Execution}:{e.Outcome}:{e.Error?.Kind}"))}");
            }
        }

        return text.ToString();
    }
}
