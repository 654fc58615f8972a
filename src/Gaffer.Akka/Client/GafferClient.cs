using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Akka.Actor;

namespace Gaffer;

/// <summary>The calls of a node, as tasks.</summary>
internal sealed class GafferClient(ActorSystem system, GafferRuntime runtime, IActorRef workerHost) : IGaffer
{
    private const int MostUpdates = 20;
    private readonly IActorRef _client = system.ActorOf(ClientActor.CreateProps(runtime), "gaffer-client");
    private readonly ConcurrentDictionary<(QueueName Queue, Type Payload), string> _kinds = new();

    public ICanTell Queues => _client;

    public Task<InsertResult> InsertAsync<T>(QueueName queue, T payload, JobOptions? options = null, CancellationToken cancellationToken = default)
    {
        var settings = options?.Kind is null && _kinds.TryGetValue((queue, typeof(T)), out var kind) && kind != JobWorker.DefaultKind ? (options ?? JobOptions.Default) with { Kind = kind } : options;
        return InsertAsync(new InsertJob(queue, JsonSerializer.SerializeToUtf8Bytes(payload, JsonDefaults.Options), settings), cancellationToken);
    }

    public Task<InsertResult> InsertAsync(InsertJob job, CancellationToken cancellationToken = default) =>
        InsertTelemetry.IsOff ? AskAsync<InsertResult>(job, cancellationToken) : InsertTelemetry.InsertAsync(job, runtime.Clock.Time, traced => AskAsync<InsertResult>(traced, cancellationToken));

    public async Task<InsertManyResult> InsertManyAsync(QueueName queue, IReadOnlyCollection<InsertJob> jobs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        if (jobs.Count > RequestCheck.MostInserts) throw new ArgumentException($"{jobs.Count} jobs are too many for one call; insert up to {RequestCheck.MostInserts} at once.", nameof(jobs));
        if (jobs.Count == 0) return new InsertManyResult([]);
        return InsertTelemetry.IsOff
            ? await AskAsync<InsertManyResult>(new InsertJobs(queue, [.. jobs]), cancellationToken).ConfigureAwait(false)
            : await InsertTelemetry.InsertAsync(queue, jobs, runtime.Clock.Time, traced => AskAsync<InsertManyResult>(new InsertJobs(queue, [.. traced]), cancellationToken)).ConfigureAwait(false);
    }

