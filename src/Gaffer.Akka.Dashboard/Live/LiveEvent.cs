using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gaffer.Dashboard;

/// <summary>An event of a stream, as it is sent. It is written when the first listener sends it, and once for all of them.</summary>
internal sealed class LiveEvent
{
    private readonly Lazy<byte[]> _bytes;

    private LiveEvent(DateTimeOffset at, Func<byte[]> write) => (At, _bytes) = (at, new Lazy<byte[]>(write));

    /// <summary>When what it tells was read.</summary>
    public DateTimeOffset At { get; }

    public byte[] Bytes => _bytes.Value;

    /// <summary>The first event of a stream.</summary>
    public static LiveEvent Hello(LiveView all) => new(all.Sample.At, () => Write("hello"u8, all, GafferJson.Default.LiveView));

    /// <summary>What is new.</summary>
    public static LiveEvent Tick(Reading reading) => new(
        reading.Sample.At, () => Write("tick"u8, new LiveTick(reading.Sample, reading.Queues, reading.Nodes, reading.Error), GafferJson.Default.LiveTick));

    private static byte[] Write<T>(ReadOnlySpan<byte> name, T value, JsonTypeInfo<T> type) =>
        [.. "event: "u8, .. name, .. "\ndata: "u8, .. JsonSerializer.SerializeToUtf8Bytes(value, type), .. "\n\n"u8];
}
