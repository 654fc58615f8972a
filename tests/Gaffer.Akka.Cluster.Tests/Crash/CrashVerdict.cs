using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>Applies the rules, and says what happened.</summary>
public static class CrashVerdict
{
    public static void Check(Ledger ledger, IReadOnlyList<Job> record, ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine(CrashSummary.Of(ledger, record));
        Violation[] violations = [.. ExecutionRules.Check(ledger, record), .. RecordRules.Check(ledger, record)];
        Assert.True(violations.Length == 0, CrashSummary.Of(violations, ledger, record));
        Assert.True(ledger.Of<LedgerLine.Acknowledged>().Any(), "No insert was acknowledged: the run shows nothing.");
        Assert.True(ledger.Of<LedgerLine.Concluded>().Any(), "No hook heard of an end: the run says nothing of results.");
        Assert.Empty(ledger.Of<LedgerLine.Problem>());
        Assert.Contains(new LedgerLine.Flushed(Complete: true, Left: 0), ledger.Of<LedgerLine.Flushed>());
    }
}
