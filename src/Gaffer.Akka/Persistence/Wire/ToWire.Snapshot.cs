using Google.Protobuf.Collections;

namespace Gaffer;

internal sealed partial class ToWire
{
    public static Wire.QueueSnapshot Of(QueueSnapshot snapshot)
    {
        var to = new ToWire();
        var wire = new Wire.QueueSnapshot
        {
            Options = snapshot.Options is null ? null : Options(snapshot.Options),
            Version = snapshot.Version,
            Paused = snapshot.Paused,
            NextSequence = snapshot.NextSequence,
            Revision = snapshot.Revision,
            Tombstones = to.Tombstones(snapshot.Tombstones),
            Commands = to.Commands(snapshot.Commands),
            ChainHolders = Ids([.. snapshot.ChainHolders]),
        };
        to.Add(snapshot.Jobs, wire.Jobs);
        to.Add(snapshot.Forwards, wire.Forwards);
        foreach (var permits in snapshot.Permits) wire.Permits.Add(Permits(permits));
        foreach (var stopping in snapshot.Stopping)
        {
            var stopped = new Wire.Stopped { Job = to.Id(stopping.Key.Job), Execution = stopping.Key.Execution, Node = to.Node(stopping.Node) };
            if (stopping.Chain is { } chain) stopped.Chain = chain;
            wire.Stopping.Add(stopped);
        }

        if (snapshot.Deletion is { } deletion) wire.Deletion = Command(deletion);
        if (snapshot.Parts is { } parts) (wire.PartsId, wire.PartsCount) = (Id(parts.Id), parts.Count);
        wire.Shared = to.Shared;
        return wire;
    }

    public static Wire.QueueSnapshotPart Of(QueueSnapshotPart part)
    {
        var to = new ToWire();
        var wire = new Wire.QueueSnapshotPart { Id = Id(part.Id), Number = part.Number };
        to.Add(part.Jobs, wire.Jobs);
        to.Add(part.Forwards, wire.Forwards);
        wire.Shared = to.Shared;
        return wire;
    }

    private void Add(IReadOnlyList<Job> jobs, RepeatedField<Wire.Job> to)
    {
        to.Capacity = jobs.Count;
        for (var i = 0; i < jobs.Count; i++) to.Add(Job(jobs[i]));
    }

    private void Add(IReadOnlyList<PendingForward> forwards, RepeatedField<Wire.PendingForward> to)
    {
        for (var i = 0; i < forwards.Count; i++) to.Add(new Wire.PendingForward { Job = Job(forwards[i].Job), Target = Name(forwards[i].Target) });
    }

    private Wire.Remembered? Tombstones(IReadOnlyList<Tombstone> tombstones)
    {
        var remembered = new Remembering(tombstones.Count);
        for (var i = 0; i < tombstones.Count; i++)
        {
            remembered.Add(tombstones[i].Job.Value, Time(tombstones[i].At));
        }

        return remembered.Done();
    }

    private Wire.Remembered? Commands(IReadOnlyList<CarriedOut> commands)
    {
        var remembered = new Remembering(commands.Count);
        for (var i = 0; i < commands.Count; i++)
        {
            remembered.Add(commands[i].Command, Time(commands[i].At));
        }

        return remembered.Done();
    }

    private sealed class Remembering(int count)
    {
        private readonly byte[] _ids = new byte[16 * count];
        private readonly Wire.Remembered _wire = new();

        public void Add(Guid id, long at)
        {
            Write(id, _ids.AsSpan(16 * _wire.At.Count));
            _wire.At.Add(at);
        }

        public Wire.Remembered? Done()
        {
            _wire.Ids = Bytes(_ids);
            return _wire.At.Count == 0 ? null : _wire;
        }
    }
}
