namespace Gaffer;

internal sealed partial class ToDomain
{
    public static QueueSnapshot Of(Wire.QueueSnapshot snapshot)
    {
        var to = new ToDomain(snapshot.Shared);
        return new QueueSnapshot(
            snapshot.Options is { } options ? Options(options) : null, snapshot.Version, snapshot.Paused, snapshot.NextSequence,
            Each(snapshot.Jobs, to.Job),
            to.Remembered(snapshot.Tombstones, static (id, at) => new Tombstone(new JobId(id), at)),
            to.Remembered(snapshot.Commands, static (id, at) => new CarriedOut(id, at)),
            Each(snapshot.Forwards, to.Forward),
            Jobs(snapshot.ChainHolders),
            Each(snapshot.Stopping, s => new StoppingExecution(new ExecutionKey(Job(s.Job), s.Execution), At(to._nodes, s.Node), s.HasChain ? s.Chain : null)),
            Each(snapshot.Permits, Permits),
            snapshot.Revision,
            snapshot.PartsCount == 0 ? null : new SnapshotParts(Id(snapshot.PartsId), snapshot.PartsCount),
            snapshot.HasDeletion ? Command(snapshot.Deletion) : null);
    }

    public static QueueSnapshotPart Of(Wire.QueueSnapshotPart part)
    {
        var to = new ToDomain(part.Shared);
        return new QueueSnapshotPart(Id(part.Id), part.Number, Each(part.Jobs, to.Job), Each(part.Forwards, to.Forward));
    }

    private PendingForward Forward(Wire.PendingForward forward) => new(Job(forward.Job), Name(forward.Target));

    private T[] Remembered<T>(Wire.Remembered? remembered, Func<Guid, DateTimeOffset, T> read)
    {
        if (remembered is null)
        {
            return [];
        }

        var all = new T[Count(remembered.Ids)];
        if (all.Length != remembered.At.Count)
        {
            throw new WireException($"{all.Length} ids have {remembered.At.Count} times");
        }

        for (var i = 0; i < all.Length; i++)
        {
            all[i] = read(IdAt(remembered.Ids, i), Time(remembered.At[i]));
        }

        return all;
    }
}
