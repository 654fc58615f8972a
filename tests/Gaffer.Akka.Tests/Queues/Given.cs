using System.Collections.Immutable;

namespace Gaffer.Tests;

/// <summary>Jobs, nodes and options for tests of the core.</summary>
internal static class Given
{
    public static readonly QueueName Queue = "emails";

    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly WorkerNode NodeA = new("a:1", new Guid("aaaaaaaa-0000-0000-0000-000000000000"));

    public static readonly WorkerNode NodeB = new("b:1", new Guid("bbbbbbbb-0000-0000-0000-000000000000"));

    public static readonly QueueOptions Options = new() { Name = Queue };

    public static readonly JobErrorInfo Error = new(JobErrorKind.Failed, "no");

    public static JobId Id(long n) => new(new Guid((int)(n * 0x9E3779B1), (short)n, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1));

    public static Job Job(
        long sequence = 1, int priority = 0, string kind = JobWorker.DefaultKind, string? chain = null, string? key = null,
        DateTimeOffset? scheduledAt = null, DateTimeOffset? expiresAt = null, int maxAttempts = 3, DateTimeOffset? createdAt = null) => new()
    {
        Id = Id(sequence),
        Queue = Queue,
        Settings = JobSettings.Default with { Priority = priority, Kind = kind, MaxAttempts = maxAttempts },
        Payload = "{}"u8.ToArray(),
        Sequence = sequence,
        CreatedAt = createdAt ?? Noon,
        ScheduledAt = scheduledAt,
        Labels = chain is null && key is null && expiresAt is null ? null : new JobLabels(chain, key, expiresAt, [], ImmutableDictionary<string, string>.Empty, 0),
    };

    /// <summary>The job after one more claim.</summary>
    public static Job Claimed(this Job job, DateTimeOffset? at = null) => JobMachine.Apply(job, new QueueChange.Claimed(at ?? Noon, job.Id, NodeA));

    /// <summary>The job after its execution has ended so.</summary>
    public static Job Ending(this Job job, JobResult result, DateTimeOffset? at = null, int? maxSnoozes = null) =>
        JobMachine.Apply(job, JobMachine.Conclude(job, result, at ?? Noon, maxSnoozes));

    /// <summary>A job that came into a state the usual way.</summary>
    public static Job In(JobState state, int maxAttempts = 1) => state switch
    {
        JobState.Available => Job(maxAttempts: maxAttempts),
        JobState.Executing => Job(maxAttempts: maxAttempts).Claimed(),
        JobState.Completed => In(JobState.Executing, maxAttempts).Ending(JobResult.Complete()),
        JobState.Cancelled => In(JobState.Executing, maxAttempts).Ending(JobResult.Cancel("no need")),
        _ => In(JobState.Executing, 1).Ending(JobResult.Fail("no")),
    };

    /// <summary>A queue with these jobs in it.</summary>
    public static QueueState State(QueueOptions? options = null, params IEnumerable<Job> jobs)
    {
        var state = new QueueState(Queue);
        state.Apply(new QueueChange.Configured(Noon, options ?? Options, 1, false, Guid.Empty));
        foreach (var job in jobs) state.Apply(new QueueChange.Inserted(Noon, job));
        return state;
    }
}
