namespace Gaffer.Node;

/// <summary>How far a run is.</summary>
/// <param name="Files">Files that have been found so far.</param>
/// <param name="Done">Files that have been read.</param>
/// <param name="Running">Files that are being read.</param>
/// <param name="Retrying">Files that wait for their next attempt.</param>
/// <param name="Unreadable">Files and folders whose attempts are used up.</param>
/// <param name="IsListing">Whether folders are still being listed, so that the number of files grows.</param>
/// <param name="IsOver">Whether nothing is left to do.</param>
/// <param name="FilesPerSecond">Files that this process reads in a second.</param>
/// <param name="BytesPerSecond">Bytes that this process reads in a second.</param>
internal sealed record DemoProgress(
    long Files, long Done, long Running, long Retrying, long Unreadable, bool IsListing, bool IsOver, double FilesPerSecond, double BytesPerSecond)
{
    /// <summary>Reads the folders' queue first: when that is at its end, no file can come any more.</summary>
    public static async Task<DemoProgress> ReadAsync(IGaffer gaffer, DemoMeter meter, CancellationToken stop)
    {
        var folders = await gaffer.GetInfoAsync(DemoQueues.Folders, stop);
        var files = await gaffer.GetInfoAsync(DemoQueues.Files, stop);
        return Of(folders, files, meter);
    }

    public static DemoProgress Of(QueueInfo folders, QueueInfo files, DemoMeter meter) => new(
        JobStates.All.Sum(state => files[state].Count),
        files.Completed.Count, files.Executing.Count, files.Scheduled,
        folders.Failed.Count + files.Failed.Count,
        IsListing: HasWork(folders),
        IsOver: !HasWork(folders) && !HasWork(files),
        DemoMeter.PerSecond(meter.Files, meter.Elapsed), DemoMeter.PerSecond(meter.Bytes, meter.Elapsed));

    public string Speed => $"{DemoText.Count((long)FilesPerSecond)} files/s, {DemoText.Size(BytesPerSecond)}/s";

    public string Counts => $"{DemoText.Count(Done)} of {DemoText.Count(Files)}{(IsListing ? "+" : "")} files";

    public string States => $"{Running} running, {Retrying} retrying, {Unreadable} unreadable";

    public override string ToString() => $"{Counts}, {States}, {Speed}";

    private static bool HasWork(QueueInfo queue) => queue.Available.Count + queue.Executing.Count + queue.PendingForwards > 0;
}
