using Xunit;
using static Gaffer.Tests.LedgerLine;

namespace Gaffer.Tests;

/// <summary>The rules accept a ledger in which all is well, and each of them can fail.</summary>
public sealed class CrashRulesTests
{
    private static readonly CrashJob One = new("0-0-0", CrashPlan.Complete, Named: true, Chain: "c");
    private static readonly CrashJob Two = new("0-0-1", CrashPlan.Complete, Named: true, Chain: "c");
    private static readonly WorkerNode Node = new("here", Guid.Empty);

    private readonly List<LedgerEntry> _entries = [];
    private readonly List<Job> _record = [];

    [Fact]
    public void A_job_that_was_rescued_and_completed_breaks_no_rule()
    {
        Insert(One, life: 0);
        See(0, new Started(One.Token, 1, 1, default));
        See(1, new Started(One.Token, 2, 2, default), new Ended(One.Token, 2, ExecutionEnd.Completed), Done(One, 2));
        Store(One, 2, executions: [Lost(1), Good(2)]);
        Assert.Empty(Broken());
    }

    [Fact]
    public void An_unacknowledged_insert_may_be_there_or_not()
    {
        See(0, new Begun(One), new Begun(Two));
        See(1, new Started(One.Token, 1, 1, default), new Ended(One.Token, 1, ExecutionEnd.Completed));
        Store(One, 1, executions: [Good(1)]);
        Assert.Empty(Broken());
    }

    [Fact]
    public void A_lost_insert_is_found()
    {
        Insert(One, life: 0);
        Assert.Contains("An acknowledged insert stays", Broken());
    }

    [Fact]
    public void An_acknowledged_insert_under_another_id_is_found()
    {
        See(0, new Begun(One), new Acknowledged(One.Token, Guid.NewGuid(), false, false));
        Store(One, 1, executions: [Good(1)]);
        Assert.Contains("An acknowledged insert stays", Broken());
    }

    [Fact]
    public void A_doubled_insert_is_found()
    {
        Complete(One);
        Store(One with { Named = false }, 1, executions: [Good(1)]);
        Assert.Contains("Each insert is one job", Broken());
    }

    [Fact]
    public void A_job_that_nobody_inserted_is_found()
    {
        Store(One, 1, executions: [Good(1)]);
        Assert.Contains("Nothing is stored that nobody inserted", Broken());
    }

    [Fact]
    public void An_execution_that_nobody_inserted_is_found()
    {
        See(0, new Started(One.Token, 1, 1, default));
        Assert.Contains("Nothing runs that nobody inserted", Broken());
    }

    [Fact]
    public void A_repeated_insert_that_is_answered_as_new_is_found()
    {
        Complete(One);
        See(1, new Acknowledged(One.Token, One.Id!.Value.Value, Duplicate: false, Repeated: true));
        Assert.Contains("A repeated insert is a duplicate", Broken());
    }

    [Fact]
    public void A_first_insert_that_is_answered_as_a_duplicate_is_found()
    {
        See(0, new Begun(One), new Acknowledged(One.Token, One.Id!.Value.Value, Duplicate: true, Repeated: false));
        Assert.Contains("A first insert is no duplicate", Broken());
    }

    [Fact]
    public void A_batch_that_is_stored_in_part_is_found()
    {
        See(0, new Begun(One with { Batch = "b" }), new Begun(Two with { Batch = "b" }));
        Store(One, 1, executions: [Good(1)]);
        Assert.Contains("Jobs inserted together are stored together", Broken());
    }

    [Fact]
    public void A_lost_completion_is_found()
    {
        Insert(One, life: 0);
        See(0, new Started(One.Token, 1, 1, default), new Ended(One.Token, 1, ExecutionEnd.Completed), Done(One, 1));
        Store(One, 0, JobState.Available);
        Assert.Contains("An end is for good", Broken());
        Assert.Contains("Every job ends", Broken());
    }

    [Fact]
    public void A_changed_result_is_found()
    {
        Complete(One);
        See(0, new Started(One.Token, 2, 1, default), new Ended(One.Token, 2, ExecutionEnd.Completed));
        _record.Clear();
        Store(One, 2, executions: [Good(2)]);
        Assert.Contains("A result is for good", Broken());
    }

    [Fact]
    public void A_result_that_no_execution_returned_is_found()
    {
        Insert(One, life: 0);
        Store(One, 7, executions: [Good(7)]);
        Assert.Contains("A result comes from an execution", Broken());
    }

    [Fact]
    public void A_lost_cancellation_is_found()
    {
        Complete(One);
        See(0, new CancelAcknowledged(One.Token));
        Assert.Contains("A cancellation is for good", Broken());
    }

