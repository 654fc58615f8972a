using System.Buffers.Binary;
using System.Text;

namespace Gaffer;

/// <summary>In which partition of its queue a job is: its id alone says it, for ever. Therefore one id is never two jobs, and nobody has to look for one.</summary>
/// <remarks>The number of a slot is a hash of the first 14 bytes of the id, xor its last two. So ids of any making are spread, and still a slot can be chosen by the last two bytes, before
/// anybody knows how many partitions there are. These bytes are random in versions 4, 7 and 8 of UUIDs: version, variant and time are in the others.
/// What is computed here is in journals and in the programs of users: it never changes.</remarks>
internal static class JobPlace
{
    /// <summary>The most characters of a key.</summary>
    public const int MostCharacters = 256;

    private const int Chosen = 14;

    public static ushort SlotOf(JobId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return (ushort)(Mix(bytes[..Chosen]) ^ BinaryPrimitives.ReadUInt16BigEndian(bytes[Chosen..]));
    }

    public static ushort SlotOf(string key)
    {
        Span<byte> bytes = key.Length <= MostCharacters ? stackalloc byte[3 * MostCharacters] : new byte[3 * key.Length];
        return Mix(bytes[..Encoding.UTF8.GetBytes(key, bytes)]);
    }

    /// <summary>The partition of a job in a queue that has so many.</summary>
    public static int PartitionOf(JobId id, int partitions) => partitions == 1 ? 0 : SlotOf(id) % partitions;

    /// <summary>The id with other last two bytes, so that it is in this slot.</summary>
    public static JobId At(JobId id, ushort slot)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[Chosen..], (ushort)(Mix(bytes[..Chosen]) ^ slot));
        return new JobId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>The id of a new job: its own, else a new one that is where its key is.</summary>
    public static JobId NewFor(JobOptions? options) =>
        options?.Id is { } own ? own
        : options is not null && KeyOf(options) is { } key ? At(JobId.New(), SlotOf(key))
        : JobId.New();

    /// <summary>What decides where a job is. A chain and a unique key do, too: each is kept by one partition alone.</summary>
    public static string? KeyOf(JobOptions options) => options.PartitionKey ?? options.Chain ?? options.UniqueKey;

    // FNV-1a, whose bits the end of murmur3 mixes, as similar keys differ in few of them.
    private static ushort Mix(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes) hash = (hash ^ b) * 16777619u;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6Bu;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35u;
        hash ^= hash >> 16;
        return (ushort)(hash ^ (hash >> 16));
    }
}
