using System.Collections.Immutable;

namespace Gaffer;

/// <summary>How a queue works. Durable and the same on every node: it is an event in the queue's own journal.</summary>
/// <remarks>Source: <c>queue_conf()</c> of gaffer. The worker is not part of it: code is registered by each node that has it.</remarks>
public sealed record QueueOptions
{
    /// <summary>The largest payload that <see cref="MaxPayloadBytes"/> can allow: 64 MiB.</summary>
    public const int PayloadLimit = 64 * 1024 * 1024;

    /// <summary>The most <see cref="Partitions"/> that a queue can have: 64.</summary>
    public const int MostPartitions = 64;

    /// <summary>Its name.</summary>
    public required QueueName Name { get; init; }

    /// <summary>Jobs that run at once on each node. A node's own configuration may say otherwise for itself. Default: 1.</summary>
    public WorkerLimit MaxWorkers { get; init; } = 1;

    /// <summary>Jobs that run at once on all nodes together, exact at every instant. Default: unlimited.</summary>
    public WorkerLimit GlobalMaxWorkers { get; init; } = WorkerLimit.Unlimited;

    /// <summary>Names of limits that it shares with other queues: at most so many jobs of all of them run at once, on all nodes together, exact at every instant.
    /// Each must exist: see <see cref="IGaffer.EnsureLimitAsync"/> and <see cref="GafferBuilder.AddLimit"/>. Default: none.</summary>
    /// <remarks>When a limit is added, jobs that run already are not stopped: it counts from the next start.</remarks>
    public ImmutableSortedSet<string> Limits { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Null: work starts when there is work (default). A span above 0: claims happen only at that interval.
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: only on <see cref="IGaffer.PollAsync"/> and after a completion.</summary>
    public TimeSpan? PollInterval { get; init; }

    /// <summary>Attempts until a job has failed, 1 or more. Default: 3.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Longest time of one attempt: above 0, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>. Default: 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait before a retry. Default: 1 s.</summary>
    public Backoff Backoff { get; init; } = Backoff.Fixed(TimeSpan.FromSeconds(1));

    /// <summary>Priority of jobs that name none; higher runs first. Default: 0.</summary>
    public int Priority { get; init; }

    /// <summary>Time that a cancelled, timed-out or leaving attempt has to end by itself, above 0. Default: 5 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Queues that get a <see cref="ForwardedJob"/> of each job that ends in a state: failed, completed or cancelled. Default: none.</summary>
    public ImmutableSortedDictionary<JobState, QueueName> Forward { get; init; } = ImmutableSortedDictionary<JobState, QueueName>.Empty;

    /// <summary>The dead-letter queue: where failed jobs are forwarded to.</summary>
    public QueueName? OnFailed { get => Target(JobState.Failed); init => Forward = With(JobState.Failed, value); }

    /// <summary>Where completed jobs are forwarded to.</summary>
    public QueueName? OnCompleted { get => Target(JobState.Completed); init => Forward = With(JobState.Completed, value); }

    /// <summary>Where cancelled jobs are forwarded to.</summary>
    public QueueName? OnCancelled { get => Target(JobState.Cancelled); init => Forward = With(JobState.Cancelled, value); }

    /// <summary>When ended jobs are deleted.</summary>
    public PruneOptions Prune { get; init; } = PruneOptions.Default;

    /// <summary>Whether a job that waits for its retry holds its chain (default), or lets the next of the chain go first.</summary>
    public ChainPolicy ChainPolicy { get; init; }

    /// <summary>Snoozes after which a job has failed, 1 or more. Null: any number (default).</summary>
    public int? MaxSnoozes { get; init; }

    /// <summary>Largest payload in bytes, 1 to <see cref="PayloadLimit"/>. Default: 1 MiB.</summary>
    public int MaxPayloadBytes { get; init; } = 1024 * 1024;

    /// <summary>Most jobs in states that are not terminal, 1 or more; above it inserts are refused. Null: any number (default).</summary>
    public int? MaxJobs { get; init; }

    /// <summary>Whether the event log is kept for audit; otherwise what a snapshot covers is deleted. Default: no.</summary>
    public bool KeepLog { get; init; }

    /// <summary>The name of the storage it lives in. Default: <c>default</c>.</summary>
    public string Storage { get; init; } = DefaultStorage;

    /// <summary>In how many parts it is divided, each with a writer of its own: 1 to <see cref="MostPartitions"/>, and not above <see cref="MaxJobs"/>. It says where each job is, so it cannot change. Default: 1.</summary>
    public int Partitions { get; init; } = 1;

    internal const string DefaultStorage = "default";

    /// <summary>Whether more than one partition is allowed: not before all of it is there. Tests of what is there set it.</summary>
    internal static bool PartitionsAllowed { get; set; }

    /// <summary>All that is wrong with these options, in words; empty when nothing is.</summary>
    public ImmutableArray<string> Problems()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        void Check(bool good, string problem)
        {
            if (!good) problems.Add(problem);
        }

        Check(QueueName.IsValid(Name.Value), "Name is missing.");
        Check(PollInterval is null || PollInterval == System.Threading.Timeout.InfiniteTimeSpan || PollInterval > TimeSpan.Zero, $"PollInterval is {PollInterval}; use more than 0, infinite, or null.");
        Check(MaxAttempts >= 1, $"MaxAttempts is {MaxAttempts}; use 1 or more.");
        Check(Timeout == System.Threading.Timeout.InfiniteTimeSpan || Timeout > TimeSpan.Zero, $"Timeout is {Timeout}; use more than 0, or infinite.");
        Check(ShutdownTimeout > TimeSpan.Zero, $"ShutdownTimeout is {ShutdownTimeout}; use more than 0.");
        Check(MaxSnoozes is null or >= 1, $"MaxSnoozes is {MaxSnoozes}; use 1 or more, or null for any number.");
        Check(MaxPayloadBytes is >= 1 and <= PayloadLimit, $"MaxPayloadBytes is {MaxPayloadBytes}; use 1 to {PayloadLimit}.");
        Check(MaxJobs is null or >= 1, $"MaxJobs is {MaxJobs}; use 1 or more, or null for any number.");
        Check(Partitions is >= 1 and <= MostPartitions, $"Partitions is {Partitions}; use 1 to {MostPartitions}.");
        Check(Partitions is < 1 or > MostPartitions || MaxJobs is not >= 1 || MaxJobs >= Partitions, $"MaxJobs is {MaxJobs}, and Partitions is {Partitions}: each partition has its share of MaxJobs, 1 or more. Raise MaxJobs, or use fewer partitions.");
        Check(Partitions <= 1 || Partitions > MostPartitions || PartitionsAllowed, $"Partitions is {Partitions}; this version can run queues of 1 partition only.");
        Check(Enum.IsDefined(ChainPolicy), $"ChainPolicy is {ChainPolicy}; use BlockOnRetry or SkipOnRetry.");
        Check(QueueName.IsValid(Storage), $"Storage is '{Storage}'; use the name of a configured storage.");
        Check(Limits is not null, "Limits is missing; leave it empty for none.");
        foreach (var limit in Limits ?? []) Check(QueueName.IsValid(limit), $"Limits has '{limit}', which is no name of a limit: use 1 to 128 characters of A-Z a-z 0-9 . _ : -");
        Check(Forward is not null, "Forward is missing; leave it empty for none.");
        foreach (var (state, target) in Forward ?? ImmutableSortedDictionary<JobState, QueueName>.Empty)
        {
            Check(state.IsTerminal(), $"Forward names the state {state}, which does not end a job; use Failed, Completed or Cancelled.");
            Check(QueueName.IsValid(target.Value), $"Forward of {state} jobs has no target.");
            Check(target != Name, $"Forward of {state} jobs points to the queue itself.");
        }

        problems.AddRange(Backoff is null ? ["Backoff is missing."] : Backoff.Problems());
        problems.AddRange(Prune is null ? ["Prune is missing."] : Prune.Problems());
        return problems.ToImmutable();
    }

