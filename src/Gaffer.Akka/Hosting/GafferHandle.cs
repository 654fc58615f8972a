using Akka.Actor;

namespace Gaffer;

/// <summary>What the container hands out: there before the start, so that services can be made with it, and usable after it.</summary>
internal sealed class GafferHandle : IGaffer
{
    private volatile IGaffer? _started;
    private volatile string _why = "Gaffer has not started yet. Use it when the host has started; a hosted service that needs it at its own start is to be registered after Gaffer.";

    private IGaffer Started => _started ?? throw new GafferFailure(GafferError.Unavailable, _why).ToException();

    public ICanTell Queues => Started.Queues;

    public void Start(IGaffer gaffer) => _started = gaffer;

    public void Stop()
    {
        _why = "Gaffer has stopped, with its actor system.";
        _started = null;
    }

    public Task<InsertResult> InsertAsync<T>(QueueName queue, T payload, JobOptions? options = null, CancellationToken cancellationToken = default) => Started.InsertAsync<T>(queue, payload, options, cancellationToken);

    public Task<InsertResult> InsertAsync(InsertJob job, CancellationToken cancellationToken = default) => Started.InsertAsync(job, cancellationToken);

    public Task<InsertManyResult> InsertManyAsync(QueueName queue, IReadOnlyCollection<InsertJob> jobs, CancellationToken cancellationToken = default) => Started.InsertManyAsync(queue, jobs, cancellationToken);

    public Task<Job> GetJobAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default) => Started.GetJobAsync(queue, job, cancellationToken);

    public Task<Job?> TryGetJobAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default) => Started.TryGetJobAsync(queue, job, cancellationToken);

    public IAsyncEnumerable<Job> ListAsync(QueueName queue, JobFilter? filter = null, CancellationToken cancellationToken = default) => Started.ListAsync(queue, filter, cancellationToken);

    public Task<JobPage> ListPageAsync(QueueName queue, JobFilter filter, int limit = 100, JobId? after = null, CancellationToken cancellationToken = default) => Started.ListPageAsync(queue, filter, limit, after, cancellationToken);

    public Task<CancelResult> CancelAsync(QueueName queue, JobId job, string? reason = null, CancellationToken cancellationToken = default) => Started.CancelAsync(queue, job, reason, cancellationToken);

    public Task DeleteAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default) => Started.DeleteAsync(queue, job, cancellationToken);

    public Task<RetryResult> RetryAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default) => Started.RetryAsync(queue, job, cancellationToken);

    public Task<IReadOnlyList<JobId>> PruneAsync(QueueName queue, CancellationToken cancellationToken = default) => Started.PruneAsync(queue, cancellationToken);

    public Task<DrainResult> DrainAsync(QueueName queue, TimeSpan? timeout = null, CancellationToken cancellationToken = default) => Started.DrainAsync(queue, timeout, cancellationToken);

    public Task<FlushResult> FlushAsync(QueueName queue, TimeSpan? timeout = null, bool includeScheduled = true, CancellationToken cancellationToken = default) => Started.FlushAsync(queue, timeout, includeScheduled, cancellationToken);

    public Task<int> PollAsync(QueueName queue, CancellationToken cancellationToken = default) => Started.PollAsync(queue, cancellationToken);

    public Task<CreateQueueResult> CreateQueueAsync(QueueOptions options, CancellationToken cancellationToken = default) => Started.CreateQueueAsync(options, cancellationToken);

    public Task<EnsureQueueResult> EnsureQueueAsync(QueueOptions options, CancellationToken cancellationToken = default) => Started.EnsureQueueAsync(options, cancellationToken);

    public Task<QueueDescription> GetQueueAsync(QueueName queue, CancellationToken cancellationToken = default) => Started.GetQueueAsync(queue, cancellationToken);

    public Task<QueueDescription> UpdateQueueAsync(QueueName queue, Func<QueueOptions, QueueOptions> change, CancellationToken cancellationToken = default) => Started.UpdateQueueAsync(queue, change, cancellationToken);

    public Task<long> DeleteQueueAsync(QueueName queue, DeleteMode mode = DeleteMode.IfEmpty, CancellationToken cancellationToken = default) => Started.DeleteQueueAsync(queue, mode, cancellationToken);

    public IAsyncEnumerable<QueueSummary> ListQueuesAsync(CancellationToken cancellationToken = default) => Started.ListQueuesAsync(cancellationToken);

    public Task<IReadOnlyList<QueueSummary>> OrphanedQueuesAsync(CancellationToken cancellationToken = default) => Started.OrphanedQueuesAsync(cancellationToken);

    public Task<LimitSummary> EnsureLimitAsync(string name, int max, CancellationToken cancellationToken = default) => Started.EnsureLimitAsync(name, max, cancellationToken);

    public Task<IReadOnlyList<LimitSummary>> ListLimitsAsync(CancellationToken cancellationToken = default) => Started.ListLimitsAsync(cancellationToken);

    public Task<PauseResult> PauseAsync(QueueName queue, CancellationToken cancellationToken = default) => Started.PauseAsync(queue, cancellationToken);

    public Task<ResumeResult> ResumeAsync(QueueName queue, CancellationToken cancellationToken = default) => Started.ResumeAsync(queue, cancellationToken);

    public Task<QueueInfo> GetInfoAsync(QueueName queue, CancellationToken cancellationToken = default) => Started.GetInfoAsync(queue, cancellationToken);

    public Task ServeAsync(QueueName queue, IReadOnlyCollection<JobWorker> workers, WorkerLimit? maxWorkers = null, CancellationToken cancellationToken = default) => Started.ServeAsync(queue, workers, maxWorkers, cancellationToken);

    public Task StopServingAsync(QueueName queue, CancellationToken cancellationToken = default) => Started.StopServingAsync(queue, cancellationToken);
}