    [Fact]
    public void A_job_that_ends_otherwise_than_its_worker_said_is_found()
    {
        Insert(One, life: 0);
        Store(One, 0, JobState.Failed);
        Assert.Contains("A job ends as its worker says", Broken());
    }

    [Fact]
    public void Overlapping_executions_are_found()
    {
        Complete(One);
        See(1, new Started(One.Token, 2, 1, default), new Started(One.Token, 3, 1, default));
        Assert.Contains("Executions of a job do not overlap", Broken());
    }

    [Fact]
    public void A_fencing_token_that_comes_again_is_found()
    {
        Insert(One, life: 0);
        See(0, new Started(One.Token, 1, 1, default));
        See(1, new Started(One.Token, 1, 1, default));
        Assert.Contains("Fencing tokens grow", Broken());
    }

    [Fact]
    public void An_execution_after_the_end_is_found()
    {
        Complete(One);
        See(1, new Started(One.Token, 2, 2, default));
        Assert.Contains("A job that ended does not run again", Broken());
    }

    [Fact]
    public void An_execution_after_a_cancellation_in_an_earlier_life_is_found()
    {
        Insert(One, life: 0);
        See(0, new CancelAcknowledged(One.Token), new Started(One.Token, 1, 1, default));
        Assert.DoesNotContain("A cancelled job does not run again", Broken());
        See(1, new Started(One.Token, 2, 1, default));
        Assert.Contains("A cancelled job does not run again", Broken());
    }

    [Fact]
    public void Overlap_within_a_chain_is_found()
    {
        Insert(One, life: 0);
        Insert(Two, life: 0);
        See(0, new Started(One.Token, 1, 1, default), new Started(Two.Token, 1, 1, default));
        Assert.Contains("Jobs of a chain do not overlap", Broken());
    }

    [Fact]
    public void A_chain_that_runs_out_of_order_is_found()
    {
        Complete(Two, place: 2);
        Complete(One, place: 1);
        Assert.Contains("Jobs of a chain run in their order", Broken());
    }

    [Fact]
    public void Attempts_that_were_miscounted_are_found()
    {
        Insert(One, life: 0);
        Store(One, 2, executions: [Good(2)], attempt: 2);
        Assert.Contains("The attempts of a job are those in its history", Broken());
    }

    [Fact]
    public void A_history_out_of_order_is_found()
    {
        Insert(One, life: 0);
        Store(One, 2, executions: [Good(2), Lost(1)]);
        Assert.Contains("The history is in order", Broken());
    }

    private IEnumerable<string> Broken()
    {
        var ledger = new Ledger(_entries);
        return [.. ExecutionRules.Check(ledger, _record).Concat(RecordRules.Check(ledger, _record)).Select(v => v.Rule)];
    }

    private void See(int life, params IEnumerable<LedgerLine> lines) => _entries.AddRange(lines.Select(l => new LedgerEntry(life, l)));

    private void Insert(CrashJob job, int life) => See(life, new Begun(job), new Acknowledged(job.Token, job.Id!.Value.Value, false, false));

    private void Complete(CrashJob job, long place = 0)
    {
        Insert(job, life: 0);
        See(0, new Started(job.Token, 1, 1, default), new Ended(job.Token, 1, ExecutionEnd.Completed), Done(job, 1));
        Store(job, 1, place: place, executions: [Good(1)]);
    }

    private void Store(CrashJob job, int execution, JobState state = JobState.Completed, long place = 0, int? attempt = null, params JobExecution[] executions) => _record.Add(new Job
    {
        Id = job.Id ?? JobId.New(), Queue = CrashJob.Queue, Payload = job.ToInsert().Payload, Sequence = place, CreatedAt = DateTimeOffset.UnixEpoch, State = state,
        Result = state == JobState.Completed ? ((JobResult.Completed)ResultOf(job, execution)).Value : null,
        Attempt = attempt ?? executions.Length, History = [.. executions],
    });

    private static Concluded Done(CrashJob job, int execution) =>
        new(job.Token, JobState.Completed, System.Text.Encoding.UTF8.GetString(((JobResult.Completed)ResultOf(job, execution)).Value!));

    private static JobResult ResultOf(CrashJob job, int execution) => JobResult.Complete(new CrashResult(job.Token, execution));

    private static JobExecution Good(int execution) => new(execution, 1, default, default, Node, ExecutionOutcome.Completed);

    private static JobExecution Lost(int execution) => new(execution, 1, default, default, Node, ExecutionOutcome.Failed, new JobErrorInfo(JobErrorKind.NodeLost, "lost"));
}
