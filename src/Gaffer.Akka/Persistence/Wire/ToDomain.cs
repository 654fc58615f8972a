using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Gaffer;

/// <summary>Reads one message. Equal settings, nodes and names become one object: a queue holds a million jobs.</summary>
internal sealed partial class ToDomain
{
    private static readonly Interner<JobSettings> KnownSettings = new();
    private static readonly Interner<WorkerNode> KnownNodes = new();
    private static readonly Interner<string> KnownNames = new();
    private static readonly Wire.Shared Nothing = new();

    private readonly JobSettings[] _settings;
    private readonly WorkerNode[] _nodes;
    private readonly QueueName[] _queues;
    private readonly long _epoch;

    private ToDomain(Wire.Shared? shared)
    {
        shared ??= Nothing;
        _epoch = shared.Epoch;
        _settings = Each(shared.Settings, static s => KnownSettings.Intern(SettingsOf(s)));
        _nodes = Each(shared.Nodes, static n => NodeOf(n));
        _queues = Each(shared.Queues, static q => Name(q));
    }

    private static T[] Each<TWire, T>(RepeatedField<TWire> wire, Func<TWire, T> read)
    {
        var all = wire.Count == 0 ? [] : new T[wire.Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = read(wire[i]);
        }

        return all;
    }

    private static ImmutableArray<T> All<TWire, T>(RepeatedField<TWire> wire, Func<TWire, T> read) => ImmutableCollectionsMarshal.AsImmutableArray(Each(wire, read));

    private static ImmutableArray<string> Texts(RepeatedField<string> texts) => All(texts, static t => t);

    private static DateTimeOffset Absolute(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(checked(microseconds * TimeSpan.TicksPerMicrosecond));

    private static TimeSpan Span(long microseconds) => new(checked(microseconds * TimeSpan.TicksPerMicrosecond));

    private static WorkerLimit Limit(uint limit) => limit == 0 ? WorkerLimit.Unlimited : new WorkerLimit(checked((int)limit));

    private static QueueName Name(string name) => new(KnownNames.Intern(name));

    private static QueuePartition Partition(string name) => QueuePartition.Parse(KnownNames.Intern(name));

    private static Guid Command(ByteString id) => id.IsEmpty ? Guid.Empty : Id(id);

    private static JobId Job(ByteString id) => new(Id(id));

    private static Guid Id(ByteString id) => id.Length == 16
        ? new Guid(id.Span, bigEndian: true)
        : throw new WireException($"an id has {id.Length} bytes, not 16");

    private static ImmutableArray<JobId> Jobs(ByteString ids)
    {
        var all = new JobId[Count(ids)];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = new JobId(IdAt(ids, i));
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(all);
    }

    private static int Count(ByteString ids) => ids.Length % 16 == 0 ? ids.Length / 16 : throw new WireException($"a list of ids has {ids.Length} bytes, no multiple of 16");

    private static Guid IdAt(ByteString ids, int place) => new(ids.Span.Slice(16 * place, 16), bigEndian: true);

    /// <summary>The bytes in an array of their own: the parser has made one of the exact size, which nobody else keeps.</summary>
    private static byte[] Bytes(ByteString bytes) =>
        MemoryMarshal.TryGetArray(bytes.Memory, out var part) && part is { Offset: 0, Array: { } array } && array.Length == part.Count ? array : bytes.ToByteArray();

    private static T Known<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw WireException.Unknown($"{typeof(T).Name} {value:D}");

    private static T At<T>(T[] table, uint place) => place < (uint)table.Length
        ? table[place]
        : throw new WireException($"place {place} of a table of {table.Length} {typeof(T).Name}");

    private static T Required<T>(T? part)
        where T : class => part ?? throw new WireException($"{typeof(T).Name} is missing");

    private DateTimeOffset Time(long microseconds) => Absolute(checked(_epoch + microseconds));
}
