using System.Collections.Immutable;

namespace Gaffer;

/// <summary>Which jobs a list holds, and how much of them. All that is set must fit.</summary>
/// <remarks>Source: <c>job_filter()</c> of gaffer, which has the state alone.</remarks>
public sealed record JobFilter
{
    /// <summary>All jobs.</summary>
    public static JobFilter All { get; } = new();

    /// <summary>Jobs in this state.</summary>
    public JobState? State { get; init; }

    /// <summary>Jobs of this kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Jobs with this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>Jobs of this chain.</summary>
    public string? Chain { get; init; }

    /// <summary>Jobs that were inserted at or after this instant.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Jobs that were inserted before this instant.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Whether the jobs come without payload and result, and with no more of their errors than types and the first 200 characters of messages: for a list to look at, of which only the rows travel between nodes. Default: they come whole.</summary>
    /// <remarks>The payload is then empty, and <see cref="Job.ResultJson"/> null. A node of an older version answers with whole jobs.</remarks>
    public bool WithoutPayload { get; init; }

    /// <summary>Whether a job fits.</summary>
    public bool Matches(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return (State is not { } state || job.State == state)
            && (Kind is null || job.Kind == Kind)
            && (Tag is null || job.Tags.Contains(Tag))
            && (Chain is null || job.Chain == Chain)
            && (CreatedFrom is not { } from || job.CreatedAt >= from)
            && (CreatedBefore is not { } before || job.CreatedAt < before);
    }
}
