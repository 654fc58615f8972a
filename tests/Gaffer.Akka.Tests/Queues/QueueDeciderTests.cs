using System.Collections.Immutable;
using Xunit;

namespace Gaffer.Tests;

public class QueueDeciderTests : QueueDeciderTestKit
{
    [Fact]
    [Trait("spec", "S-64")]
    public void A_cancel_that_is_repeated_is_one_change_also_after_a_retry()
    {
        var cancel = new CancelJob(Given.Queue, Insert().Job.Id, "why");
        Assert.Equal("why", Decide<CancelResult.Cancelled>(cancel).Job.CancelReason);
        Assert.Equal("why", Decide<CancelResult.Cancelled>(cancel).Job.CancelReason);
        Assert.Equal(new CancelResult.InvalidTransition(JobState.Cancelled, JobState.Cancelled), Decide<CancelResult>(new CancelJob(Given.Queue, cancel.Job)));

        Decide<RetryResult.Retried>(new RetryJob(Given.Queue, cancel.Job));
        Decide<CancelResult.Cancelled>(cancel);
        Assert.Equal(1, State.CountOf(JobState.Available));
    }

    [Fact]
    [Trait("spec", "S-65")]
    public void A_delete_that_is_repeated_is_one_change()
    {
        var delete = new DeleteJob(Given.Queue, Insert().Job.Id);
        Do(new QueueChange.Claimed(Now, delete.Job, Given.NodeA));
        Changes.Clear();

        Assert.Equal(delete.Job, Decide<JobDeletedResult>(delete).Job);
        Assert.Equal(delete.Job, Decide<JobDeletedResult>(delete).Job);
        Refused(GafferError.UnknownJob, new DeleteJob(Given.Queue, delete.Job));
        Assert.Equal([typeof(QueueChange.Cancelled), typeof(QueueChange.Removed)], Changes.Select(c => c.GetType())); // it was executing
    }

    [Fact]
    public void A_retry_that_is_repeated_is_one_change()
    {
        var retry = new RetryJob(Given.Queue, Insert().Job.Id);
        Decide<CancelResult.Cancelled>(new CancelJob(Given.Queue, retry.Job));
        Decide<RetryResult.Retried>(retry);
        Do(new QueueChange.Claimed(Now, retry.Job, Given.NodeA));
        Changes.Clear();

        Decide<RetryResult.Retried>(retry);
        Assert.Equal(new RetryResult.InvalidTransition(JobState.Executing, JobState.Available), Decide<RetryResult>(new RetryJob(Given.Queue, retry.Job)));
        Assert.Empty(Changes);
    }

    [Fact]
    public void A_retry_or_delete_of_a_job_that_is_in_another_state_than_was_expected_changes_nothing()
    {
        var job = Insert().Job.Id;
        Do(new QueueChange.Claimed(Now, job, Given.NodeA));
        Changes.Clear();
        Assert.Equal(new JobNotDeleted(JobState.Executing), Decide<JobNotDeleted>(new DeleteJob(Given.Queue, job) { IfState = JobState.Failed }));
        Assert.Equal(new RetryResult.InvalidTransition(JobState.Executing, JobState.Available), Decide<RetryResult>(new RetryJob(Given.Queue, job) { IfState = JobState.Executing }));

        var waiting = Insert().Job.Id;
        Changes.Clear();
        Assert.Equal(new RetryResult.InvalidTransition(JobState.Available, JobState.Available), Decide<RetryResult>(new RetryJob(Given.Queue, waiting) { IfState = JobState.Failed }));
        Assert.Empty(Changes);
    }

    [Fact]
    public void A_retry_or_delete_of_a_job_in_the_expected_state_is_carried_out_and_its_repetition_is_known()
    {
        var job = Insert().Job.Id;
        Decide<CancelResult.Cancelled>(new CancelJob(Given.Queue, job));
        var retry = new RetryJob(Given.Queue, job) { IfState = JobState.Cancelled };
        Decide<RetryResult.Retried>(retry);
        Decide<RetryResult.Retried>(retry);
        var delete = new DeleteJob(Given.Queue, job) { IfState = JobState.Available };
        Decide<JobDeletedResult>(delete);
        Decide<JobDeletedResult>(delete);
    }

    [Fact]
    [Trait("spec", "S-131")]
    public void A_pause_or_resume_that_is_repeated_is_one_change_also_after_the_opposite()
    {
        var (pause, resume) = (new PauseQueue(Given.Queue), new ResumeQueue(Given.Queue));
        Assert.False(Decide<PauseResult>(pause).AlreadyPaused);
        Assert.False(Decide<PauseResult>(pause).AlreadyPaused);
        Assert.True(Decide<PauseResult>(new PauseQueue(Given.Queue)).AlreadyPaused);
        Assert.False(Decide<ResumeResult>(resume).AlreadyActive);
        Assert.False(Decide<ResumeResult>(resume).AlreadyActive);
        Assert.True(Decide<ResumeResult>(new ResumeQueue(Given.Queue)).AlreadyActive);

        Assert.False(Decide<PauseResult>(pause).AlreadyPaused); // late
        Assert.False(State.IsPaused);
        Decide<PauseResult>(new PauseQueue(Given.Queue));
        Decide<ResumeResult>(resume);
        Assert.True(State.IsPaused);
        Assert.Equal(3, Changes.Count);
    }