    /// <summary>Why these options cannot follow those that the queue has; null when they can.</summary>
    internal string? WhyNotAfter(QueueOptions present) =>
        Storage != present.Storage ? $"Storage is '{Storage}', but queue '{Name}' lives in '{present.Storage}', and a queue cannot move. Delete it first, or use another name."
        : Partitions != present.Partitions ? $"Partitions is {Partitions}, but queue '{Name}' was made with {present.Partitions}; the number cannot change, as it says where each job is. Make a queue of another name, let the old one run empty, and delete it."
        : null;

    /// <summary>The share of one partition in a limit of the whole queue. Together they are the whole.</summary>
    internal static int ShareOf(int whole, int index, int partitions) => (whole / partitions) + (index < whole % partitions ? 1 : 0);

    /// <inheritdoc/>
    public bool Equals(QueueOptions? other) =>
        other is not null && Name == other.Name && MaxWorkers == other.MaxWorkers && GlobalMaxWorkers == other.GlobalMaxWorkers
        && PollInterval == other.PollInterval && MaxAttempts == other.MaxAttempts && Timeout == other.Timeout && Backoff == other.Backoff
        && Priority == other.Priority && ShutdownTimeout == other.ShutdownTimeout && Prune == other.Prune && ChainPolicy == other.ChainPolicy
        && MaxSnoozes == other.MaxSnoozes && MaxPayloadBytes == other.MaxPayloadBytes && MaxJobs == other.MaxJobs && KeepLog == other.KeepLog
        && Storage == other.Storage && Partitions == other.Partitions && Forward.SequenceEqual(other.Forward) && Limits.SequenceEqual(other.Limits);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, MaxWorkers, GlobalMaxWorkers, MaxAttempts, Timeout, Priority, Partitions);

    private QueueName? Target(JobState state) => Forward.TryGetValue(state, out var target) ? target : default(QueueName?);

    private ImmutableSortedDictionary<JobState, QueueName> With(JobState state, QueueName? target) =>
        target is { } name ? Forward.SetItem(state, name) : Forward.Remove(state);
}

/// <summary>What a job that waits for its retry means for the others of its chain.</summary>
public enum ChainPolicy
{
    /// <summary>It holds the chain: nothing overtakes it.</summary>
    BlockOnRetry,

    /// <summary>The next of the chain goes first.</summary>
    SkipOnRetry,
}
