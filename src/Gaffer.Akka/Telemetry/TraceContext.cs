using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace Gaffer;

/// <summary>Which span a job comes of, by W3C Trace Context. It stays with the job, from the insert to each of its executions, and beyond a forwarding.</summary>
/// <param name="TraceId">The trace.</param>
/// <param name="SpanId">The span in it.</param>
/// <param name="IsSampled">Whether it is recorded.</param>
/// <param name="State">What vendors add; up to <see cref="MostStateCharacters"/>.</param>
internal sealed record TraceContext(UInt128 TraceId, ulong SpanId, bool IsSampled, string? State)
{
    /// <summary>As many as everybody must be able to carry. A longer state is left out: the trace is right without it.</summary>
    public const int MostStateCharacters = 512;

    /// <summary>Bytes without the state.</summary>
    private const int Size = 25;

    public string Parent => string.Create(CultureInfo.InvariantCulture, $"00-{TraceId:x32}-{SpanId:x16}-{(IsSampled ? 1 : 0):x2}");

    /// <summary>Bytes that it takes on the wire.</summary>
    public int WireSize => Size + 8 + (3 * (State?.Length ?? 0));

    /// <summary>Reads a <c>traceparent</c>; null when it is none.</summary>
    public static TraceContext? TryParse(string parent, string? state) => ActivityContext.TryParse(parent, state, out var context) ? Of(context) : null;

    public static TraceContext Of(ActivityContext context)
    {
        Span<byte> bytes = stackalloc byte[24];
        context.TraceId.CopyTo(bytes[..16]);
        context.SpanId.CopyTo(bytes[16..]);
        return new TraceContext(
            BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded),
            context.TraceState is { Length: > 0 and <= MostStateCharacters } state ? state : null);
    }

    public ActivityContext ToActivityContext()
    {
        Span<byte> bytes = stackalloc byte[24];
        Write(bytes);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(bytes[..16]), ActivitySpanId.CreateFromBytes(bytes[16..]), IsSampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, State, isRemote: true);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Write(bytes);
        bytes[24] = IsSampled ? (byte)1 : (byte)0;
        return bytes;
    }

    /// <exception cref="WireException">These are not the bytes of one.</exception>
    public static TraceContext FromBytes(ReadOnlySpan<byte> bytes, string? state) => bytes.Length == Size
        ? new TraceContext(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), (bytes[24] & 1) == 1, state)
        : throw new WireException($"a trace context has {bytes.Length} bytes and not {Size}");

    private void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, TraceId);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], SpanId);
    }
}
