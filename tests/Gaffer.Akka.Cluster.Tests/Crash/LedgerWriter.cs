using System.Text;

namespace Gaffer.Tests;

/// <summary>The ledger of one life: each line is one write to the end of the file, so a kill loses none that was written and cuts at most the last.</summary>
public sealed class LedgerWriter(string directory, int life) : IDisposable
{
    private readonly FileStream _file = new(PathOf(directory, life), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private readonly Lock _gate = new();

    public void Write(LedgerLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var bytes = Encoding.UTF8.GetBytes(line.Write() + "\n");
        lock (_gate)
        {
            _file.Write(bytes);
        }
    }

    public void Dispose() => _file.Dispose();

    public static string PathOf(string directory, int life) => Path.Combine(directory, $"life-{life:000}.ledger");
}
