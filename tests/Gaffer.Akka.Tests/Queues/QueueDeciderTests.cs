using System.Collections.Immutable;
using Xunit;

namespace Gaffer.Tests;

public class QueueDeciderTests
{
    private readonly QueueState _state = Given.State();
    private readonly List<QueueChange> _changes = [];
    private readonly QueueDecider _decider;
    private DateTimeOffset _now = Given.Noon;

    public QueueDeciderTests() => _decider = new QueueDecider(_state, new Commit(_state, _changes));

    [Fact]
    [Trait("spec", "S-61")]
    [Trait("spec", "S-43")]
    public void An_insert_takes_what_it_does_not_say_from_the_queue()
    {
        Configure(Given.Options with { Priority = 3, MaxAttempts = 7, Timeout = TimeSpan.FromSeconds(2), Backoff = Backoff.Fixed(TimeSpan.Zero), ShutdownTimeout = TimeSpan.FromSeconds(1) });
        var job = Insert(options: new() { MaxAttempts = 9 }).Job;
        Configure(Given.Options);

        Assert.Equal((JobState.Available, 0, 3, 9), (job.State, job.Attempt, job.Priority, job.MaxAttempts));
        Assert.Equal((TimeSpan.FromSeconds(2), Backoff.Fixed(TimeSpan.Zero), TimeSpan.FromSeconds(1)), (job.Timeout, job.Backoff, job.ShutdownTimeout));
        Assert.Same(job, Decide<JobFound>(new GetJob(Given.Queue, job.Id)).Job);
    }

    [Fact]
    public void An_insert_that_is_repeated_is_one_job()
    {
        var insert = InsertJob.Of(Given.Queue, 1);
        var first = Decide<InsertResult>(insert);
        var second = Decide<InsertResult>(insert);

        Assert.Equal((false, true), (first.IsDuplicate, second.IsDuplicate));
        Assert.Same(first.Job, second.Job);
        Assert.Single(_changes);
    }

    [Fact]
    public void It_is_one_job_also_after_the_job_was_deleted()
    {
        var insert = InsertJob.Of(Given.Queue, 1);
        Decide<InsertResult>(insert);
        Decide<JobDeletedResult>(new DeleteJob(Given.Queue, insert.Id));

        Assert.True(Decide<InsertResult>(insert).IsDuplicate);
        Assert.True(Assert.Single(Decide<InsertManyResult>(new InsertJobs(Given.Queue, [insert])).Jobs).IsDuplicate);
        Assert.Equal(0, _state.Count);
    }

    [Fact]
    public void An_id_with_other_content_is_refused()
    {
        var id = Insert().Job.Id;
        InsertJob[] others =
        [
            InsertJob.Of(Given.Queue, "other", new() { Id = id }),
            InsertJob.Of(Given.Queue, 1, new() { Id = id, Kind = "other" }),
            new(Given.Queue, "1"u8.ToArray(), new() { Id = id }, "text/plain"),
        ];

        Assert.All(others, o => Refused(GafferError.JobIdConflict, o));
        Assert.All(others, o => Refused(GafferError.JobIdConflict, new InsertJobs(Given.Queue, [InsertJob.Of(Given.Queue, 5), o])));
        Assert.Single(_changes);
    }

    [Fact]
    public void While_a_unique_key_is_held_an_insert_answers_with_its_holder()
    {
        var holder = Insert(options: new() { UniqueKey = "k" }).Job;
        Assert.Equal(new InsertResult(holder, true), Insert(2, new() { UniqueKey = "k" }));
        Assert.False(Insert(options: new() { UniqueKey = "other" }).IsDuplicate);

        Do(new QueueChange.Claimed(_now, holder.Id, Given.NodeA));
        Assert.Equal(holder.Id, Insert(2, new() { UniqueKey = "k" }).Job.Id);
        Do(new QueueChange.Completed(_now, holder.Id, null));
        Assert.False(Insert(2, new() { UniqueKey = "k" }).IsDuplicate);
    }

