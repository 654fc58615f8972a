using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Reads the options of a queue from a section: what it does not say stays as it was.</summary>
internal static class QueueOptionsBinder
{
    private static readonly SectionBinder<QueueOptions> Forwards = new SectionBinder<QueueOptions>()
        .Key<QueueName?>("failed", ConfigValues.Target, (q, v) => q with { OnFailed = v })
        .Key<QueueName?>("completed", ConfigValues.Target, (q, v) => q with { OnCompleted = v })
        .Key<QueueName?>("cancelled", ConfigValues.Target, (q, v) => q with { OnCancelled = v });

    public static SectionBinder<QueueOptions> Binder { get; } = new SectionBinder<QueueOptions>()
        .Key<WorkerLimit>("max-workers", ConfigValues.Limit, (q, v) => q with { MaxWorkers = v })
        .Key<WorkerLimit>("global-max-workers", ConfigValues.Limit, (q, v) => q with { GlobalMaxWorkers = v })
        .Key<ImmutableSortedSet<string>>("limits", ConfigValues.Names, (q, v) => q with { Limits = v })
        .Key<TimeSpan?>("poll-interval", ConfigValues.PollInterval, (q, v) => q with { PollInterval = v })
        .Key<int>("max-attempts", ConfigValues.FromOne, (q, v) => q with { MaxAttempts = v })
        .Key<TimeSpan>("timeout", ConfigValues.PositiveOrInfinite, (q, v) => q with { Timeout = v })
        .Key<Backoff>("backoff", BackoffBinder.Read, (q, v) => q with { Backoff = v })
        .Key<int>("priority", ConfigValues.Integer, (q, v) => q with { Priority = v })
        .Key<TimeSpan>("shutdown-timeout", ConfigValues.PositiveDuration, (q, v) => q with { ShutdownTimeout = v })
        .Key("forward", Forwards.Bind)
        .Key<QueueName?>("on-failed", ConfigValues.Target, (q, v) => q with { OnFailed = v })
        .Key<QueueName?>("on-completed", ConfigValues.Target, (q, v) => q with { OnCompleted = v })
        .Key<QueueName?>("on-cancelled", ConfigValues.Target, (q, v) => q with { OnCancelled = v })
        .Alias("on-discard", "on-failed")
        .Key("prune", (q, node, problems) => q with { Prune = PruneBinder.Bind(q.Prune, node, problems) })
        .Key<ChainPolicy>("chain-policy", ConfigValues.Chain, (q, v) => q with { ChainPolicy = v })
        .Key<int?>("max-snoozes", ConfigValues.CountOrUnlimited, (q, v) => q with { MaxSnoozes = v })
        .Key<int>("max-payload-bytes", ConfigValues.PayloadBytes, (q, v) => q with { MaxPayloadBytes = v })
        .Key<int?>("max-jobs", ConfigValues.CountOrUnlimited, (q, v) => q with { MaxJobs = v })
        .Key<bool>("keep-log", ConfigValues.Switch, (q, v) => q with { KeepLog = v })
        .Key<string>("storage", ConfigValues.StorageName, (q, v) => q with { Storage = v })
        .Key<int>("partitions", ConfigValues.Partitions, (q, v) => q with { Partitions = v });
}

/// <summary>A backoff: a delay, a list of delays, or <c>{ Exponential: { First, Factor, Max, Jitter } }</c>.</summary>
internal static class BackoffBinder
{
    private const string Allowed = $"a delay, a list of delays, or {{ exponential {{ first, factor, max, jitter }} }}; a delay is 0 or more, {ConfigText.DurationExample}";

    private static readonly SectionBinder<Growth> Exponential = new SectionBinder<Growth>()
        .Key<TimeSpan>("first", ConfigValues.PositiveDuration, (g, v) => g with { First = v })
        .Key<double>("factor", Factor, (g, v) => g with { Factor = v })
        .Key<TimeSpan>("max", ConfigValues.PositiveDuration, (g, v) => g with { Max = v })
        .Key<double>("jitter", Jitter, (g, v) => g with { Jitter = v });

    private static readonly SectionBinder<Growth> Kinds = new SectionBinder<Growth>().Key("exponential", Exponential.Bind);

    private sealed record Growth(TimeSpan? First = null, double Factor = 2, TimeSpan? Max = null, double Jitter = 0.1);

