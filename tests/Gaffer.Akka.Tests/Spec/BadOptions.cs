using System.Collections.Immutable;

namespace Gaffer.Tests.Spec;

/// <summary>Each option that can be wrong, wrong in each way; with a word of what is told.</summary>
internal static class BadOptions
{
    public static readonly IReadOnlyDictionary<string, (string Told, Func<QueueOptions, QueueOptions> Of)> Queue = new Dictionary<string, (string, Func<QueueOptions, QueueOptions>)>
    {
        ["PollInterval 0"] = ("PollInterval", o => o with { PollInterval = TimeSpan.Zero }),
        ["PollInterval negative"] = ("PollInterval", o => o with { PollInterval = TimeSpan.FromSeconds(-2) }),
        ["MaxAttempts 0"] = ("MaxAttempts", o => o with { MaxAttempts = 0 }),
        ["MaxAttempts negative"] = ("MaxAttempts", o => o with { MaxAttempts = -1 }),
        ["Timeout 0"] = ("Timeout", o => o with { Timeout = TimeSpan.Zero }),
        ["Timeout negative"] = ("Timeout", o => o with { Timeout = TimeSpan.FromSeconds(-2) }),
        ["ShutdownTimeout 0"] = ("ShutdownTimeout", o => o with { ShutdownTimeout = TimeSpan.Zero }),
        ["ShutdownTimeout infinite"] = ("ShutdownTimeout", o => o with { ShutdownTimeout = Timeout.InfiniteTimeSpan }),
        ["MaxSnoozes 0"] = ("MaxSnoozes", o => o with { MaxSnoozes = 0 }),
        ["MaxPayloadBytes 0"] = ("MaxPayloadBytes", o => o with { MaxPayloadBytes = 0 }),
        ["MaxPayloadBytes too large"] = ("MaxPayloadBytes", o => o with { MaxPayloadBytes = QueueOptions.PayloadLimit + 1 }),
        ["MaxJobs 0"] = ("MaxJobs", o => o with { MaxJobs = 0 }),
        ["ChainPolicy unknown"] = ("ChainPolicy", o => o with { ChainPolicy = (ChainPolicy)7 }),
        ["Storage empty"] = ("Storage", o => o with { Storage = "" }),
        ["Storage null"] = ("Storage", o => o with { Storage = null! }),
        ["Storage no name"] = ("Storage", o => o with { Storage = "a b" }),
        ["Forward of a state that ends nothing"] = ("Forward", o => o with { Forward = o.Forward.Add(JobState.Available, "other") }),
        ["Forward to nothing"] = ("Forward", o => o with { Forward = o.Forward.Add(JobState.Failed, default) }),
        ["Forward to itself"] = ("Forward", o => o with { OnFailed = o.Name }),
        ["Forward null"] = ("Forward", o => o with { Forward = null! }),
        ["Backoff null"] = ("Backoff", o => o with { Backoff = null! }),
        ["Backoff negative"] = ("Backoff", o => o with { Backoff = Backoff.Fixed(TimeSpan.FromSeconds(-1)) }),
        ["Backoff empty"] = ("Backoff", o => o with { Backoff = Backoff.Schedule() }),
        ["Backoff with a negative delay"] = ("Backoff", o => o with { Backoff = Backoff.Schedule(TimeSpan.Zero, TimeSpan.FromSeconds(-1)) }),
        ["Backoff that starts with 0"] = ("Backoff", o => o with { Backoff = Backoff.Exponential(TimeSpan.Zero) }),
        ["Backoff that shrinks"] = ("Backoff", o => o with { Backoff = Backoff.Exponential(TimeSpan.FromSeconds(1), factor: 0.5) }),
        ["Backoff that grows by no number"] = ("Backoff", o => o with { Backoff = Backoff.Exponential(TimeSpan.FromSeconds(1), factor: double.NaN) }),
        ["Backoff that ends before its start"] = ("Backoff", o => o with { Backoff = Backoff.Exponential(TimeSpan.FromSeconds(2), max: TimeSpan.FromSeconds(1)) }),
        ["Backoff with too much jitter"] = ("jitter", o => o with { Backoff = Backoff.Exponential(TimeSpan.FromSeconds(2), jitter: 1.5) }),
        ["Prune null"] = ("Prune", o => o with { Prune = null! }),
        ["Prune.Interval 0"] = ("Prune.Interval", o => o with { Prune = new() { Interval = TimeSpan.Zero } }),
        ["Prune.Interval infinite"] = ("Prune.Interval", o => o with { Prune = new() { Interval = Timeout.InfiniteTimeSpan } }),
        ["Prune.MaxCount negative"] = ("Prune.MaxCount", o => o with { Prune = new() { MaxCount = -1 } }),
        ["Prune.MaxAge null"] = ("Prune.MaxAge", o => o with { Prune = new() { MaxAge = null! } }),
        ["Prune.MaxAge of available jobs"] = ("AllowNonTerminal", o => o with { Prune = new() { MaxAge = PruneOptions.Default.MaxAge.Add(JobState.Available, Age.Never) } }),
        ["Prune.MaxAge of executing jobs"] = ("AllowNonTerminal", o => o with { Prune = new() { MaxAge = PruneOptions.Default.MaxAge.Add(JobState.Executing, Age.Immediately) } }),
    };

