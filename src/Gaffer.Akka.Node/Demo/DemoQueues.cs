using System.Collections.Immutable;

namespace Gaffer.Node;

/// <summary>The queues of the demo.</summary>
internal static class DemoQueues
{
    /// <summary>One job for each folder: list it.</summary>
    public static readonly QueueName Folders = "folders";

    /// <summary>One job for each file: read it.</summary>
    public static readonly QueueName Files = "files";

    /// <summary>The dead-letter queue of the two.</summary>
    public static readonly QueueName Unreadable = "unreadable";

    /// <summary>One job for the run whose summary has not been shown yet. Nobody performs it: it is there until it is deleted.</summary>
    public static readonly QueueName Runs = "runs";

    /// <summary>One job, which follows the folder: it looks at it again and again.</summary>
    public static readonly QueueName Rounds = "rounds";

    /// <summary>One job for each time that a file is read again: is it still what it was?</summary>
    public static readonly QueueName Checks = "checks";

    /// <summary>A wait of 1.6 s in all: a file may be locked for a moment.</summary>
    public static QueueOptions Work(QueueOptions queue, int workers) => queue with
    {
        MaxWorkers = workers,
        MaxAttempts = 5,                                                    // an attempt that a kill cuts short counts, too
        Backoff = Backoff.Exponential(TimeSpan.FromMilliseconds(200), factor: 1.5),
        Timeout = Timeout.InfiniteTimeSpan,                                 // a large file takes as long as it takes
        OnFailed = Unreadable,
        Prune = OnRequest,
    };

    /// <summary>As <see cref="Work"/>, but following has no end: what is done is deleted after a while, and what fails each time is no dead letter each time.</summary>
    public static QueueOptions Recent(QueueName name, int workers) => Work(new QueueOptions { Name = name }, workers) with { OnFailed = null, Prune = AfterAWhile };

    public static QueueOptions Kept(QueueOptions queue) => queue with { Prune = OnRequest with { DefaultAge = Age.Immediately, AllowNonTerminal = true } };

    /// <summary>Everything stays until <see cref="IGaffer.PruneAsync"/> deletes it.</summary>
    private static PruneOptions OnRequest { get; } = new()
    {
        Interval = null,
        MaxAge = ImmutableSortedDictionary<JobState, Age>.Empty,
        DefaultAge = Age.Immediately,
        MaxCount = null,
    };

    private static PruneOptions AfterAWhile { get; } = new()
    {
        Interval = TimeSpan.FromSeconds(10),
        MaxAge = ImmutableSortedDictionary<JobState, Age>.Empty
            .Add(JobState.Completed, TimeSpan.FromMinutes(2)).Add(JobState.Cancelled, TimeSpan.FromMinutes(2)).Add(JobState.Failed, TimeSpan.FromHours(1)),
    };
}
