using System.Collections.Immutable;
using System.Text.Json;

namespace Gaffer;

/// <summary>The payload of a job that was forwarded from another queue: the job that ended there, with all that a person needs to act on it.</summary>
/// <param name="SourceId">The id of the job that ended.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="State">The state in which it ended.</param>
/// <param name="Attempt">Its attempts that counted.</param>
/// <param name="Errors">Its failed attempts, newest first.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Payload">Its payload, when that is JSON.</param>
/// <param name="PayloadBytes">Its payload in Base64, when that is not JSON. Neither is there when it is too large for a message that way.</param>
/// <param name="Hops">How often it has been forwarded, from 1.</param>
/// <remarks>Source: the payload of a job discarded by gaffer; source id, state, kind and hops are ours.</remarks>
public sealed record ForwardedJob(
    JobId SourceId, string Queue, string Kind, JobState State, int Attempt, ImmutableArray<JobError> Errors, DateTimeOffset FinishedAt,
    JsonElement? Payload, string? PayloadBytes, int Hops);
