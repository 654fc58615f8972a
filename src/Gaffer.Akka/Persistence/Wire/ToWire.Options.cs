namespace Gaffer;

internal sealed partial class ToWire
{
    private static Wire.QueueOptions Options(QueueOptions options)
    {
        var wire = new Wire.QueueOptions
        {
            Name = Name(options.Name),
            MaxWorkers = Limit(options.MaxWorkers),
            GlobalMaxWorkers = Limit(options.GlobalMaxWorkers),
            MaxAttempts = options.MaxAttempts,
            Timeout = Span(options.Timeout),
            Backoff = BackoffOf(options.Backoff),
            Priority = options.Priority,
            ShutdownTimeout = Span(options.ShutdownTimeout),
            Prune = Prune(options.Prune),
            ChainPolicy = (Wire.ChainPolicy)options.ChainPolicy,
            MaxPayloadBytes = options.MaxPayloadBytes,
            KeepLog = options.KeepLog,
            Storage = options.Storage,
        };
        if (options.PollInterval is { } interval) wire.PollInterval = Span(interval);
        if (options.MaxSnoozes is { } snoozes) wire.MaxSnoozes = snoozes;
        if (options.MaxJobs is { } jobs) wire.MaxJobs = jobs;
        if (options.Partitions != 1) wire.Partitions = options.Partitions;
        wire.Limits.Add(options.Limits);
        foreach (var (state, target) in options.Forward)
        {
            wire.Forward.Add(new Wire.ForwardTarget { State = (Wire.JobState)state, Queue = Name(target) });
        }

        return wire;
    }

    private static Wire.PruneOptions Prune(PruneOptions prune)
    {
        var wire = new Wire.PruneOptions { AllowNonTerminal = prune.AllowNonTerminal };
        if (prune.Interval is { } interval) wire.Interval = Span(interval);
        if (prune.DefaultAge.Span is { } defaultAge) wire.DefaultAge = Span(defaultAge);
        if (prune.MaxCount is { } count) wire.MaxCount = count;
        foreach (var (state, age) in prune.MaxAge)
        {
            var stateAge = new Wire.StateAge { State = (Wire.JobState)state };
            if (age.Span is { } span) stateAge.Age = Span(span);
            wire.MaxAge.Add(stateAge);
        }

        return wire;
    }

    private static Wire.JobOptions Options(JobOptions options)
    {
        var wire = new Wire.JobOptions();
        if (options.Id is { } id) wire.Id = Id(id.Value);
        if (options.Kind is { } kind) wire.Kind = kind;
        if (options.MaxAttempts is { } attempts) wire.MaxAttempts = attempts;
        if (options.Priority is { } priority) wire.Priority = priority;
        if (options.Timeout is { } timeout) wire.Timeout = Span(timeout);
        if (options.Backoff is { } backoff) wire.Backoff = BackoffOf(backoff);
        if (options.ShutdownTimeout is { } shutdown) wire.ShutdownTimeout = Span(shutdown);
        if (options.ScheduledAt is { } scheduled) wire.ScheduledAt = Absolute(scheduled);
        if (options.Delay is { } delay) wire.Delay = Span(delay);
        if (options.ExpiresAt is { } expires) wire.ExpiresAt = Absolute(expires);
        if (options.Chain is { } chain) wire.Chain = chain;
        if (options.UniqueKey is { } key) wire.UniqueKey = key;
        if (options.PartitionKey is { } partitionKey) wire.PartitionKey = partitionKey;
        if (options.TraceParent is { } parent) wire.TraceParent = parent;
        if (options.TraceState is { } state) wire.TraceState = state;
        Texts(wire.Tags, options.Tags);
        Meta(wire.Meta, options.Meta);
        return wire;
    }

    private static Wire.JobFilter Filter(JobFilter filter)
    {
        var wire = new Wire.JobFilter();
        if (filter.State is { } state) wire.State = (Wire.JobState)state;
        if (filter.Kind is { } kind) wire.Kind = kind;
        if (filter.Tag is { } tag) wire.Tag = tag;
        if (filter.Chain is { } chain) wire.Chain = chain;
        if (filter.CreatedFrom is { } from) wire.CreatedFrom = Absolute(from);
        if (filter.CreatedBefore is { } before) wire.CreatedBefore = Absolute(before);
        wire.WithoutPayload = filter.WithoutPayload;
        return wire;
    }
}