    public async Task<Job> GetJobAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default) =>
        (await AskAsync<JobFound>(new GetJob(queue, job), cancellationToken).ConfigureAwait(false)).Job;

    public async Task<Job?> TryGetJobAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default) =>
        await AskAsync(new GetJob(queue, job), cancellationToken).ConfigureAwait(false) switch
        {
            JobFound found => found.Job,
            GafferFailure { Error: GafferError.UnknownJob } => null,
            var other => throw Unexpected(other),
        };

    public async IAsyncEnumerable<Job> ListAsync(QueueName queue, JobFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        JobId? after = null;
        do
        {
            var page = await ListPageAsync(queue, filter ?? JobFilter.All, QueueDecider.MaxPage, after, cancellationToken).ConfigureAwait(false);
            foreach (var job in page.Jobs) yield return job;
            after = page.Next;
        }
        while (after is not null);
    }

    public Task<JobPage> ListPageAsync(QueueName queue, JobFilter filter, int limit = 100, JobId? after = null, CancellationToken cancellationToken = default) =>
        AskAsync<JobPage>(new ListJobs(queue, filter, limit, after), cancellationToken);

    public Task<CancelResult> CancelAsync(QueueName queue, JobId job, string? reason = null, CancellationToken cancellationToken = default) =>
        AskAsync<CancelResult>(new CancelJob(queue, job, reason), cancellationToken);

    public Task DeleteAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default) => AskAsync<JobDeletedResult>(new DeleteJob(queue, job), cancellationToken);

    public Task<RetryResult> RetryAsync(QueueName queue, JobId job, CancellationToken cancellationToken = default) => AskAsync<RetryResult>(new RetryJob(queue, job), cancellationToken);

    public async Task<IReadOnlyList<JobId>> PruneAsync(QueueName queue, CancellationToken cancellationToken = default)
    {
        List<JobId> pruned = [];
        PruneResult page;
        do
        {
            page = await AskAsync<PruneResult>(new PruneQueue(queue), cancellationToken).ConfigureAwait(false);
            pruned.AddRange(page.Jobs);
        }
        while (page.HasMore);

        return pruned;
    }

    public Task<DrainResult> DrainAsync(QueueName queue, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<DrainResult>(new DrainQueue(queue, Wait(timeout ?? TimeSpan.FromSeconds(5))), cancellationToken);

    public Task<FlushResult> FlushAsync(QueueName queue, TimeSpan? timeout = null, bool includeScheduled = true, CancellationToken cancellationToken = default) =>
        AskAsync<FlushResult>(new FlushQueue(queue, Wait(timeout ?? Timeout.InfiniteTimeSpan), includeScheduled), cancellationToken);

    public async Task<int> PollAsync(QueueName queue, CancellationToken cancellationToken = default) =>
        (await AskAsync<PollResult>(new PollQueue(queue), cancellationToken).ConfigureAwait(false)).Claimed;

    public Task<CreateQueueResult> CreateQueueAsync(QueueOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return AskAsync<CreateQueueResult>(new CreateQueue(options), cancellationToken);
    }

    public Task<EnsureQueueResult> EnsureQueueAsync(QueueOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return AskAsync<EnsureQueueResult>(new EnsureQueue(options), cancellationToken);
    }

    public Task<QueueDescription> GetQueueAsync(QueueName queue, CancellationToken cancellationToken = default) => AskAsync<QueueDescription>(new GetQueue(queue), cancellationToken);

    public async Task<QueueDescription> UpdateQueueAsync(QueueName queue, Func<QueueOptions, QueueOptions> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        for (var attempt = 1; ; attempt++)
        {
            var present = await GetQueueAsync(queue, cancellationToken).ConfigureAwait(false);
            var changed = change(present.Options);
            if (changed.Name != queue) throw new ArgumentException($"The change renames queue '{queue}' to '{changed.Name}'; a queue keeps its name.", nameof(change));
            var reply = await AskAsync(new UpdateQueue(changed, present.Version), cancellationToken).ConfigureAwait(false);
            if (reply is QueueDescription description) return description;
            if (reply is not GafferFailure { Error: GafferError.VersionConflict } || attempt == MostUpdates) throw Unexpected(reply);
        }
    }

    public async Task<long> DeleteQueueAsync(QueueName queue, DeleteMode mode = DeleteMode.IfEmpty, CancellationToken cancellationToken = default) =>
        (await AskAsync<QueueDeletedResult>(new DeleteQueue(queue, mode), cancellationToken).ConfigureAwait(false)).Jobs;

    public async IAsyncEnumerable<QueueSummary> ListQueuesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var queue in ListCatalogAsync(false, cancellationToken).ConfigureAwait(false)) yield return queue;
    }

    public async Task<IReadOnlyList<QueueSummary>> OrphanedQueuesAsync(CancellationToken cancellationToken = default)
    {
        List<QueueSummary> orphans = [];
        await foreach (var queue in ListCatalogAsync(true, cancellationToken).ConfigureAwait(false)) orphans.Add(queue);
        return orphans;
    }

    public async Task<LimitSummary> EnsureLimitAsync(string name, int max, CancellationToken cancellationToken = default)
    {
        if (!QueueName.IsValid(name)) throw new ArgumentException($"'{name}' is no name of a limit: use 1 to 128 characters of A-Z a-z 0-9 . _ : -", nameof(name));
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        var limits = await AskLimiterAsync(id => new LimitRequest.Ensure(id, name, max), cancellationToken).ConfigureAwait(false);
        await AskCatalogAsync(id => new CatalogRequest.PutLimit(id, name), cancellationToken).ConfigureAwait(false); // then queues may name it
        return limits.Limits[0];
    }

    public async Task<IReadOnlyList<LimitSummary>> ListLimitsAsync(CancellationToken cancellationToken = default) =>
        (await AskLimiterAsync(static id => new LimitRequest.List(id), cancellationToken).ConfigureAwait(false)).Limits;

    public Task<PauseResult> PauseAsync(QueueName queue, CancellationToken cancellationToken = default) => AskAsync<PauseResult>(new PauseQueue(queue), cancellationToken);

    public Task<ResumeResult> ResumeAsync(QueueName queue, CancellationToken cancellationToken = default) => AskAsync<ResumeResult>(new ResumeQueue(queue), cancellationToken);

    public Task<QueueInfo> GetInfoAsync(QueueName queue, CancellationToken cancellationToken = default) => AskAsync<QueueInfo>(new GetQueueInfo(queue), cancellationToken);

    public async Task ServeAsync(QueueName queue, IReadOnlyCollection<JobWorker> workers, WorkerLimit? maxWorkers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workers);
        if (!QueueName.IsValid(queue.Value)) throw new GafferFailure(GafferError.InvalidRequest, "ServeAsync names no queue.").ToException();
        foreach (var worker in workers)
        {
            if (worker.PayloadType is { } payload) _kinds[(queue, payload)] = worker.Kind;
        }

