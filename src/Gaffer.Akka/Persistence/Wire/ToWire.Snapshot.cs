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
            Tombstones = to.Tombstones(snapshot.Tombstones),
            Commands = to.Commands(snapshot.Commands),
            ChainHolders = Ids([.. snapshot.ChainHolders]),
        };
        wire.Jobs.Capacity = snapshot.Jobs.Count;
        for (var i = 0; i < snapshot.Jobs.Count; i++)
        {
            wire.Jobs.Add(to.Job(snapshot.Jobs[i]));
        }

        for (var i = 0; i < snapshot.Forwards.Count; i++)
        {
            var forward = snapshot.Forwards[i];
            wire.Forwards.Add(new Wire.PendingForward { Job = to.Job(forward.Job), Target = Name(forward.Target) });
        }

        foreach (var permits in snapshot.Permits) wire.Permits.Add(Permits(permits));
        foreach (var stopping in snapshot.Stopping)
        {
            var stopped = new Wire.Stopped { Job = to.Id(stopping.Key.Job), Execution = stopping.Key.Execution, Node = to.Node(stopping.Node) };
            if (stopping.Chain is { } chain) stopped.Chain = chain;
            wire.Stopping.Add(stopped);
        }

        wire.Shared = to.Shared;
        return wire;
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
