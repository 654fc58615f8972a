namespace Gaffer;

internal sealed partial class ToWire
{
    public static Wire.FollowHead Of(FollowHead message) => new()
    {
        Queue = Name(message.Partition), Followed = Followed(message.Revision, message.Head), Storage = message.Storage, OnlyIfEmpty = message.OnlyIfEmpty,
    };

    public static Wire.Following Of(Following message) => new() { Index = message.Index, Revision = message.Revision, Jobs = message.Jobs, Refused = message.Refused };

    public static Wire.AskHead Of(AskHead message) => new() { Queue = Name(message.Partition), Index = message.Index, Revision = message.Revision };

    private static Wire.Followed Followed(long revision, HeadState? head) => head is null
        ? new() { Revision = revision }
        : new() { Revision = revision, Options = Options(head.Options), Version = head.Version, Paused = head.Paused };
}