    public static bool Read(ConfigNode node, ConfigProblems problems, out Backoff value)
    {
        value = Backoff.Fixed(TimeSpan.Zero);
        var before = problems.All.Count;
        if (node.Text is { } text)
        {
            if (ConfigText.Duration(text) is { } delay && delay >= TimeSpan.Zero) value = Backoff.Fixed(delay);
            else problems.BadValue(node, Allowed);
        }
        else if (node.AsList() is { } items)
        {
            var delays = items.Select(i => i.Text is { } t ? ConfigText.Duration(t) : null).ToArray();
            if (delays.Length > 0 && delays.All(d => d >= TimeSpan.Zero)) value = Backoff.Schedule(delays.Select(d => d!.Value));
            else problems.BadValue(node, Allowed);
        }
        else if (node.Entries is { Count: > 0 })
        {
            value = Grown(node, Kinds.Bind(new Growth(), node, problems), problems, before);
        }
        else
        {
            problems.BadValue(node, Allowed);
        }

        return problems.All.Count == before;
    }

    private static Backoff Grown(ConfigNode node, Growth growth, ConfigProblems problems, int before)
    {
        if (growth.First is not { } first)
        {
            if (problems.All.Count == before) problems.Add($"{node.PathOf("exponential")} has no {node.Name("first")}; give the delay after the first failure, {ConfigText.DurationExample}.");
            return Backoff.Fixed(TimeSpan.Zero);
        }

        var backoff = Backoff.Exponential(first, growth.Factor, growth.Max, growth.Jitter);
        foreach (var problem in backoff.Problems()) problems.Add($"{node.PathOf("exponential")}: {problem}");
        return backoff;
    }

    private static bool Factor(ConfigNode node, ConfigProblems problems, out double value) => Number(node, problems, 1, double.MaxValue, "a number, 1 or more", out value);

    private static bool Jitter(ConfigNode node, ConfigProblems problems, out double value) => Number(node, problems, 0, 1, "a number from 0 to 1", out value);

    private static bool Number(ConfigNode node, ConfigProblems problems, double least, double most, string allowed, out double value)
    {
        var number = node.Text is { } text ? ConfigText.Number(text) : null;
        value = number.GetValueOrDefault();
        if (number >= least && number <= most) return true;
        problems.BadValue(node, allowed);
        return false;
    }
}

/// <summary>Prune options: <c>Seed</c>, <c>Never</c>, <c>Default</c>, or a section that changes what was said before.</summary>
internal static class PruneBinder
{
    private static readonly SectionBinder<PruneOptions> Ages = JobStates.All.Aggregate(
        new SectionBinder<PruneOptions>(),
        (binder, state) => binder.Key<Age>(StateKey(state), ConfigValues.Age, (p, age) => p with { MaxAge = p.MaxAge.SetItem(state, age) }));

    private static readonly SectionBinder<PruneOptions> Section = new SectionBinder<PruneOptions>()
        .Key<TimeSpan?>("interval", ConfigValues.IntervalOrOff, (p, v) => p with { Interval = v })
        .Key("max-age", Ages.Bind)
        .Key<Age>("default-age", ConfigValues.Age, (p, v) => p with { DefaultAge = v })
        .Key<int?>("max-count", ConfigValues.KeptOrUnlimited, (p, v) => p with { MaxCount = v })
        .Key<bool>("allow-non-terminal", ConfigValues.Switch, (p, v) => p with { AllowNonTerminal = v });

    public static PruneOptions Bind(PruneOptions prune, ConfigNode node, ConfigProblems problems)
    {
        switch (node.Text)
        {
            case null when node.Entries is not null: return Section.Bind(prune, node, problems);
            case { } text when ConfigText.Is(text, "seed"): return PruneOptions.Seed;
            case { } text when ConfigText.Is(text, "never"): return PruneOptions.Never;
            case { } text when ConfigText.Is(text, "default"): return PruneOptions.Default;
            default:
                problems.BadValue(node, $"Seed, Never, Default, or a section with some of the keys {string.Join(", ", Section.Keys.Select(node.Name))}");
                return prune;
        }
    }

    private static string StateKey(JobState state) => state switch
    {
        JobState.Available => "available",
        JobState.Executing => "executing",
        JobState.Completed => "completed",
        JobState.Cancelled => "cancelled",
        _ => "failed",
    };
}
