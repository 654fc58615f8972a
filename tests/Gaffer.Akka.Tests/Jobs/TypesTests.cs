using System.Collections.Immutable;
using System.Text.Json;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The types of the public face: what they accept, and what they say when nothing is said.</summary>
public class TypesTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly QueueOptions Emails = new() { Name = "emails" };

    [Fact, Trait("spec", "S-03"), Trait("spec", "S-14")]
    public void An_interval_is_above_zero_or_off()
    {
        Assert.Empty((Emails with { PollInterval = TimeSpan.FromSeconds(1), Prune = PruneOptions.Default with { Interval = null } }).Problems());
        Assert.Empty((Emails with { PollInterval = Timeout.InfiniteTimeSpan }).Problems());
        Assert.Contains("PollInterval is 00:00:00", Assert.Single((Emails with { PollInterval = TimeSpan.Zero }).Problems()), StringComparison.Ordinal);
        Assert.Contains("Prune.Interval is -", Assert.Single((Emails with { Prune = PruneOptions.Default with { Interval = TimeSpan.FromSeconds(-1) } }).Problems()), StringComparison.Ordinal);
    }

    [Fact, Trait("spec", "S-04")]
    public void A_job_id_is_a_uuid_of_version_7_that_the_client_makes()
    {
        var insert = InsertJob.Of("emails", "payload");
        Assert.Equal(7, insert.Id.Value.Version);
        Assert.Equal(insert.Id, JobId.Parse(insert.Id.ToString()));
        Assert.False(JobId.TryParse("no id", null, out _));
        var chosen = JobId.New();
        Assert.Equal(chosen, InsertJob.Of("emails", "payload", new JobOptions { Id = chosen }).Id);
    }

    [Fact, Trait("spec", "S-06")]
    public void Times_are_utc_to_the_microsecond()
    {
        var at = new DateTimeOffset(2030, 1, 1, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(17);
        var job = Admit(new JobOptions { ScheduledAt = at });
        Assert.Equal((Noon.AddTicks(10), TimeSpan.Zero), (job.ScheduledAt!.Value, job.ScheduledAt.Value.Offset));
    }

    [Theory, Trait("spec", "S-07"), Trait("spec", "S-10"), Trait("spec", "S-45")]
    [InlineData(0, 30, 5, "MaxAttempts is 0")]
    [InlineData(3, 0, 5, "Timeout is 00:00:00")]
    [InlineData(3, -30, 5, "Timeout is -")]
    [InlineData(3, 30, 0, "ShutdownTimeout is 00:00:00")]
    public void Attempts_and_time_outs_are_above_zero(int attempts, int timeout, int shutdown, string problem)
    {
        var options = new JobOptions { MaxAttempts = attempts, Timeout = TimeSpan.FromSeconds(timeout), ShutdownTimeout = TimeSpan.FromSeconds(shutdown) };
        Assert.False(new JobAdmission().TryAdmit(InsertJob.Of("emails", 1, options), Emails, 1, Noon, out _, out var failure));
        Assert.Equal(GafferError.InvalidJob, failure.Error);
        Assert.Contains(problem, Assert.Single(failure.Details), StringComparison.Ordinal);
        Assert.Contains(problem, Assert.Single((Emails with { MaxAttempts = attempts, Timeout = TimeSpan.FromSeconds(timeout), ShutdownTimeout = TimeSpan.FromSeconds(shutdown) }).Problems()), StringComparison.Ordinal);
    }

    [Fact, Trait("spec", "S-11")]
    public void A_filter_holds_what_fits_all_of_it()
    {
        var job = Admit(new JobOptions { Tags = ["red"], Chain = "a", Kind = "mail" });
        Assert.True(JobFilter.All.Matches(job));
        var all = new JobFilter { State = JobState.Available, Tag = "red", Chain = "a", Kind = "mail", CreatedFrom = Noon, CreatedBefore = Noon.AddTicks(1) };
        Assert.True(all.Matches(job));
        foreach (var other in (JobFilter[])[all with { State = JobState.Failed }, all with { Tag = "blue" }, all with { Chain = "b" }, all with { Kind = "fax" }, all with { CreatedFrom = Noon.AddTicks(1) }, all with { CreatedBefore = Noon }])
        {
            Assert.False(other.Matches(job));
        }
    }

    [Fact, Trait("spec", "S-13")]
    public void An_error_is_kept_in_a_closed_shape_and_is_bounded()
    {
        var error = JobErrorInfo.From(new InvalidOperationException(new string('x', 20_000)));
        Assert.Equal((JobErrorKind.Exception, typeof(InvalidOperationException).FullName, JobErrorInfo.MaxLength), (error.Kind, error.Type, error.Message.Length));
        var failed = Assert.IsType<JobResult.Failed>(JobResult.FailWith("no paper", new { Tray = 2 }));
        Assert.Equal(("no paper", """{"tray":2}"""), (failed.Error.Message, failed.Error.Data));
        Assert.Null(Assert.IsType<JobResult.Failed>(JobResult.FailWith("much", new string('x', 20_000))).Error.Data);
    }

    [Fact, Trait("spec", "S-15")]
    public void A_state_that_is_not_named_has_the_default_age_if_it_is_terminal()
    {
        var prune = PruneOptions.Never with { MaxAge = ImmutableSortedDictionary<JobState, Age>.Empty.Add(JobState.Completed, TimeSpan.FromHours(1)), DefaultAge = Age.Immediately };
        Assert.Equal(TimeSpan.FromHours(1), prune.AgeFor(JobState.Completed).Span);
        Assert.Equal(Age.Immediately, prune.AgeFor(JobState.Failed));
        Assert.Equal(Age.Never, prune.AgeFor(JobState.Available));
        Assert.Equal(Age.Immediately, (prune with { AllowNonTerminal = true }).AgeFor(JobState.Available));
    }

    [Fact, Trait("spec", "S-16")]
    public void A_state_without_jobs_has_no_oldest_and_no_newest()
    {
        var state = new QueueState("emails");
        Assert.Equal(new StateInfo(0, null, null), state.InfoOf(JobState.Available));
        state.Apply(new QueueChange.Inserted(Noon, Admit(null)));
        Assert.Equal(new StateInfo(1, Noon, Noon), state.InfoOf(JobState.Available));
    }

    [Fact, Trait("spec", "S-20")]
    public void A_queue_has_a_name() => Assert.Contains("Name is missing.", new QueueOptions { Name = default }.Problems());

    [Fact, Trait("spec", "S-27"), Trait("spec", "S-29"), Trait("spec", "S-40"), Trait("spec", "S-41")]
    public void A_new_job_has_the_defaults_of_its_queue_and_nothing_that_has_not_happened()
    {
        var job = Admit(null);
        Assert.Equal((TimeSpan.FromSeconds(30), 0, 3, TimeSpan.FromSeconds(5), Backoff.Fixed(TimeSpan.FromSeconds(1))), (job.Timeout, job.Priority, job.MaxAttempts, job.ShutdownTimeout, job.Backoff));
        Assert.Equal((JobState.Available, 0, 0, Noon), (job.State, job.Attempt, job.Execution, job.CreatedAt));
        Assert.Empty(job.Errors);
        Assert.Empty(job.History);
        Assert.All((DateTimeOffset?[])[job.ScheduledAt, job.AttemptedAt, job.CompletedAt, job.CancelledAt, job.FailedAt], Assert.Null);
        Assert.Null(job.ResultJson);
    }

    [Fact, Trait("spec", "S-42")]
    public void A_typed_payload_is_json_with_a_kind_and_a_media_type()
    {
        var job = Admit(new JobOptions { Kind = "mail" });
        Assert.Equal(("mail", "application/json", 42), (job.Kind, job.ContentType, job.PayloadAs<int>()));
        Assert.Throws<JsonException>(() => job.PayloadAs<DateTimeOffset>());
    }

    private static Job Admit(JobOptions? options)
    {
        Assert.True(new JobAdmission().TryAdmit(InsertJob.Of("emails", 42, options), Emails, 1, Noon, out var job, out _));
        return job;
    }
}
