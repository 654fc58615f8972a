using Akka.Actor;

namespace Gaffer;

/// <summary>A worker actor and the generation of the queue's workers that it belongs to.</summary>
internal sealed record WorkerSlot(IActorRef Actor, int Generation);

/// <summary>The worker actors of a supervisor: as many as have run at once, used again and again.</summary>
internal sealed class WorkerSlots(IActorContext context)
{
    private readonly Stack<WorkerSlot> _free = new();
    private readonly Props _props = Props.Create(static () => new Worker()).WithDispatcher(GafferRuntime.Dispatcher);
    private int _generation;

    public WorkerSlot Take() => _free.TryPop(out var slot) ? slot : new WorkerSlot(context.Watch(context.ActorOf(_props)), _generation);

    /// <summary>Its attempt has ended.</summary>
    public void GiveBack(WorkerSlot slot)
    {
        if (slot.Generation == _generation)
        {
            _free.Push(slot);
        }
        else
        {
            Discard(slot);
        }
    }

    /// <summary>Stops an actor that was abandoned or is outdated; another takes its place when one is needed.</summary>
    public void Discard(WorkerSlot slot)
    {
        context.Unwatch(slot.Actor);
        context.Stop(slot.Actor);
    }

    /// <summary>Forgets an idle actor that ended by itself.</summary>
    public void Forget(IActorRef actor)
    {
        var others = _free.Where(s => !s.Actor.Equals(actor)).Reverse().ToArray();
        _free.Clear();
        foreach (var slot in others) _free.Push(slot);
    }

    /// <summary>The queue's workers were replaced: idle actors go now, busy ones after their attempt.</summary>
    public void Renew()
    {
        _generation++;
        while (_free.TryPop(out var slot)) Discard(slot);
    }
}
