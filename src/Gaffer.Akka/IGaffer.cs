using Akka.Actor;

namespace Gaffer;

/// <summary>Everything a caller can do: insert jobs, ask for them, and manage queues. Safe for concurrent use.</summary>
/// <remarks>
/// <para>Every answer is durable when it arrives. Each call is repeated inside until it is answered, and recognised when it arrives twice.
/// All methods throw <see cref="GafferTimeoutException"/> when no answer came within <c>gaffer.client.timeout</c> (10 s),
/// <see cref="GafferUnavailableException"/> when the queue says that it cannot reach its journal, <see cref="QueueOverloadedException"/> when it has more
/// uncommitted work than it takes on, <see cref="UnknownQueueException"/> when there is no such queue, and <see cref="OperationCanceledException"/> when
/// their token is cancelled (the change may be made all the same).</para>
/// <para>Source: the functions of gaffer 0.4. The same as messages: <see cref="Queues"/>.</para>
/// </remarks>
public interface IGaffer
{
    /// <summary>Stores a job and returns once it is durable. It starts at once if a worker is free.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="payload">What it is to do; written as JSON.</param>
    /// <param name="options">What differs from the queue's defaults.</param>
    /// <param name="cancellationToken">Ends the wait, not the insert.</param>
    /// <exception cref="InvalidJobException">The options are invalid; all problems are listed. Nothing was stored.</exception>
    /// <exception cref="PayloadTooLargeException">The payload is larger than <see cref="QueueOptions.MaxPayloadBytes"/>. Nothing was stored.</exception>
    /// <exception cref="JobIdConflictException">Another job, with other content, has this id. Nothing was stored.</exception>
    /// <exception cref="QueueFullException">The queue holds <see cref="QueueOptions.MaxJobs"/> jobs that have not ended. Nothing was stored.</exception>
    Task<InsertResult> InsertAsync<T>(QueueName queue, T payload, JobOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Stores a job whose payload is bytes already.</summary>
    /// <inheritdoc cref="InsertAsync{T}(QueueName, T, JobOptions?, CancellationToken)"/>
    Task<InsertResult> InsertAsync(InsertJob job, CancellationToken cancellationToken = default);

    /// <summary>Stores several jobs of one queue: all of them, or none when one is invalid.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="jobs">The jobs. Up to 10,000, and <c>gaffer.client.max-message-size</c> (4 MB) with their payloads.</param>
    /// <param name="cancellationToken">Ends the wait, not the insert.</param>
    Task<InsertManyResult> InsertManyAsync(QueueName queue, IReadOnlyCollection<InsertJob> jobs, CancellationToken cancellationToken = default);

    /// <summary>Reads a job.</summary>
    /// <exception cref="UnknownJobException">The queue has no job with this id.</exception>
    Task<Job> GetJobAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default);