    [Fact]
    public void A_job_is_not_retried_by_hand_while_another_has_its_unique_key()
    {
        var first = Insert(options: new() { UniqueKey = "k" }).Job.Id;
        Decide<CancelResult.Cancelled>(new CancelJob(Given.Queue, first));
        var second = Insert(options: new() { UniqueKey = "k" }).Job.Id;

        Refused(GafferError.JobIdConflict, new RetryJob(Given.Queue, first));
        Decide<RetryResult.Retried>(new RetryJob(Given.Queue, second));
        Decide<CancelResult.Cancelled>(new CancelJob(Given.Queue, second));
        Decide<RetryResult.Retried>(new RetryJob(Given.Queue, first));
        Assert.Equal(first, Insert(options: new() { UniqueKey = "k" }).Job.Id);
    }

    [Fact]
    public void Several_jobs_are_inserted_in_their_order()
    {
        var known = InsertJob.Of(Given.Queue, 0);
        Decide<InsertResult>(known);
        var (one, two) = (InsertJob.Of(Given.Queue, 1), InsertJob.Of(Given.Queue, 2, new() { UniqueKey = "k" }));
        var result = Decide<InsertManyResult>(new InsertJobs(Given.Queue, [one, known, two, one, InsertJob.Of(Given.Queue, 3, new() { UniqueKey = "k" })]));

        Assert.Equal([one.Id, known.Id, two.Id, one.Id, two.Id], result.Jobs.Select(j => j.Job.Id));
        Assert.Equal([false, true, false, true, true], result.Jobs.Select(j => j.IsDuplicate));
        Assert.Equal([1, 2, 3], _state.InState(JobState.Available).Select(j => j.Sequence));
    }

    [Theory]
    [InlineData("invalid")]
    [InlineData("another queue")]
    [InlineData("conflict within")]
    [InlineData("too large")]
    public void Several_jobs_are_inserted_all_or_none(string what)
    {
        var good = InsertJob.Of(Given.Queue, 1);
        var (bad, error) = what switch
        {
            "invalid" => (InsertJob.Of(Given.Queue, 2, new() { MaxAttempts = 0 }), GafferError.InvalidJob),
            "another queue" => (InsertJob.Of("other", 2), GafferError.InvalidRequest),
            "conflict within" => (InsertJob.Of(Given.Queue, 2, new() { Id = good.Id }), GafferError.JobIdConflict),
            _ => (new InsertJob(Given.Queue, new byte[Given.Options.MaxPayloadBytes + 1]), GafferError.PayloadTooLarge),
        };

        Refused(error, new InsertJobs(Given.Queue, [good, bad]));
        Assert.Empty(_changes);
    }

    [Fact]
    [Trait("spec", "S-45")]
    public void All_that_is_wrong_with_a_job_is_said_at_once()
    {
        var failure = Refused(GafferError.InvalidJob, InsertJob.Of(Given.Queue, 1, new()
        {
            Kind = "with space", MaxAttempts = 0, Timeout = TimeSpan.Zero, ShutdownTimeout = -TimeSpan.FromSeconds(1), Delay = -TimeSpan.FromSeconds(1), ScheduledAt = _now,
            Chain = "", UniqueKey = new string('k', 257), Tags = ["", "x"], Meta = ImmutableDictionary<string, string>.Empty.Add("k", new string('v', 4096)), Backoff = Backoff.Schedule(),
        }));

        string[] named = ["Kind", "MaxAttempts", "Timeout", "ShutdownTimeout", "Delay is", "Delay and ScheduledAt", "Chain", "UniqueKey", "Tags", "Meta", "Backoff"];
        Assert.Equal(named.Length, failure.Details.Length);
        Assert.All(named, (name, i) => Assert.StartsWith(name, failure.Details[i], StringComparison.Ordinal));
    }

