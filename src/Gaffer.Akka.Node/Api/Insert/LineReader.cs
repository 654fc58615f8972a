using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Gaffer.Node;

/// <summary>A line of a stream.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">Its bytes without the end of the line; null when it is too long.</param>
internal readonly record struct Line(long Number, byte[]? Text);

/// <summary>Reads lines with no more memory than the longest may take.</summary>
internal static class LineReader
{
    /// <summary>All lines that are not empty.</summary>
    /// <param name="stream">What is read.</param>
    /// <param name="longest">Most bytes of a line.</param>
    /// <param name="meanwhile">What is done while more is not there yet; may end before that.</param>
    /// <param name="stop">Ends it, even if the stream goes on waiting: that of a console does.</param>
    public static async IAsyncEnumerable<Line> ReadAsync(Stream stream, int longest, Func<Task, Task> meanwhile, [EnumeratorCancellation] CancellationToken stop)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        long number = 1;
        var isTooLong = false;
        while (true)
        {
            var more = reader.ReadAsync(stop).AsTask();
            if (!more.IsCompleted) await meanwhile(more);
            var read = await more.WaitAsync(stop);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                if (Line(number++, buffer.Slice(0, end), longest, isTooLong) is { } line) yield return line;
                isTooLong = false;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (Line(number, buffer, longest, isTooLong) is { } last) yield return last;
                yield break;
            }

            // What is too long is thrown away as it comes.
            isTooLong |= buffer.Length > longest;
            reader.AdvanceTo(isTooLong ? buffer.End : buffer.Start, buffer.End);
        }
    }

    private static Line? Line(long number, ReadOnlySequence<byte> bytes, int longest, bool isTooLong)
    {
        if (isTooLong || bytes.Length > longest) return new Line(number, null);
        var text = bytes.ToArray().AsSpan();
        if (number == 1 && text.StartsWith("\uFEFF"u8)) text = text[3..];
        text = text.Trim(" \t\r"u8);
        return text.IsEmpty ? null : new Line(number, text.ToArray());
    }
}
