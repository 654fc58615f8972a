using Akka.Persistence;

namespace Gaffer;

/// <summary>Where the jobs of a snapshot are that is too large for one value of a database: in numbered parts beside it.</summary>
/// <param name="Id">Is in each of the parts, too.</param>
/// <param name="Count">1 or more.</param>
internal readonly record struct SnapshotParts(Guid Id, int Count)
{
    /// <summary>The persistence id of one part; parts of several snapshots differ in their sequence number. The slash is in no name of a queue.</summary>
    public static string PersistenceIdOf(string queue, int number) => $"{queue}/part-{number}";

    /// <summary>Cuts a snapshot; it stays whole where it fits into one part.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="most">About the largest size of a part, in bytes. A part holds at least one job.</param>
    public static (QueueSnapshot Whole, IReadOnlyList<QueueSnapshotPart> Parts) Cut(QueueSnapshot snapshot, long most)
    {
        var parts = new List<QueueSnapshotPart>();
        var id = Guid.NewGuid();
        var (jobs, forwards, size) = (new List<Job>(), new List<PendingForward>(), 0L);
        foreach (var job in snapshot.Jobs)
        {
            MakeRoom(job.ApproximateSize);
            jobs.Add(job);
        }

        foreach (var forward in snapshot.Forwards)
        {
            MakeRoom(forward.Job.ApproximateSize);
            forwards.Add(forward);
        }

        if (parts.Count == 0) return (snapshot, []);
        parts.Add(new QueueSnapshotPart(id, parts.Count, jobs, forwards));
        return (snapshot with { Jobs = [], Forwards = [], Parts = new SnapshotParts(id, parts.Count) }, parts);

        void MakeRoom(int next)
        {
            if (size > 0 && size + next > most)
            {
                parts.Add(new QueueSnapshotPart(id, parts.Count, jobs, forwards));
                (jobs, forwards, size) = ([], [], 0);
            }

            size += next;
        }
    }

    /// <summary>The snapshot as it was before it was cut.</summary>
    public static QueueSnapshot Join(QueueSnapshot whole, IReadOnlyList<QueueSnapshotPart> parts) =>
        whole with { Jobs = [.. parts.SelectMany(static p => p.Jobs)], Forwards = [.. parts.SelectMany(static p => p.Forwards)], Parts = null };

    /// <summary>The part that belongs to a snapshot, and no other.</summary>
    public static LoadSnapshot Load(string queue, int number, long sequence) =>
        new(PersistenceIdOf(queue, number), new SnapshotSelectionCriteria(sequence, DateTime.MaxValue, sequence), sequence);
}

/// <summary>Some of the jobs of a snapshot.</summary>
/// <param name="Id">Of its <see cref="SnapshotParts"/>.</param>
/// <param name="Number">From 0.</param>
/// <param name="Jobs">Jobs.</param>
/// <param name="Forwards">Jobs whose forwarding is not acknowledged.</param>
internal sealed record QueueSnapshotPart(Guid Id, int Number, IReadOnlyList<Job> Jobs, IReadOnlyList<PendingForward> Forwards) : IGafferWire;
