namespace Gaffer.Node;

/// <summary>So many files and so many bytes are checked in a second, on average: the machine has other things to do.</summary>
internal sealed class CheckPace
{
    public const int FilesPerSecond = 200;
    public const int BytesPerSecond = 20_000_000;

    private double _files;
    private double _bytes;

    /// <summary>Time has passed. What was not used of it is lost; what was used in advance is paid back first.</summary>
    public void Pass(TimeSpan time)
    {
        _files = Math.Min(_files, 0) + time.TotalSeconds * FilesPerSecond;
        _bytes = Math.Min(_bytes, 0) + time.TotalSeconds * BytesPerSecond;
    }

    /// <summary>Whether a file may be checked now. The last one may be larger than what is left.</summary>
    public bool TryTake(long bytes)
    {
        if (_files < 1 || _bytes <= 0) return false;
        _files--;
        _bytes -= bytes;
        return true;
    }
}
