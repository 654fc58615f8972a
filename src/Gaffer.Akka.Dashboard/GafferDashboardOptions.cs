namespace Gaffer;

/// <summary>How the dashboard and its HTTP API are served.</summary>
public sealed class GafferDashboardOptions
{
    /// <summary>The name of the authorization policy that callers must satisfy, for pages and API alike. Default: none.</summary>
    /// <remarks>The policy is the application's: <c>builder.Services.AddAuthorization(o => o.AddPolicy("operators", ...))</c>.</remarks>
    public string? AuthorizationPolicy { get; set; }

    /// <summary>Whether callers of the same machine, by the name <c>localhost</c> or a loopback address, may see and change everything, and others nothing. Default: only in Development.</summary>
    public bool AllowLocalAccess { get; set; }

    /// <summary>Whether anybody who reaches the address may see and change everything. Default: no; without a policy, and outside of Development, <c>MapGaffer</c> then refuses to map.</summary>
    public bool AllowAnonymousAccess { get; set; }

    /// <summary>Whether all that changes something is hidden and refused. Default: no.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Largest body of a request in bytes, 1 or more; above it the answer is 413. Default: 4 MiB.</summary>
    public int MaxBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Decides what is shown of payloads, results and data of errors. Null: all (default).</summary>
    public RedactContent? Redact { get; set; }

    internal void Check()
    {
        if (MaxBodyBytes < 1) throw new InvalidOperationException($"{nameof(MaxBodyBytes)} is {MaxBodyBytes}; use 1 or more.");
        if (AuthorizationPolicy is { } policy && string.IsNullOrWhiteSpace(policy)) throw new InvalidOperationException($"{nameof(AuthorizationPolicy)} is empty; name a policy, or leave it null.");
        if (AuthorizationPolicy is not null && (AllowAnonymousAccess || AllowLocalAccess))
        {
            throw new InvalidOperationException($"{nameof(AuthorizationPolicy)} is '{AuthorizationPolicy}', and {(AllowAnonymousAccess ? nameof(AllowAnonymousAccess) : nameof(AllowLocalAccess))} is on; decide for one of them.");
        }
    }
}

/// <summary>Part of a job that may hold what not everybody is to read.</summary>
public enum JobContent
{
    /// <summary>What it is to do.</summary>
    Payload,

    /// <summary>What its worker returned.</summary>
    Result,

    /// <summary>What its worker gave along with a failure.</summary>
    ErrorData,
}

/// <summary>Decides what is shown of a part of a job. Messages and stacks of errors are not asked for: they are shown as they are. A callback that throws hides the part.</summary>
/// <param name="job">The job.</param>
/// <param name="content">Which part.</param>
/// <param name="bytes">The part.</param>
/// <returns>The same bytes, others to show instead, or null to show none.</returns>
public delegate ReadOnlyMemory<byte>? RedactContent(Job job, JobContent content, ReadOnlyMemory<byte> bytes);
