using Xunit;

namespace Gaffer.Tests;

/// <summary>The rules accept a recording in which all is well, and each of them can fail.</summary>
public sealed class ChaosRulesTests
{
    private static readonly Guid One = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Two = new("00000000-0000-0000-0000-000000000002");
    private readonly List<Run> _runs = [];
    private readonly List<Acknowledgement> _acknowledged = [];
    private readonly List<Removal> _removals = [];
    private readonly Dictionary<int, long> _ends = [];
    private readonly List<Job> _jobs = [];

    [Fact]
    public void A_job_whose_process_was_killed_and_that_another_completed_breaks_no_rule()
    {
        Insert(One);
        Run(One, 1, life: 1, 10, null);
        _ends[1] = 50;
        Run(One, 2, life: 2, 51, 60);
        Keep(One, Lost(1, 1), Good(2, 2));
        Assert.Empty(Broken());
    }

    [Fact]
    public void A_zombie_that_goes_on_after_it_was_declared_dead_breaks_no_rule()
    {
        Insert(One);
        Run(One, 1, life: 1, 10, 100);
        _removals.Add(new(Seer: 2, Gone: 1, Downed: true, At: 50));
        Run(One, 2, life: 2, 51, 60);
        Keep(One, Lost(1, 1), Good(2, 2));
        Assert.Empty(Broken());
    }

    [Fact]
    public void A_lost_insert_is_found()
    {
        Insert(One);
        Assert.Contains("An acknowledged job is kept", Broken());
        Assert.Contains("An acknowledged job is executed", Broken());
    }

    [Fact]
    public void An_execution_of_nothing_is_found()
    {
        Run(One, 1, life: 1, 10, 20);
        Assert.Contains("Only what is kept is executed", Broken());
    }

    [Fact]
    public void A_doubled_insert_is_found()
    {
        Complete(One, life: 1, 10, 20);
        Keep(One, Good(1, 1));
        Assert.Contains("Each insert is one job", Broken());
    }

    [Fact]
    public void A_job_that_does_not_end_is_found()
    {
        Insert(One);
        Keep(One, JobState.Available, ChaosDeed.Work, [Lost(1, 1)]);
        Assert.Contains("Every job ends", Broken());
    }

    [Fact]
    public void A_job_that_fails_without_a_reason_is_found()
    {
        Insert(One);
        Keep(One, JobState.Failed, ChaosDeed.Work, [Lost(1, 1)]);
        Assert.Contains("A job ends as its code does", Broken());
    }

    [Fact]
    public void A_second_completion_is_found()
    {
        Complete(One, life: 1, 10, 20, Good(1, 1));
        Assert.DoesNotContain("A job completes once", Broken());
        _jobs.Clear();
        Keep(One, Good(1, 1), Good(2, 1));
        Assert.Contains("A job completes once", Broken());
    }

    [Fact]
    public void A_miscounted_attempt_is_found()
    {
        Insert(One);
        Keep(One, JobState.Completed, ChaosDeed.Work, [Good(1, 1)], attempt: 2);
        Assert.Contains("The attempts of a job are those in its history", Broken());
    }

    [Fact]
    public void A_history_out_of_order_is_found()
    {
        Keep(One, Lost(2, 1), Good(1, 1));
        Assert.Contains("The history is in order", Broken());
    }

    [Fact]
    public void A_result_of_another_execution_than_the_one_that_counts_is_found()
    {
        Complete(One, life: 1, 10, 20);
        _jobs[0] = _jobs[0] with { Result = ResultOf(7, 1) };
        Assert.Contains("A result is that of the execution that counts", Broken());
    }

    [Fact]
    public void A_result_that_no_code_returned_is_found()
    {
        Insert(One);
        Run(One, 1, life: 1, 10, 20, RunEnd.Stopped);
        Keep(One, Good(1, 1));
        Assert.Contains("A result comes from an execution", Broken());
    }

    [Fact]
    public void A_result_of_a_zombie_that_counts_is_found()
    {
        Complete(One, life: 1, 10, 100);
        _removals.Add(new(Seer: 2, Gone: 1, Downed: true, At: 50));
        Assert.Contains("A result of the dead does not count", Broken());
    }

    [Fact]
    public void A_survivor_that_had_not_heard_yet_may_take_a_result()
    {
        Complete(One, life: 1, 10, 100);
        _removals.Add(new(Seer: 2, Gone: 1, Downed: true, At: 50));
        _removals.Add(new(Seer: 3, Gone: 1, Downed: true, At: 101));
        Assert.Empty(Broken());
    }

    [Fact]
    public void An_execution_that_never_ends_is_found()
    {
        Run(One, 1, life: 1, 10, null);
        Assert.Contains("Every execution ends", Broken());
    }

    [Fact]
    public void An_execution_that_runs_twice_is_found()
    {
        Run(One, 1, life: 1, 10, 20);
        Run(One, 1, life: 1, 30, 40);
        Assert.Contains("An execution runs once", Broken());
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(19, true)]
    public void A_job_that_runs_twice_at_once_is_found(long second, bool found)
    {
        Run(One, 1, life: 1, 10, 20);
        Run(One, 2, life: 2, second, 30);
        Assert.Equal(found, Broken().Contains("A job does not run twice at once"));
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(49, true)]
    public void A_job_that_runs_again_before_its_process_is_declared_dead_is_found(long second, bool found)
    {
        Run(One, 1, life: 1, 10, null);
        _removals.Add(new(Seer: 2, Gone: 1, Downed: true, At: 50));
        Run(One, 2, life: 2, second, 60);
        Assert.Equal(found, Broken().Contains("A job does not run twice at once"));
    }