#pragma warning disable RS0030 // The client behind IGaffer is the one place that asks.
        await workerHost.Ask<Serving>(new ServeQueue(queue, workers, maxWorkers), runtime.Settings.Client.Timeout, cancellationToken).ConfigureAwait(false);
    }

    public Task StopServingAsync(QueueName queue, CancellationToken cancellationToken = default) =>
        workerHost.Ask<StoppedServing>(new StopServing(queue), Timeout.InfiniteTimeSpan, cancellationToken);
#pragma warning restore RS0030

    private async IAsyncEnumerable<QueueSummary> ListCatalogAsync(bool orphanedOnly, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        QueueName? after = null;
        CatalogAnswer page;
        do
        {
            var from = after;
            page = await AskCatalogAsync(id => new CatalogRequest.List(id, from, QueueDecider.MaxPage, orphanedOnly), cancellationToken).ConfigureAwait(false);
            foreach (var queue in page.Queues) yield return queue;
            after = page.Queues.IsEmpty ? default(QueueName?) : page.Queues[^1].Name;
        }
        while (page.HasMore && after is not null);
    }

    private Task<CatalogAnswer> AskCatalogAsync(Func<long, CatalogRequest> request, CancellationToken cancellationToken) =>
        AskServiceAsync<CatalogAnswer>(new PendingServiceCall("The catalog of queues", runtime.Catalog, request), cancellationToken);

    private Task<LimitAnswer> AskLimiterAsync(Func<long, LimitRequest> request, CancellationToken cancellationToken) =>
        AskServiceAsync<LimitAnswer>(new PendingServiceCall("The limiter", runtime.Limiter, request), cancellationToken);

    private async Task<T> AskServiceAsync<T>(PendingServiceCall call, CancellationToken cancellationToken)
        where T : IServiceAnswer
    {
        _client.Tell(call, ActorRefs.NoSender);
        return (T)await call.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<TReply> AskAsync<TReply>(GafferRequest request, CancellationToken cancellationToken)
        where TReply : GafferReply =>
        await AskAsync(request, cancellationToken).ConfigureAwait(false) is var reply && reply is TReply expected ? expected : throw Unexpected(reply);

    private Task<GafferReply> AskAsync(GafferRequest request, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<GafferReply>(cancellationToken);
        var call = new PendingCall(request);
        _client.Tell(call, ActorRefs.NoSender);
        return cancellationToken.CanBeCanceled ? WaitAsync(call, cancellationToken) : call.Task;
    }

    private async Task<GafferReply> WaitAsync(PendingCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _client.Tell(new CallGivenUp(call), ActorRefs.NoSender); // or it would be told again until its deadline, which a flush need not have
            throw;
        }
    }

    private static TimeSpan Wait(TimeSpan timeout) =>
        timeout >= TimeSpan.Zero || timeout == Timeout.InfiniteTimeSpan ? timeout : throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A wait is 0 or more, or infinite.");

    internal static Exception Unexpected(GafferReply reply) =>
        reply is GafferFailure failure ? failure.ToException() : new InvalidOperationException($"A queue answered with {reply.GetType().Name}, which is no answer to this request.");
}
