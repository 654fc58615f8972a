namespace Gaffer.Tests;

/// <summary>Writes down what the hooks say: it is durable by then. Tells the inserters that a job of this life ended, so that they insert the next.</summary>
public sealed class CrashObserver(LedgerWriter ledger, SubjectOptions options, SemaphoreSlim unfinished) : IGafferHook
{
    private readonly string _ownTokens = $"{options.Life}-";

    public ValueTask OnEventAsync(GafferEvent gafferEvent, CancellationToken cancellationToken)
    {
        switch (gafferEvent)
        {
            case JobCompleted e: Concluded(e.Job); break;
            case JobCancelled e: Concluded(e.Job); break;
            case JobFailed { WillRetry: false } e: Concluded(e.Job); break;
            case JobFailed e: ledger.Write(new LedgerLine.AttemptFailed(TokenOf(e.Job), e.Error.Kind)); break;
            default: break;
        }

        return ValueTask.CompletedTask;
    }

    private void Concluded(Job job)
    {
        var token = TokenOf(job);
        ledger.Write(new LedgerLine.Concluded(token, job.State, RecordRules.ResultOf(job)));
        if (token.StartsWith(_ownTokens, StringComparison.Ordinal)) unfinished.Release();
    }

    private static string TokenOf(Job job) => job.PayloadAs<CrashPayload>()!.Token;
}
