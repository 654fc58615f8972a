using System.Collections.Immutable;

namespace Gaffer;

internal sealed partial class ToDomain
{
    private static QueueOptions Options(Wire.QueueOptions? options) => options is null ? throw new WireException("QueueOptions is missing") : new()
    {
        Name = Name(options.Name),
        MaxWorkers = Limit(options.MaxWorkers),
        GlobalMaxWorkers = Limit(options.GlobalMaxWorkers),
        PollInterval = options.HasPollInterval ? Span(options.PollInterval) : null,
        MaxAttempts = options.MaxAttempts,
        Timeout = Span(options.Timeout),
        Backoff = BackoffOf(options.Backoff),
        Priority = options.Priority,
        ShutdownTimeout = Span(options.ShutdownTimeout),
        Forward = options.Forward.ToImmutableSortedDictionary(f => Known((JobState)f.State), f => Name(f.Queue)),
        Prune = Prune(Required(options.Prune)),
        ChainPolicy = Known((ChainPolicy)options.ChainPolicy),
        MaxSnoozes = options.HasMaxSnoozes ? options.MaxSnoozes : null,
        MaxPayloadBytes = options.MaxPayloadBytes,
        MaxJobs = options.HasMaxJobs ? options.MaxJobs : null,
        KeepLog = options.KeepLog,
        Storage = options.Storage,
        Partitions = options.Partitions == 0 ? 1 : options.Partitions,
        Limits = options.Limits.ToImmutableSortedSet(StringComparer.Ordinal),
    };

    private static PruneOptions Prune(Wire.PruneOptions prune) => new()
    {
        Interval = prune.HasInterval ? Span(prune.Interval) : null,
        MaxAge = prune.MaxAge.ToImmutableSortedDictionary(a => Known((JobState)a.State), a => a.HasAge ? Age.Of(Span(a.Age)) : Age.Never),
        DefaultAge = prune.HasDefaultAge ? Age.Of(Span(prune.DefaultAge)) : Age.Never,
        MaxCount = prune.HasMaxCount ? prune.MaxCount : null,
        AllowNonTerminal = prune.AllowNonTerminal,
    };

    private static JobOptions Options(Wire.JobOptions options) => new()
    {
        Id = options.HasId ? Job(options.Id) : null,
        Kind = options.HasKind ? options.Kind : null,
        MaxAttempts = options.HasMaxAttempts ? options.MaxAttempts : null,
        Priority = options.HasPriority ? options.Priority : null,
        Timeout = options.HasTimeout ? Span(options.Timeout) : null,
        Backoff = options.Backoff is { } backoff ? BackoffOf(backoff) : null,
        ShutdownTimeout = options.HasShutdownTimeout ? Span(options.ShutdownTimeout) : null,
        ScheduledAt = options.HasScheduledAt ? Absolute(options.ScheduledAt) : null,
        Delay = options.HasDelay ? Span(options.Delay) : null,
        ExpiresAt = options.HasExpiresAt ? Absolute(options.ExpiresAt) : null,
        Chain = options.HasChain ? options.Chain : null,
        UniqueKey = options.HasUniqueKey ? options.UniqueKey : null,
        PartitionKey = options.HasPartitionKey ? options.PartitionKey : null,
        TraceParent = options.HasTraceParent ? options.TraceParent : null,
        TraceState = options.HasTraceState ? options.TraceState : null,
        Tags = Texts(options.Tags),
        Meta = Meta(options.Meta),
    };

    private static JobFilter Filter(Wire.JobFilter filter) => new()
    {
        State = filter.HasState ? Known((JobState)filter.State) : null,
        Kind = filter.HasKind ? filter.Kind : null,
        Tag = filter.HasTag ? filter.Tag : null,
        Chain = filter.HasChain ? filter.Chain : null,
        CreatedFrom = filter.HasCreatedFrom ? Absolute(filter.CreatedFrom) : null,
        CreatedBefore = filter.HasCreatedBefore ? Absolute(filter.CreatedBefore) : null,
        WithoutPayload = filter.WithoutPayload,
    };
}
