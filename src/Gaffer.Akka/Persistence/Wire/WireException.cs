using System.Runtime.Serialization;

namespace Gaffer;

/// <summary>Bytes that cannot be read: they are damaged, or a newer version wrote them.</summary>
/// <remarks>A <see cref="SerializationException"/>, for which Akka.Remote drops one message and not the connection.</remarks>
internal sealed class WireException : SerializationException
{
    public WireException(string message)
        : base(message)
    {
    }

    public WireException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>What a newer version may write, and this one does not know.</summary>
    public static WireException Unknown(string what) => new($"unknown {what}: written by a newer version?");
}