    [Fact]
    public void A_full_queue_refuses_inserts_until_jobs_have_ended()
    {
        Configure(Given.Options with { MaxJobs = 2 });
        var first = Insert().Job.Id;
        Refused(GafferError.QueueFull, new InsertJobs(Given.Queue, [InsertJob.Of(Given.Queue, 2), InsertJob.Of(Given.Queue, 3)]));
        var second = InsertJob.Of(Given.Queue, 2);
        var results = Decide<InsertManyResult>(new InsertJobs(Given.Queue, [second, second])).Jobs; // one job, named twice
        Assert.Equal([false, true], results.Select(r => r.IsDuplicate));

        Refused(GafferError.QueueFull, InsertJob.Of(Given.Queue, 3));
        Assert.True(Decide<InsertResult>(second).IsDuplicate); // what is there may be repeated
        Do(new QueueChange.Claimed(_now, first, Given.NodeA));
        Refused(GafferError.QueueFull, InsertJob.Of(Given.Queue, 3));
        Do(new QueueChange.Completed(_now, first, null));
        Insert(3);
    }

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
        Assert.Equal(1, _state.CountOf(JobState.Available));
    }

    [Fact]
    [Trait("spec", "S-65")]
    public void A_delete_that_is_repeated_is_one_change()
    {
        var delete = new DeleteJob(Given.Queue, Insert().Job.Id);
        Do(new QueueChange.Claimed(_now, delete.Job, Given.NodeA));
        _changes.Clear();

        Assert.Equal(delete.Job, Decide<JobDeletedResult>(delete).Job);
        Assert.Equal(delete.Job, Decide<JobDeletedResult>(delete).Job);
        Refused(GafferError.UnknownJob, new DeleteJob(Given.Queue, delete.Job));
        Assert.Equal([typeof(QueueChange.Cancelled), typeof(QueueChange.Removed)], _changes.Select(c => c.GetType())); // it was executing
    }

    [Fact]
    public void A_retry_that_is_repeated_is_one_change()
    {
        var retry = new RetryJob(Given.Queue, Insert().Job.Id);
        Decide<CancelResult.Cancelled>(new CancelJob(Given.Queue, retry.Job));
        Decide<RetryResult.Retried>(retry);
        Do(new QueueChange.Claimed(_now, retry.Job, Given.NodeA));
        _changes.Clear();

        Decide<RetryResult.Retried>(retry);
        Assert.Equal(new RetryResult.InvalidTransition(JobState.Executing, JobState.Available), Decide<RetryResult>(new RetryJob(Given.Queue, retry.Job)));
        Assert.Empty(_changes);
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
        Assert.False(_state.IsPaused);
        Decide<PauseResult>(new PauseQueue(Given.Queue));
        Decide<ResumeResult>(resume);
        Assert.True(_state.IsPaused);
        Assert.Equal(3, _changes.Count);
    }

    [Fact]
    [Trait("spec", "S-66")]
    public void A_prune_goes_page_by_page_and_each_command_once()
    {
        Configure(Given.Options with { Prune = PruneOptions.Seed });
        End(QueueDecider.MaxPage + 2);
        _changes.Clear();
        var prune = new PruneQueue(Given.Queue);

        var first = Decide<PruneResult>(prune);
        Assert.Equal((QueueDecider.MaxPage, true), (first.Jobs.Length, first.HasMore));
        var repeated = Decide<PruneResult>(prune);
        Assert.Equal((0, true), (repeated.Jobs.Length, repeated.HasMore));
        var second = Decide<PruneResult>(new PruneQueue(Given.Queue));
        Assert.Equal((2, false), (second.Jobs.Length, second.HasMore));
        Assert.Equal(2, _changes.Count);
        Assert.Equal(QueueDecider.MaxPage + 2, first.Jobs.Concat(second.Jobs).Distinct().Count());
        Assert.False(Decide<PruneResult>(new PruneQueue(Given.Queue)).HasMore);
        Assert.Equal(2, _changes.Count);
    }

    [Fact]
    [Trait("spec", "S-63")]
    public void A_list_has_every_job_once_in_pages_of_at_most_its_limit()
    {
        for (var n = 1; n <= 50_000; n++) Do(new QueueChange.Inserted(_now, Given.Job(n, kind: n % 25_000 == 0 ? "rare" : "default")));

        Assert.Equal(Enumerable.Range(1, 50_000).Select(n => Given.Id(n)).Order(), Pages(JobFilter.All, 1000).SelectMany(p => p.Jobs).Select(j => j.Id));
        var rare = Pages(new JobFilter { Kind = "rare", State = JobState.Available }, 10);
        Assert.Equal([Given.Id(25_000), Given.Id(50_000)], rare.SelectMany(p => p.Jobs).Select(j => j.Id).OrderBy(id => id == Given.Id(50_000)));
        Assert.Equal(3, rare.Count); // 20,000 jobs are looked at for each page, and no more
    }

    [Fact]
    public void A_list_of_few_in_a_state_is_paged_too()
    {
        foreach (var n in Enumerable.Range(1, 25)) Do(new QueueChange.Inserted(_now, Given.Job(n)));
        End(7);

        Assert.Equal([3, 3, 1], Pages(new JobFilter { State = JobState.Completed }, 3).Select(p => p.Jobs.Length));
        Assert.Equal(25, Pages(new JobFilter { State = JobState.Available }, 4).SelectMany(p => p.Jobs).DistinctBy(j => j.Id).Count());
        Assert.Empty(Assert.Single(Pages(new JobFilter { State = JobState.Failed }, 4)).Jobs);
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
        var expires = new JobOptions { ExpiresAt = _now.AddSeconds(5) };
        var (waiting, started) = (Insert(options: expires).Job.Id, Insert(options: expires).Job.Id);
        Do(new QueueChange.Claimed(_now, started, Given.NodeA));
        Do(new QueueChange.Released(_now, started));
        _now = _now.AddSeconds(5);
        _decider.Expire(_now);

        Assert.True(_state.TryGet(waiting, out var job));
        Assert.Equal((JobState.Cancelled, "expired"), (job.State, job.CancelReason));
        Assert.Equal(1, _state.CountOf(JobState.Available));

        Decide<RetryResult.Retried>(new RetryJob(Given.Queue, waiting));
        _decider.Expire(_now.AddDays(1));
        Assert.Equal(2, _state.CountOf(JobState.Available));
    }

    [Fact]
    [Trait("spec", "S-142")]
    public void A_forwarded_job_is_stored_once()
    {
        var forward = new ForwardJob(Given.Queue, Given.Id(1), "{}"u8.ToArray(), 1);

        Assert.False(Decide<InsertResult>(forward).IsDuplicate);
        Assert.True(Decide<InsertResult>(forward).IsDuplicate);
        Decide<JobDeletedResult>(new DeleteJob(Given.Queue, Given.Id(1)));
        Assert.True(Decide<InsertResult>(forward).IsDuplicate);
        Assert.Equal(0, _state.Count);
    }

    private T Decide<T>(GafferRequest request)
        where T : GafferReply => Assert.IsAssignableFrom<T>(_decider.Decide(request, _now));

    private GafferFailure Refused(GafferError error, GafferRequest request)
    {
        var failure = Decide<GafferFailure>(request);
        Assert.Equal(error, failure.Error);
        Assert.Equal(Given.Queue.Value, failure.Queue);
        return failure;
    }

    private InsertResult Insert(int payload = 1, JobOptions? options = null) => Decide<InsertResult>(InsertJob.Of(Given.Queue, payload, options));

    private void Configure(QueueOptions options) => _state.Apply(new QueueChange.Configured(_now, options, _state.Version + 1, false, Guid.Empty));

    private void Do(QueueChange change)
    {
        _state.Apply(change);
    }

    private void End(int count)
    {
        foreach (var n in Enumerable.Range(100_001, count))
        {
            Do(new QueueChange.Inserted(_now, Given.Job(n)));
            Do(new QueueChange.Claimed(_now, Given.Id(n), Given.NodeA));
            Do(new QueueChange.Completed(_now, Given.Id(n), null));
        }
    }

    private List<JobPage> Pages(JobFilter filter, int limit)
    {
        List<JobPage> pages = [];
        JobId? after = null;
        do
        {
            pages.Add(Decide<JobPage>(new ListJobs(Given.Queue, filter, limit, after)));
            Assert.True(pages[^1].Jobs.Length <= limit);
            after = pages[^1].Next;
        }
        while (after is not null && pages.Count < 1000);
        return pages;
    }

    private sealed class Commit(QueueState state, List<QueueChange> changes) : ICommit
    {
        public Job? Do(QueueChange change)
        {
            changes.Add(change);
            return state.Apply(change);
        }
    }
}
