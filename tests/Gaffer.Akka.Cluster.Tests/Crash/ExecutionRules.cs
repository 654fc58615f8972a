namespace Gaffer.Tests;

/// <summary>What has to be true of the executions, whatever was killed when. Reads the ledger once, in its order.</summary>
public sealed class ExecutionRules
{
    private readonly Dictionary<string, int> _lastExecution = [];
    private readonly Dictionary<string, LedgerLine.Started> _running = [];
    private readonly Dictionary<string, string> _chainHolder = [];
    private readonly Dictionary<string, long> _chainReached = [];
    private readonly Dictionary<string, JobState> _concluded = [];
    private readonly HashSet<string> _cancelled = [];
    private readonly HashSet<string> _cancelledInThisLife = [];     // the order to execute may have been under way
    private readonly List<Violation> _violations = [];
    private readonly Dictionary<string, CrashJob> _jobs;
    private readonly Dictionary<string, long> _places;

    private ExecutionRules(Ledger ledger, IEnumerable<Job> record)
    {
        _jobs = ledger.Of<LedgerLine.Begun>().DistinctBy(b => b.Job.Token).ToDictionary(b => b.Job.Token, b => b.Job);
        _places = record.GroupBy(j => j.PayloadAs<CrashPayload>()!.Token).ToDictionary(g => g.Key, g => g.First().Sequence);
    }

    public static IReadOnlyList<Violation> Check(Ledger ledger, IReadOnlyCollection<Job> record)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var rules = new ExecutionRules(ledger, record);
        var life = -1;
        foreach (var entry in ledger.Entries)
        {
            if (entry.Life != life)
            {
                life = entry.Life;
                rules.EverythingDied();
            }

            rules.Read(entry.Line);
        }

        return rules._violations;
    }

    private void Read(LedgerLine line)
    {
        switch (line)
        {
            case LedgerLine.Started started: Start(started); break;
            case LedgerLine.Ended ended: End(ended); break;
            case LedgerLine.Concluded { State: JobState.Cancelled } cancelled: _cancelledInThisLife.Add(cancelled.Token); break;
            case LedgerLine.CancelAcknowledged cancelled: _cancelledInThisLife.Add(cancelled.Token); break;
            case LedgerLine.Concluded concluded: _concluded[concluded.Token] = concluded.State; break;
            default: break;
        }
    }

    private void EverythingDied()
    {
        _running.Clear();
        _chainHolder.Clear();
        _cancelled.UnionWith(_cancelledInThisLife);
        _cancelledInThisLife.Clear();
    }

    private void Start(LedgerLine.Started started)
    {
        var token = started.Token;
        if (!_jobs.TryGetValue(token, out var job))
        {
            Add("Nothing runs that nobody inserted", token, "it was executed");
            return;
        }

        if (_running.TryGetValue(token, out var other))
        {
            Add("Executions of a job do not overlap", token, $"execution {started.Execution} began while {other.Execution} ran");
        }

        if (_lastExecution.TryGetValue(token, out var last) && started.Execution <= last)
        {
            Add("Fencing tokens grow", token, $"execution {started.Execution} began after {last}");
        }

        if (_concluded.TryGetValue(token, out var state))
        {
            Add("A job that ended does not run again", token, $"execution {started.Execution} began after it was {state}");
        }

        if (_cancelled.Contains(token))
        {
            Add("A cancelled job does not run again", token, $"execution {started.Execution} began, and it was cancelled in an earlier life");
        }

        _running[token] = started;
        _lastExecution[token] = started.Execution;
        StartInChain(job);
    }

    private void StartInChain(CrashJob job)
    {
        if (job.Chain is not { } chain) return;
        if (_chainHolder.TryGetValue(chain, out var holder) && holder != job.Token)
        {
            Add("Jobs of a chain do not overlap", job.Token, $"it began while {holder} of {chain} ran");
        }

        _chainHolder[chain] = job.Token;
        if (!_places.TryGetValue(job.Token, out var place)) return;
        if (_chainReached.TryGetValue(chain, out var reached) && place < reached)
        {
            Add("Jobs of a chain run in their order", job.Token, $"place {place} began after place {reached} of {chain}");
        }

        _chainReached[chain] = Math.Max(place, reached);
    }

    private void End(LedgerLine.Ended ended)
    {
        _running.Remove(ended.Token);
        if (_jobs.TryGetValue(ended.Token, out var job) && job.Chain is { } chain && _chainHolder.GetValueOrDefault(chain) == ended.Token) _chainHolder.Remove(chain);
    }

    private void Add(string rule, string token, string what) => _violations.Add(new(rule, token, what));
}
