using System.Buffers;
using System.Security.Cryptography;

namespace Gaffer.Node;

/// <summary>What the demo finds out about a file.</summary>
/// <param name="Sha256">Its SHA-256, in lower-case hex.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Lines">Its lines; null for a binary file, which has a zero byte in its first block.</param>
internal sealed record FileFacts(string Sha256, long Size, long? Lines)
{
    private const int BlockSize = 128 * 1024;

    /// <summary>Reads a file once, from its start to its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onRead">Told of the bytes as they come.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<FileFacts> ReadAsync(string path, Action<int> onRead, CancellationToken stop)
    {
        if (FileKind.Obstacle(path) is { } obstacle) throw new IOException(obstacle);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            long size = 0, ends = 0;
            var isBinary = false;
            byte last = 0;
            for (int read; (read = await RandomAccess.ReadAsync(file, block.AsMemory(0, BlockSize), size, stop)) > 0; size += read)
            {
                var bytes = block.AsSpan(0, read);
                hash.AppendData(bytes);
                isBinary |= size == 0 && bytes.Contains((byte)0);
                ends += bytes.Count((byte)'\n');
                last = bytes[^1];
                onRead(read);
            }

            var lines = size > 0 && last != (byte)'\n' ? ends + 1 : ends;             // a last line without its end is a line
            return new FileFacts(Convert.ToHexStringLower(hash.GetHashAndReset()), size, isBinary ? null : lines);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
