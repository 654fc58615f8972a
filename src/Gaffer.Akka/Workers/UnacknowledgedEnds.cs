using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akka.Actor;

namespace Gaffer;

/// <summary>Ends of executions that the queue has not acknowledged: told in batches, and again until it has. Times count from the start of the supervisor.</summary>
internal sealed class UnacknowledgedEnds(QueuePartition partition, WorkerNode node, int maxMessageBytes)
{
    private readonly Dictionary<ExecutionKey, End> _ends = [];
    private readonly List<ExecutionKey> _untold = [];
    private readonly List<FinishedExecution> _batch = [];

    public int Count => _ends.Count;

    public Dictionary<ExecutionKey, End>.KeyCollection Keys => _ends.Keys;

    public bool Contains(ExecutionKey key) => _ends.ContainsKey(key);

    public void Add(ExecutionKey key, JobResult result)
    {
        _ends[key] = new End { Result = result, ToldAt = TimeSpan.MaxValue };
        _untold.Add(key);
    }

    /// <summary>The queue has recorded it, or no longer wants it.</summary>
    public bool Remove(ExecutionKey key) => _ends.Remove(key);

    /// <summary>Tells what has not been told.</summary>
    public void TellNew(IActorRef receiver, IActorRef sender, int zombies, TimeSpan now)
    {
        var bytes = 0;
        foreach (var key in _untold)
        {
            ref var end = ref CollectionsMarshal.GetValueRefOrNullRef(_ends, key);
            if (Unsafe.IsNullRef(ref end) || end.ToldAt != TimeSpan.MaxValue) continue;   // no longer wanted, or told at a registration
            Put(key, ref end, ref bytes, receiver, sender, zombies, now);
        }

        _untold.Clear();
        Send(receiver, sender, zombies);
    }

    /// <summary>Tells all of them.</summary>
    public void TellAll(IActorRef receiver, IActorRef sender, int zombies, TimeSpan now) => TellAgain(TimeSpan.MaxValue, receiver, sender, zombies, now);

    /// <summary>Tells again what was told up to an instant.</summary>
    public void TellAgain(TimeSpan toldUntil, IActorRef receiver, IActorRef sender, int zombies, TimeSpan now)
    {
        var bytes = 0;
        foreach (var key in _ends.Keys)
        {
            ref var end = ref CollectionsMarshal.GetValueRefOrNullRef(_ends, key);
            if (end.ToldAt <= toldUntil) Put(key, ref end, ref bytes, receiver, sender, zombies, now);
        }

        Send(receiver, sender, zombies);
    }

    private void Put(ExecutionKey key, ref End end, ref int bytes, IActorRef receiver, IActorRef sender, int zombies, TimeSpan now)
    {
        var size = AttemptResults.SizeOf(end.Result);
        if (bytes + size > maxMessageBytes)
        {
            Send(receiver, sender, zombies);
            bytes = 0;
        }

        bytes += size;
        end.ToldAt = now;
        _batch.Add(new FinishedExecution(key, end.Result));
    }

    private void Send(IActorRef receiver, IActorRef sender, int zombies)
    {
        if (_batch.Count == 0) return;
        receiver.Tell(new WorkFinished(partition, node, ImmutableArray.Create(CollectionsMarshal.AsSpan(_batch)), zombies), sender);
        _batch.Clear();
    }

    internal struct End
    {
        public required JobResult Result;

        /// <summary>When it was told last; the end of time if it was not.</summary>
        public required TimeSpan ToldAt;
    }
}