    /// <summary>Reads a job, or answers null when the queue has none with this id.</summary>
    Task<Job?> TryGetJobAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default);

    /// <summary>All jobs that fit the filter, in the order of their ids, read page by page. Jobs that change while it is read are seen before or after.</summary>
    IAsyncEnumerable<Job> ListAsync(QueueName queue, JobFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>One page of the jobs that fit the filter.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="filter">Which jobs.</param>
    /// <param name="limit">Most jobs in the page, 1 to 1,000.</param>
    /// <param name="after">The <see cref="JobPage.Next"/> of the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<JobPage> ListPageAsync(QueueName queue, JobFilter filter, int limit = 100, JobId? after = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels a job, for good. Code that executes it has its token cancelled, and its result is ignored.</summary>
    /// <exception cref="UnknownJobException">The queue has no job with this id.</exception>
    Task<CancelResult> CancelAsync(QueueName queue, JobId job, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a job in any state; one that executes is cancelled first.</summary>
    /// <exception cref="UnknownJobException">The queue has no job with this id.</exception>
    Task DeleteAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default);

    /// <summary>Makes a job that ended, or that waits for its time, available at once. If its attempts are used up, it gets one more.</summary>
    /// <exception cref="UnknownJobException">The queue has no job with this id.</exception>
    /// <exception cref="JobIdConflictException">The job ended, and another job that has not has its unique key.</exception>
    Task<RetryResult> RetryAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default);

    /// <summary>Deletes what the queue's prune options say, now, paused or not.</summary>
    /// <returns>The ids of the deleted jobs.</returns>
    Task<IReadOnlyList<JobId>> PruneAsync(QueueName queue, CancellationToken cancellationToken = default);

    /// <summary>Stops claims, waits for the running jobs, and leaves the queue paused.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="timeout">Longest wait, 0 or more, or infinite. Default: 5 s.</param>
    /// <param name="cancellationToken">Ends the wait; the queue stays paused.</param>
    Task<DrainResult> DrainAsync(QueueName queue, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Waits until no job is available or executing.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="timeout">Longest wait, 0 or more, or infinite. Default: infinite.</param>
    /// <param name="includeScheduled">Whether jobs that wait for a time in the future count. Default: they do.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<FlushResult> FlushAsync(QueueName queue, TimeSpan? timeout = null, bool includeScheduled = true, CancellationToken cancellationToken = default);

    /// <summary>Claims once, for a queue with a <see cref="QueueOptions.PollInterval"/>. A paused queue claims nothing.</summary>
    /// <returns>The number of claimed jobs.</returns>
    Task<int> PollAsync(QueueName queue, CancellationToken cancellationToken = default);

    /// <summary>Creates a queue, unless there is one of this name.</summary>
    /// <exception cref="InvalidQueueConfigException">The options are invalid; all problems are listed.</exception>
    /// <exception cref="ForwardTargetNotFoundException">A forward target does not exist.</exception>
    /// <exception cref="UnknownStorageException">No storage of this name is configured.</exception>
    /// <exception cref="UnknownLimitException">One of <see cref="QueueOptions.Limits"/> does not exist.</exception>
    Task<CreateQueueResult> CreateQueueAsync(QueueOptions options, CancellationToken cancellationToken = default);

    /// <summary>Creates a queue, or replaces the options of the one that there is. A paused queue stays paused.</summary>
    /// <inheritdoc cref="CreateQueueAsync"/>
    Task<EnsureQueueResult> EnsureQueueAsync(QueueOptions options, CancellationToken cancellationToken = default);

    /// <summary>Reads the options of a queue.</summary>
    Task<QueueDescription> GetQueueAsync(QueueName queue, CancellationToken cancellationToken = default);

    /// <summary>Changes options of a queue; repeated on the newest options when somebody else changed them meanwhile. They count at once; jobs that were inserted before keep theirs.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="change">Makes the new options of the present ones. May be called several times.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidQueueConfigException">The new options are invalid; all problems are listed.</exception>
    Task<QueueDescription> UpdateQueueAsync(QueueName queue, Func<QueueOptions, QueueOptions> change, CancellationToken cancellationToken = default);

    /// <summary>Deletes a queue.</summary>
    /// <returns>How many jobs went with it.</returns>
    /// <exception cref="QueueHasJobsException">It has jobs and the mode is <see cref="DeleteMode.IfEmpty"/>, or another queue forwards to it.</exception>
    Task<long> DeleteQueueAsync(QueueName queue, DeleteMode mode = DeleteMode.IfEmpty, CancellationToken cancellationToken = default);

    /// <summary>All queues of the cluster, by name.</summary>
    IAsyncEnumerable<QueueSummary> ListQueuesAsync(CancellationToken cancellationToken = default);

    /// <summary>The queues that no running node has workers for.</summary>
    Task<IReadOnlyList<QueueSummary>> OrphanedQueuesAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes a limit that queues may share (<see cref="QueueOptions.Limits"/>), or changes its maximum. A lower one counts as running jobs end; none is stopped.</summary>
    /// <param name="name">Its name; the same characters as in names of queues.</param>
    /// <param name="max">Jobs that run at once under it, in all queues and on all nodes together; 0 or more, 0 lets none start.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<LimitSummary> EnsureLimitAsync(string name, int max, CancellationToken cancellationToken = default);

    /// <summary>All limits that queues may share, by name, and which queue holds how many permits of each.</summary>
    Task<IReadOnlyList<LimitSummary>> ListLimitsAsync(CancellationToken cancellationToken = default);

    /// <summary>Stops claims and pruning, on all nodes, durably; running jobs go on.</summary>
    Task<PauseResult> PauseAsync(QueueName queue, CancellationToken cancellationToken = default);

    /// <summary>Starts claims and pruning again.</summary>
    Task<ResumeResult> ResumeAsync(QueueName queue, CancellationToken cancellationToken = default);

    /// <summary>Counts per state, workers per node.</summary>
    Task<QueueInfo> GetInfoAsync(QueueName queue, CancellationToken cancellationToken = default);

    /// <summary>Lets this node work on a queue, from now on until it stops or <see cref="StopServingAsync"/>.</summary>
    /// <param name="queue">The queue; it may be created later.</param>
    /// <param name="workers">One worker for each kind of job.</param>
    /// <param name="maxWorkers">Overrides <see cref="QueueOptions.MaxWorkers"/> on this node.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task ServeAsync(QueueName queue, IReadOnlyCollection<JobWorker> workers, WorkerLimit? maxWorkers = null, CancellationToken cancellationToken = default);

    /// <summary>Ends this node's work on a queue: it takes no more jobs, running ones get their shutdown time-out, what is left then goes back uncounted.</summary>
    Task StopServingAsync(QueueName queue, CancellationToken cancellationToken = default);

    /// <summary>The same as messages: tell it a <see cref="GafferRequest"/>, and the sender is answered a <see cref="GafferReply"/>.</summary>
    ICanTell Queues { get; }
}
