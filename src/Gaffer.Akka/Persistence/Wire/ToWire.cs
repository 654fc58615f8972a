using System.Collections.Immutable;
using Google.Protobuf;

namespace Gaffer;

/// <summary>Makes one message to write. Settings, nodes, queue names and the first time are written once, in what the parts share.</summary>
/// <remarks>Payloads and results are wrapped, not copied: nobody changes them. Runs for each of 100,000 changes a second, so it has no LINQ.</remarks>
internal sealed partial class ToWire
{
    private readonly Wire.Shared _shared = new();
    private readonly Table<JobSettings> _settings = new();
    private readonly Table<WorkerNode> _nodes = new();
    private readonly Table<string> _queues = new();
    private bool _hasEpoch;
    private byte[] _ids = [];
    private int _idsUsed;

    // What is written without a Shared counts time from 1970, and has no tables.
    private static long Absolute(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    private static long Span(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    private static uint Limit(WorkerLimit limit) => limit.IsUnlimited ? 0 : (uint)limit.Value;

    private static ByteString Bytes(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    private static string Name(QueueName queue) => queue.Value.Length > 0
        ? queue.Value
        : throw new ArgumentException("A queue without a name must not be sent: it is default(QueueName).", nameof(queue));

    private static string Name(QueuePartition partition) => partition.IsHead ? Name(partition.Queue) : partition.Value;

    private static ByteString Command(Guid id) => id == Guid.Empty ? ByteString.Empty : Id(id);

    private static ByteString Id(Guid id)
    {
        var bytes = new byte[16];
        Write(id, bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static ByteString Ids(ImmutableArray<JobId> ids)
    {
        if (ids.IsDefaultOrEmpty)
        {
            return ByteString.Empty;
        }

        var bytes = new byte[16 * ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            Write(ids[i].Value, bytes.AsSpan(16 * i));
        }

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static void Write(Guid id, Span<byte> to) => id.TryWriteBytes(to, bigEndian: true, out _);

    private Wire.Shared? Shared => _hasEpoch || _shared.Queues.Count > 0 || _shared.Nodes.Count > 0 ? _shared : null;

    private long Time(DateTimeOffset time)
    {
        var absolute = Absolute(time);
        if (!_hasEpoch)
        {
            _hasEpoch = true;
            _shared.Epoch = absolute;
        }

        return absolute - _shared.Epoch;
    }

    /// <summary>An id in a piece of a larger array: one object fewer for each of the many ids of a commit.</summary>
    private ByteString Id(JobId id)
    {
        if (_idsUsed == _ids.Length)
        {
            _ids = new byte[Math.Clamp(2 * _ids.Length, 16, 16 * 256)];
            _idsUsed = 0;
        }

        var piece = _ids.AsMemory(_idsUsed, 16);
        _idsUsed += 16;
        Write(id.Value, piece.Span);
        return UnsafeByteOperations.UnsafeWrap(piece);
    }

    private uint Queue(QueueName queue)
    {
        if (_queues.Find(Name(queue), out var place))
        {
            _shared.Queues.Add(queue.Value);
        }

        return place;
    }

    private uint Node(WorkerNode node)
    {
        if (_nodes.Find(node, out var place))
        {
            _shared.Nodes.Add(NodeOf(node));
        }

        return place;
    }

    private uint Settings(JobSettings settings)
    {
        if (_settings.Find(settings, out var place))
        {
            _shared.Settings.Add(SettingsOf(settings));
        }

        return place;
    }

    /// <summary>Numbers values that are equal with one number. Mostly one object comes again and again, so that is looked at first.</summary>
    private sealed class Table<T>
        where T : class
    {
        private Dictionary<T, uint>? _places;
        private T? _last;
        private uint _lastPlace;
        private uint _count;

        /// <summary>The place of a value; true when it is new.</summary>
        public bool Find(T value, out uint place)
        {
            if (ReferenceEquals(value, _last))
            {
                place = _lastPlace;
                return false;
            }

            _places ??= [];
            var isNew = !_places.TryGetValue(value, out place);
            if (isNew)
            {
                place = _count++;
                _places.Add(value, place);
            }

            _last = value;
            _lastPlace = place;
            return isNew;
        }
    }
}
