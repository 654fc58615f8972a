using System.Collections.Immutable;
using Xunit;

namespace Gaffer.Tests;

public class QueueDeciderInsertTests : QueueDeciderTestKit
{
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
        Assert.Single(Changes);
    }

    [Fact]
    public void It_is_one_job_also_after_the_job_was_deleted()
    {
        var insert = InsertJob.Of(Given.Queue, 1);
        Decide<InsertResult>(insert);
        Decide<JobDeletedResult>(new DeleteJob(Given.Queue, insert.Id));

        Assert.True(Decide<InsertResult>(insert).IsDuplicate);
        Assert.True(Assert.Single(Decide<InsertManyResult>(new InsertJobs(Given.Queue, [insert])).Jobs).IsDuplicate);
        Assert.Equal(0, State.Count);
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
        Assert.Single(Changes);
    }

    [Fact]
    public void While_a_unique_key_is_held_an_insert_answers_with_its_holder()
    {
        var holder = Insert(options: new() { UniqueKey = "k" }).Job;
        Assert.Equal(new InsertResult(holder, true), Insert(2, new() { UniqueKey = "k" }));
        Assert.False(Insert(options: new() { UniqueKey = "other" }).IsDuplicate);

        Do(new QueueChange.Claimed(Now, holder.Id, Given.NodeA));
        Assert.Equal(holder.Id, Insert(2, new() { UniqueKey = "k" }).Job.Id);
        Do(new QueueChange.Completed(Now, holder.Id, null));
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
        Assert.Equal([1, 2, 3], State.InState(JobState.Available).Select(j => j.Sequence));
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
        Assert.Empty(Changes);
    }

    [Fact]
    [Trait("spec", "S-45")]
    public void All_that_is_wrong_with_a_job_is_said_at_once()
    {
        var failure = Refused(GafferError.InvalidJob, InsertJob.Of(Given.Queue, 1, new()
        {
            Kind = "with space", MaxAttempts = 0, Timeout = TimeSpan.Zero, ShutdownTimeout = -TimeSpan.FromSeconds(1), Delay = -TimeSpan.FromSeconds(1), ScheduledAt = Now,
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
        Do(new QueueChange.Claimed(Now, first, Given.NodeA));
        Refused(GafferError.QueueFull, InsertJob.Of(Given.Queue, 3));
        Do(new QueueChange.Completed(Now, first, null));
        Insert(3);
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
        Assert.Equal(0, State.Count);
    }
}