    public static readonly IReadOnlyDictionary<string, (string Told, JobOptions Options)> Job = new Dictionary<string, (string, JobOptions)>
    {
        ["Kind empty"] = ("Kind", new() { Kind = "" }),
        ["Kind no name"] = ("Kind", new() { Kind = "a b" }),
        ["Kind too long"] = ("Kind", new() { Kind = new string('k', 129) }),
        ["MaxAttempts 0"] = ("MaxAttempts", new() { MaxAttempts = 0 }),
        ["Timeout 0"] = ("Timeout", new() { Timeout = TimeSpan.Zero }),
        ["Timeout negative"] = ("Timeout", new() { Timeout = TimeSpan.FromSeconds(-2) }),
        ["ShutdownTimeout 0"] = ("ShutdownTimeout", new() { ShutdownTimeout = TimeSpan.Zero }),
        ["ShutdownTimeout infinite"] = ("ShutdownTimeout", new() { ShutdownTimeout = Timeout.InfiniteTimeSpan }),
        ["Backoff negative"] = ("Backoff", new() { Backoff = Backoff.Fixed(TimeSpan.FromSeconds(-1)) }),
        ["Backoff empty"] = ("Backoff", new() { Backoff = Backoff.Schedule() }),
        ["Backoff that shrinks"] = ("Backoff", new() { Backoff = Backoff.Exponential(TimeSpan.FromSeconds(1), factor: 0) }),
        ["Delay negative"] = ("Delay", new() { Delay = TimeSpan.FromSeconds(-1) }),
        ["Delay for ever"] = ("Delay", new() { Delay = TimeSpan.MaxValue }),
        ["Delay and ScheduledAt"] = ("ScheduledAt", new() { Delay = TimeSpan.Zero, ScheduledAt = SpecHost.Start }),
        ["Chain empty"] = ("Chain", new() { Chain = "" }),
        ["Chain too long"] = ("Chain", new() { Chain = new string('c', 257) }),
        ["UniqueKey empty"] = ("UniqueKey", new() { UniqueKey = "" }),
        ["UniqueKey too long"] = ("UniqueKey", new() { UniqueKey = new string('u', 257) }),
        ["Tags default"] = ("Tags", new() { Tags = default }),
        ["Tags too many"] = ("Tags", new() { Tags = [.. Enumerable.Range(0, 17).Select(n => $"{n}")] }),
        ["Tag empty"] = ("Tags", new() { Tags = [""] }),
        ["Tag null"] = ("Tags", new() { Tags = [null!] }),
        ["Tag too long"] = ("Tags", new() { Tags = [new string('t', 65)] }),
        ["Meta null"] = ("Meta", new() { Meta = null! }),
        ["Meta too many"] = ("Meta", new() { Meta = Enumerable.Range(0, 33).ToImmutableDictionary(n => $"{n}", _ => "") }),
        ["Meta too long"] = ("Meta", new() { Meta = ImmutableDictionary<string, string>.Empty.Add("m", new string('m', 4096)) }),
        ["Meta with a null"] = ("Meta", new() { Meta = ImmutableDictionary<string, string>.Empty.Add("m", null!) }),
    };
}
