using Akka.Actor;

namespace Gaffer;

/// <summary>Why a node ends: the others go on without it. Whatever started its process is to start it again.</summary>
internal sealed class ShutOutReason : CoordinatedShutdown.Reason
{
    public static readonly ShutOutReason Instance = new();

    public override int ExitCode => 255;
}
