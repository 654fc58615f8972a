namespace Gaffer;

/// <summary>Where a queue publishes what has happened. Never blocks, never throws.</summary>
internal interface IEventSink
{
    /// <summary>Whether anybody listens; if not, no event need be made.</summary>
    bool HasListeners { get; }

    /// <summary>Publishes the events of one commit, in order.</summary>
    void Publish(IReadOnlyList<GafferEvent> events);
}
