using System.Diagnostics.CodeAnalysis;

namespace Gaffer;

/// <summary>The identity of a job: a UUID, version 7 when made here, so that ids sort by the time of their making.</summary>
/// <remarks>Made by the client, before anything is sent: an insert that is repeated with the same id is one job.
/// Source: <c>job_id()</c> of gaffer.</remarks>
public readonly record struct JobId(Guid Value) : IComparable<JobId>, ISpanParsable<JobId>
{
    /// <summary>A new id for the current time of <paramref name="time"/> (the system clock when null).</summary>
    public static JobId New(TimeProvider? time = null) =>
        new(Guid.CreateVersion7((time ?? TimeProvider.System).GetUtcNow()));

    /// <inheritdoc/>
    public int CompareTo(JobId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");

    /// <inheritdoc/>
    public static JobId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static JobId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not a job id: write a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out JobId result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out JobId result)
    {
        var parsed = Guid.TryParse(s, out var value);
        result = new JobId(value);
        return parsed;
    }

    /// <summary>Whether the left id is smaller.</summary>
    public static bool operator <(JobId left, JobId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left id is larger.</summary>
    public static bool operator >(JobId left, JobId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left id is not larger.</summary>
    public static bool operator <=(JobId left, JobId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left id is not smaller.</summary>
    public static bool operator >=(JobId left, JobId right) => left.CompareTo(right) >= 0;
}
