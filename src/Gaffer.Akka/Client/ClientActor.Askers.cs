using Akka.Actor;

namespace Gaffer;

/// <summary>How the client finds out that nobody waits for a call any more, which it would else tell again, for ever if the wait has no end.</summary>
internal sealed partial class ClientActor
{
    private readonly Dictionary<IActorRef, HashSet<PendingCall>> _askers = []; // of calls without a deadline

    private void Drop(PendingCall call)
    {
        Unwatch(call);
        if (call.Spread is { } scatter) Drop(scatter);
        if (_calls.Remove(call.Id)) call.Route?.Outbox.Remove(call);
    }

    private void Watch(PendingCall call)
    {
        if (call.Asker is not { } asker || IsQuestion(asker) || asker.IsNobody()) return;
        if (!_askers.TryGetValue(asker, out var calls))
        {
            _askers[asker] = calls = [];
            Context.Watch(asker);
        }

        calls.Add(call);
    }

    private void Unwatch(PendingCall call)
    {
        if (call.Asker is not { } asker || !_askers.TryGetValue(asker, out var calls) || !calls.Remove(call) || calls.Count > 0) return;
        _askers.Remove(asker);
        Context.Unwatch(asker);
    }

    private void ForgetAsker(IActorRef asker)
    {
        if (!_askers.Remove(asker, out var calls)) return;
        foreach (var call in calls) Drop(call);
    }

    // An Ask is no actor that can be watched; when it is answered or its time is over, its path leads nowhere.
    private bool HasNoAsker(PendingCall call)
    {
        var whole = call.Scatter?.Whole ?? call;
        if (whole.Asker is not { } asker || !IsQuestion(asker) || ReferenceEquals(((ExtendedActorSystem)Context.System).Provider.ResolveActorRef(asker.Path), asker)) return false;
        Drop(whole);
        return true;
    }

    private static bool IsQuestion(IActorRef asker) => asker is IInternalActorRef { IsLocal: true } && asker.Path.Parent.Name == "temp";
}
