using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gaffer.Node;

/// <summary>The standard output where it is a pipe: it says when nobody reads it any more. To the console of .NET, on Unix, that is as good as written, and what goes on and on never ends.</summary>
/// <remarks>A file stays with the console: a stream of its own has a position of its own, and would overwrite what others write there.</remarks>
internal sealed class PipeOutput : Stream
{
    /// <summary>As much as a pipe of Linux takes as a whole or not at all.</summary>
    private const int AtOnce = 4096;

    private const int BrokenPipe = 32, TryAgain = 11, TryAgainOnMac = 35;

    private readonly FileStream _pipe;

    private PipeOutput(FileStream pipe) => _pipe = pipe;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>From now on what is written to the console goes this way, if its output is a pipe.</summary>
    public static void Take()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return;
        try
        {
            var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!output.CanSeek) Console.SetOut(new StreamWriter(new PipeOutput(output), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It is closed, or only open for reading: the console does without.
        }
    }

    /// <exception cref="NobodyReadsException">Nobody reads it any more.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var some = buffer[..Math.Min(AtOnce, buffer.Length)];
            WriteSome(some);
            buffer = buffer[some.Length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Nothing is kept back.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void WriteSome(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _pipe.Write(bytes);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            throw new NobodyReadsException();
        }
        catch (IOException e) when (e.HResult is TryAgain or TryAgainOnMac)
        {
            // Whoever made the pipe does not want to wait. The console does.
            using var console = Console.OpenStandardOutput();
            console.Write(bytes);
        }
    }
}

/// <summary>Nobody reads what is written any more.</summary>
internal sealed class NobodyReadsException : Exception;
