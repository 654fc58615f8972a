namespace Gaffer;

/// <summary>How the client finds the partitions of a queue, and asks all of them what is asked of the queue as a whole.</summary>
internal sealed partial class ClientActor
{
    private readonly HashSet<Scatter> _scatters = [];

    private void Spread(PendingCall whole, int partitions)
    {
        _calls.Remove(whole.Id);
        var scatter = new Scatter(whole, partitions, _runtime.Clock.Now, _settings.MaxMessageBytes);
        _scatters.Add(scatter);
        whole.Spread = scatter;
        Advance(scatter, scatter.Begin(_runtime.Clock.Now));
    }

    private void Advance(Scatter scatter, Scatter.Step step)
    {
        if (step.Answer is { } answer)
        {
            Drop(scatter);
            Conclude(scatter.Whole, answer);
            return;
        }

        if (step.Pause is { } pause)
        {
            if (pause > TimeSpan.Zero) _runtime.Clock.TellAfter(pause, Self, new NextRound(scatter));
            else Advance(scatter, scatter.AskAll(_runtime.Clock.Now));
            return;
        }

        foreach (var (partition, request) in step.Parts ?? [])
        {
            var part = new PendingCall(request, scatter, partition) { Id = ++_nextId, Deadline = scatter.Whole.Deadline };
            scatter.Parts.Add(part);
            Send(part);
        }
    }

    private void Handle(NextRound next)
    {
        if (!next.Scatter.IsOver) Advance(next.Scatter, next.Scatter.AskAll(_runtime.Clock.Now));
    }

    private void Answer(PendingCall call, GafferReply reply)
    {
        if (!_calls.Remove(call.Id)) return;
        if (call.Scatter is { } scatter) Advance(scatter, scatter.Hear(call, reply, _runtime.Clock.Now));
        else Conclude(call, reply);
    }

    private void Conclude(PendingCall call, GafferReply reply)
    {
        Unwatch(call);
        call.Answer(reply, Self);
    }

    // The queue has another number of partitions than was thought: what is asked of all of them begins anew, and what was not sent finds its place.
    private void Redirect(PendingCall call, int partitions)
    {
        var queue = RoutesOf(call.Request.Queue);
        List<Scatter> stale = call.Scatter is { } own ? [own] : [];
        if (partitions != queue.Partitions)
        {
            stale = [.. _scatters.Where(s => s.Whole.Request.Queue == call.Request.Queue)];
            foreach (var unsent in queue.Learn(partitions).Where(c => c.Scatter is null)) Send(unsent);
        }

        foreach (var scatter in stale)
        {
            Drop(scatter);
            if (scatter.WhenGone is { } gone) Conclude(scatter.Whole, gone);
            else SendAgain(scatter.Whole);
        }

        if (call.Scatter is null) SendAgain(call);
    }

    // At once the first time. Partitions that contradict each other, as the queue is just made anew, wait for the clock.
    private void SendAgain(PendingCall call)
    {
        call.Repetitions = 0;
        if (call.Redirects++ == 0)
        {
            Send(call);
            return;
        }

        _calls[call.Id] = call;
        (call.SentAt, call.Sends) = (_runtime.Clock.Now, Math.Max(1, call.Sends));
        SetTick();
    }

    private void Drop(Scatter scatter)
    {
        (scatter.IsOver, scatter.Whole.Spread) = (true, null);
        _scatters.Remove(scatter);
        foreach (var part in scatter.Parts)
        {
            _calls.Remove(part.Id);
            part.Route?.Outbox.Remove(part);
        }
    }

    /// <summary>Time to ask all partitions again.</summary>
    private sealed record NextRound(Scatter Scatter) : Akka.Actor.INoSerializationVerificationNeeded;
}
