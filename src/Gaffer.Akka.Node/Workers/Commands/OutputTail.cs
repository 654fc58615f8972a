using System.Text;

namespace Gaffer.Node;

/// <summary>Reads all that a command writes, and keeps the end of it.</summary>
internal sealed class OutputTail(int most)
{
    private readonly byte[] _kept = new byte[most];
    private readonly Lock _lock = new();
    private long _read;

    public async Task ReadAsync(Stream stream, CancellationToken stop)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, stop) is > 0 and var count) Keep(buffer.AsSpan(0, count));
    }

    /// <summary>What there is so far: the last bytes as UTF-8, without what a terminal would obey.</summary>
    public override string ToString()
    {
        byte[] bytes;
        bool isCut;
        lock (_lock)
        {
            var next = (int)(_read % most);
            isCut = _read > most;
            bytes = isCut ? [.. _kept.AsSpan(next), .. _kept.AsSpan(0, next)] : _kept.AsSpan(0, (int)_read).ToArray();
        }

        var start = 0;
        while (isCut && start < Math.Min(3, bytes.Length) && (bytes[start] & 0xC0) == 0x80) start++;      // the rest of a character that is cut
        var text = Encoding.UTF8.GetString(bytes.AsSpan(start));
        return string.Concat(isCut ? "…" : "", string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) && source[i] is not ('\n' or '\t') ? ' ' : source[i];
        }).Trim());
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            foreach (var b in bytes) _kept[_read++ % most] = b;
        }
    }
}
