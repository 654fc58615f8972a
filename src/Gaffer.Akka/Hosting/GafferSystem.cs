using Akka.Actor;

namespace Gaffer;

/// <summary>Finds Gaffer in an actor system, for code that has no container.</summary>
public static class GafferSystem
{
    /// <summary>The same object as the <see cref="IGaffer"/> of the container. It can be had at once, and used when the host has started.</summary>
    public static IGaffer Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return GafferExtension.Of(system).Gaffer;
    }
}

/// <summary>What an actor system knows of Gaffer.</summary>
internal sealed class GafferExtension : IExtension
{
    private int _starts;

    public GafferHandle Gaffer { get; } = new();

    /// <summary>Whether this is the first start in this actor system.</summary>
    public bool TryBegin() => Interlocked.Increment(ref _starts) == 1;

    public bool HasBegun => Volatile.Read(ref _starts) > 0;

    public static GafferExtension Of(ActorSystem system) => system.WithExtension<GafferExtension, Provider>();

    private sealed class Provider : ExtensionIdProvider<GafferExtension>
    {
        public override GafferExtension CreateExtension(ExtendedActorSystem system) => new();
    }
}
