using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gaffer;

/// <summary>The identity of a job: a UUID, version 7 when made here, so that ids sort by the time of their making.</summary>
/// <remarks>Made by the client, before anything is sent: an insert that is repeated with the same id is one job.
/// Source: <c>job_id()</c> of gaffer.</remarks>
public readonly record struct JobId(Guid Value) : IComparable<JobId>, ISpanParsable<JobId>
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A new id for the current time of <paramref name="time"/> (the system clock when null).</summary>
    public static JobId New(TimeProvider? time = null) =>
        new(Guid.CreateVersion7((time ?? TimeProvider.System).GetUtcNow()));

    /// <summary>An id that is the same for the same name and key, on every machine and for ever: for inserts that may be repeated. A UUID of version 8.</summary>
    /// <param name="name">The name of the job, 1 or more characters; unique within its queue.</param>
    /// <param name="partitionKey">The <see cref="JobOptions.PartitionKey"/> of the job, 1 to 256 characters; null when it has none. For a job with a chain or a unique key, give that one:
    /// a queue with several partitions asks for it.</param>
    /// <exception cref="ArgumentException">The name is empty, the key has not 1 to 256 characters, or one of them is no valid text.</exception>
    public static JobId Derive(string name, string? partitionKey = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (partitionKey is { Length: 0 or > JobPlace.MostCharacters }) throw new ArgumentException($"The partition key has {partitionKey.Length} characters; use 1 to {JobPlace.MostCharacters}, or null for none.", nameof(partitionKey));

        // The length of the name says where the key begins: so no two pairs are the same bytes.
        var bytes = new byte[4 + Strict.GetByteCount(name) + Strict.GetByteCount(partitionKey ?? "")];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Strict.GetBytes(name, bytes.AsSpan(4)));
        Strict.GetBytes(partitionKey ?? "", bytes.AsSpan(4 + BinaryPrimitives.ReadInt32BigEndian(bytes)));
        var hash = SHA256.HashData(bytes).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        var id = new JobId(new Guid(hash, bigEndian: true));
        return partitionKey is null ? id : JobPlace.At(id, JobPlace.SlotOf(partitionKey));
    }

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