    [Fact]
    public void That_a_node_left_or_thinks_itself_alone_does_not_declare_it_dead()
    {
        Run(One, 1, life: 1, 10, 100);
        _removals.Add(new(Seer: 2, Gone: 1, Downed: false, At: 50));
        _removals.Add(new(Seer: 1, Gone: 1, Downed: true, At: 50));
        Run(One, 2, life: 2, 60, 110);
        Assert.Contains("A job does not run twice at once", Broken());
    }

    [Fact]
    public void A_fencing_token_that_shrinks_is_found()
    {
        Run(One, 2, life: 1, 10, 20);
        Run(One, 1, life: 1, 30, 40);
        Assert.Contains("Fencing tokens grow", Broken());
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(19, true)]
    public void A_broken_limit_of_all_nodes_is_found(long second, bool found)
    {
        Run(One, 1, life: 1, 10, 20);
        Run(Two, 1, life: 2, second, 30);
        Assert.Equal(found, Broken(new RunLimit("L", ["q"], 1, PerNode: false)).Contains("L holds"));
        Assert.DoesNotContain("L holds", Broken(new RunLimit("L", ["q"], 2, PerNode: false)));
        Assert.DoesNotContain("L holds", Broken(new RunLimit("L", ["other"], 1, PerNode: false)));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_broken_limit_of_one_node_is_found(int second, bool found)
    {
        Run(One, 1, life: 1, 10, 20);
        Run(Two, 1, life: second, 15, 30);
        Assert.Equal(found, Broken(new RunLimit("L", ["q"], 1, PerNode: true)).Contains("L holds"));
    }

    [Fact]
    public void A_limit_of_several_queues_counts_them_together()
    {
        Run(One, 1, life: 1, 10, 20);
        Run(Two, 1, life: 1, 10, 20, queue: "r");
        Assert.Contains("L holds", Broken(new RunLimit("L", ["q", "r"], 1, PerNode: false)));
        Assert.DoesNotContain("L holds", Broken(new RunLimit("L", ["q"], 1, PerNode: false)));
    }

    [Fact]
    public void The_dead_do_not_count_under_a_limit()
    {
        Run(One, 1, life: 1, 10, null);
        _ends[1] = 15;
        Run(Two, 1, life: 2, 16, 30);
        Assert.DoesNotContain("L holds", Broken(new RunLimit("L", ["q"], 1, PerNode: false)));
    }

    private IEnumerable<string> Broken(params RunLimit[] limits) => [.. ChaosRules
        .Check(new ChaosRecording { Runs = _runs, Acknowledged = _acknowledged, Removals = _removals, Ends = _ends, Jobs = _jobs, Limits = limits })
        .Select(v => v.Rule)];

    private void Insert(Guid job) => _acknowledged.Add(new(job, "q", ChaosDeed.Work, Life: 9, At: 1, Took: 1));

    private void Run(Guid job, int execution, int life, long start, long? end, RunEnd how = RunEnd.Completed, string queue = "q") =>
        _runs.Add(new(job, execution, queue, life, Incarnation(life), start, end, end is null ? null : how));

    private void Complete(Guid job, int life, long start, long end, params JobExecution[] history)
    {
        Insert(job);
        Run(job, 1, life, start, end);
        Keep(job, history is [] ? [Good(1, life)] : history);
    }

    private void Keep(Guid job, params JobExecution[] history) => Keep(job, JobState.Completed, ChaosDeed.Work, history);

    private void Keep(Guid job, JobState state, ChaosDeed deed, JobExecution[] history, int? attempt = null) => _jobs.Add(new Job
    {
        Id = new JobId(job), Queue = "q", Payload = InsertJob.Of("q", new ChaosPayload(deed, 1)).Payload, Sequence = 0, CreatedAt = DateTimeOffset.UnixEpoch, State = state,
        Result = state == JobState.Completed ? ResultOf(history[^1].Execution, history[^1].Node) : null,
        Attempt = attempt ?? history.Length, History = [.. history],
    });

    private static byte[]? ResultOf(int execution, WorkerNode node) => ((JobResult.Completed)JobResult.Complete(new ChaosResult(execution, node.Incarnation))).Value;

    private static byte[]? ResultOf(int execution, int life) => ResultOf(execution, Node(life));

    private static JobExecution Good(int execution, int life) => new(execution, 1, default, default, Node(life), ExecutionOutcome.Completed);

    private static JobExecution Lost(int execution, int life) => new(execution, 1, default, default, Node(life), ExecutionOutcome.Failed, new JobErrorInfo(JobErrorKind.NodeLost, "lost"));

    private static WorkerNode Node(int life) => new("here", Incarnation(life));

    private static Guid Incarnation(int life) => new(life, 0, 0, new byte[8]);
}