    [Fact]
    [Trait("spec", "S-66")]
    public void A_prune_goes_page_by_page_and_each_command_once()
    {
        Configure(Given.Options with { Prune = PruneOptions.Seed });
        End(QueueDecider.MaxPage + 2);
        Changes.Clear();
        var prune = new PruneQueue(Given.Queue);

        var first = Decide<PruneResult>(prune);
        Assert.Equal((QueueDecider.MaxPage, true), (first.Jobs.Length, first.HasMore));
        var repeated = Decide<PruneResult>(prune);
        Assert.Equal((0, true), (repeated.Jobs.Length, repeated.HasMore));
        var second = Decide<PruneResult>(new PruneQueue(Given.Queue));
        Assert.Equal((2, false), (second.Jobs.Length, second.HasMore));
        Assert.Equal(2, Changes.Count);
        Assert.Equal(QueueDecider.MaxPage + 2, first.Jobs.Concat(second.Jobs).Distinct().Count());
        Assert.False(Decide<PruneResult>(new PruneQueue(Given.Queue)).HasMore);
        Assert.Equal(2, Changes.Count);
    }

    [Fact]
    [Trait("spec", "S-63")]
    public void A_list_has_every_job_once_in_pages_of_at_most_its_limit()
    {
        for (var n = 1; n <= 50_000; n++) Do(new QueueChange.Inserted(Now, Given.Job(n, kind: n % 25_000 == 0 ? "rare" : "default")));

        Assert.Equal(Enumerable.Range(1, 50_000).Select(n => Given.Id(n)).Order(), Pages(JobFilter.All, 1000).SelectMany(p => p.Jobs).Select(j => j.Id));
        var rare = Pages(new JobFilter { Kind = "rare", State = JobState.Available }, 10);
        Assert.Equal([Given.Id(25_000), Given.Id(50_000)], rare.SelectMany(p => p.Jobs).Select(j => j.Id).OrderBy(id => id == Given.Id(50_000)));
        Assert.Equal(3, rare.Count); // 20,000 jobs are looked at for each page, and no more
    }

    [Fact]
    public void A_list_of_few_in_aState_is_paged_too()
    {
        foreach (var n in Enumerable.Range(1, 25)) Do(new QueueChange.Inserted(Now, Given.Job(n)));
        End(7);

        Assert.Equal([3, 3, 1], Pages(new JobFilter { State = JobState.Completed }, 3).Select(p => p.Jobs.Length));
        Assert.Equal(25, Pages(new JobFilter { State = JobState.Available }, 4).SelectMany(p => p.Jobs).DistinctBy(j => j.Id).Count());
        Assert.Empty(Assert.Single(Pages(new JobFilter { State = JobState.Failed }, 4)).Jobs);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(JobState.Available)]
    public void Rows_come_without_payload_result_and_the_details_of_errors(JobState? state)
    {
        var error = new JobErrorInfo(JobErrorKind.Exception, new string('m', 500), "T", "stack", "data");
        var history = new JobExecution(1, 1, Now, Now, Given.NodeA, ExecutionOutcome.Failed, error);
        var job = Given.Job(1) with { Payload = new byte[1000], Result = new byte[1000], History = [history], Labels = new JobLabels("chain", null, null, ["tag"], ImmutableDictionary<string, string>.Empty, 0) };
        Do(new QueueChange.Inserted(Now, job));

        var row = Assert.Single(Decide<JobPage>(new ListJobs(Given.Queue, new JobFilter { State = state, WithoutPayload = true })).Jobs);
        Assert.Equal((0, (ReadOnlyMemory<byte>?)null), (row.Payload.Length, row.ResultJson));
        Assert.Equal((200, "T", null, null), (row.Errors[0].Error.Message.Length, row.Errors[0].Error.Type, row.Errors[0].Error.StackTrace, row.Errors[0].Error.Data));
        Assert.Equal((job.Id, job.Kind, "chain", "tag"), (row.Id, row.Kind, row.Chain, row.Tags[0]));
        Assert.Equal(1000, Assert.Single(Decide<JobPage>(new ListJobs(Given.Queue, new JobFilter { State = state })).Jobs).Payload.Length);
        Assert.Equal(1000, Decide<JobFound>(new GetJob(Given.Queue, job.Id)).Job.Payload.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void A_page_of_another_size_is_refused(int limit) => Refused(GafferError.InvalidRequest, new ListJobs(Given.Queue, JobFilter.All, limit));

    [Fact]
    [Trait("spec", "S-62")]
    public void A_job_that_is_not_there_is_unknown()
    {
        Refused(GafferError.UnknownJob, new GetJob(Given.Queue, Given.Id(1)));
        Refused(GafferError.UnknownJob, new CancelJob(Given.Queue, Given.Id(1)));
        Refused(GafferError.UnknownJob, new DeleteJob(Given.Queue, Given.Id(1)));
        Refused(GafferError.UnknownJob, new RetryJob(Given.Queue, Given.Id(1)));
    }

    [Fact]
    public void What_has_not_started_in_time_expires()
    {
        var expires = new JobOptions { ExpiresAt = Now.AddSeconds(5) };
        var (waiting, started) = (Insert(options: expires).Job.Id, Insert(options: expires).Job.Id);
        Do(new QueueChange.Claimed(Now, started, Given.NodeA));
        Do(new QueueChange.Released(Now, started));
        Now = Now.AddSeconds(5);
        Expire(Now);

        Assert.True(State.TryGet(waiting, out var job));
        Assert.Equal((JobState.Cancelled, "expired"), (job.State, job.CancelReason));
        Assert.Equal(1, State.CountOf(JobState.Available));

        Decide<RetryResult.Retried>(new RetryJob(Given.Queue, waiting));
        Expire(Now.AddDays(1));
        Assert.Equal(2, State.CountOf(JobState.Available));
    }
}
